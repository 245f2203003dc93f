import type { Command } from 'commander';
import { CONFIG, CONTENT, DATA, JSON_OUT, toNotes } from './flags.ts';

const PATH = ['[path]', 'id, file or folder; without it, all playbooks in force'] as const;

/** `cordon playbook …`: everything that is done with playbooks. */
export function addPlaybooks(program: Command): void {
  const playbooks = program.command('playbook').description('work with playbooks');
  addLooks(playbooks);
  addAgreement(playbooks);
  addExchange(playbooks);
  addDryRun(playbooks);
}

const withPlaces = (command: Command): Command =>
  command
    .option(...JSON_OUT)
    .option(...CONFIG)
    .option(...DATA)
    .option(...CONTENT);

function addLooks(playbooks: Command): void {
  withPlaces(
    playbooks
      .command('list')
      .description('the playbooks in force, what starts them and what they take'),
  )
    .addHelpText(
      'after',
      toNotes('0 told, 1 failed, 3 one cannot be read', ['cordon playbook list']),
    )
    .action(async (flags) => {
      const { runPlaybookList } = await import('./commands/playbook-list.ts');
      process.exitCode = await runPlaybookList(flags);
    });
  withPlaces(
    playbooks
      .command('lint')
      .description('tell what is wrong with playbooks, with line and column')
      .argument(...PATH),
  )
    .addHelpText(
      'after',
      toNotes('0 nothing is wrong, 2 wrong use, 3 something is', [
        'cordon playbook lint my-playbooks/',
      ]),
    )
    .action(async (path: string | undefined, flags) => {
      const { runPlaybookLint } = await import('./commands/playbook-lint.ts');
      process.exitCode = await runPlaybookLint(path, flags);
    });
  withPlaces(
    playbooks
      .command('test')
      .description('run the cases.yml beside playbooks, dry')
      .argument(...PATH),
  )
    .addHelpText(
      'after',
      toNotes('0 all go as they say, 2 wrong use, 3 one does not', [
        'cordon playbook test contain-brute-force',
      ]),
    )
    .action(async (path: string | undefined, flags) => {
      const { runPlaybookTest } = await import('./commands/playbook-test.ts');
      process.exitCode = await runPlaybookTest(path, flags);
    });
}

function addAgreement(playbooks: Command): void {
  withPlaces(
    playbooks
      .command('agreement')
      .description(
        'where the playbooks stand that start by themselves, and how often people’s verdicts agreed; works beside a running server',
      ),
  )
    .addHelpText(
      'after',
      toNotes('0 told, 1 failed, 2 no data there, 3 one has drifted', [
        'cordon playbook agreement --config cordon.yml',
      ]),
    )
    .action(async (flags) => {
      const { runPlaybookAgreement } = await import('./commands/playbook-agreement.ts');
      process.exitCode = await runPlaybookAgreement(flags);
    });
}

function addExchange(playbooks: Command): void {
  withPlaces(
    playbooks
      .command('import')
      .description(
        'take over a playbook of CACAO 2.0 or a graph of Splunk SOAR; what cannot be run is refused',
      )
      .argument('<file>', 'the JSON document'),
  )
    .option('--name <name>', 'what to call it; made from the file name')
    .option('--by-hand', 'put what nothing here carries out to a person')
    .option('--force', 'replace one of that name')
    .addHelpText(
      'after',
      toNotes('0 taken over, 1 failed, 2 wrong use, 3 it cannot be', [
        'cordon playbook import theirs.json --by-hand',
      ]),
    )
    .action(async (file: string, flags) => {
      const { runPlaybookImport } = await import('./commands/playbook-import.ts');
      process.exitCode = await runPlaybookImport(file, flags);
    });
  withPlaces(
    playbooks
      .command('export')
      .description('print a playbook as CACAO 2.0')
      .argument('<playbook>', 'id or file'),
  )
    .addHelpText(
      'after',
      toNotes('0 printed, 2 there is none', ['cordon playbook export contain-brute-force']),
    )
    .action(async (what: string, flags) => {
      const { runPlaybookExport } = await import('./commands/playbook-export.ts');
      process.exitCode = await runPlaybookExport(what, flags);
    });
}

function addDryRun(playbooks: Command): void {
  withPlaces(
    playbooks
      .command('dry-run')
      .description(
        'what a playbook would have done about an incident that is stored; works beside a running server',
      )
      .argument('<playbook>', 'id or file')
      .argument('<incident>', 'INC-<number> or inc_<id>'),
  )
    .option('--input <name=value...>', 'an input of the playbook')
    .addHelpText(
      'after',
      toNotes('0 it would do nothing, 1 failed, 2 wrong use, 3 it would do something', [
        'cordon playbook dry-run contain-brute-force INC-3',
        'cordon playbook dry-run secure-account INC-3 --input user=alice',
      ]),
    )
    .action(async (what: string, incident: string, flags) => {
      const { runPlaybookDryRun } = await import('./commands/playbook-dry-run.ts');
      process.exitCode = await runPlaybookDryRun(what, incident, flags);
    });
}
