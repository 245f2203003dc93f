import type { Command } from 'commander';
import { CONFIG, CONTENT, DATA, JSON_OUT, toNotes } from './flags.ts';

/** `cordon rules …`: everything that is done with rules. */
export function addRules(program: Command): void {
  const rules = program.command('rules').description('work with Sigma rules');
  addImport(rules);
  addChecks(rules);
  addLooks(rules);
  addTop(rules);
}

/** `cordon hunt …`: search in stored events. */
export function addHunt(program: Command): void {
  program
    .command('hunt')
    .description('search the stored events, newest first; works beside a running server')
    .argument('<query>', "for instance: 'user.name ~ adm* and status_id = 2 and time > now-7d'")
    .option('--limit <n>', 'how many events, or values', '50')
    .option('--top <field>', 'the most frequent values of a field instead of events')
    .option(...JSON_OUT)
    .option(...CONFIG)
    .option(...DATA)
    .addHelpText(
      'after',
      toNotes('0 nothing was found, 1 failed, 2 wrong use, 3 events were found', [
        "cordon hunt 'any.ip = 192.0.2.1 and time > now-24h'",
        "cordon hunt 'class_uid = 3002 and status_id = 2' --top any.user",
      ]),
    )
    .action(async (query: string, flags) => {
      const { runHunt } = await import('./commands/hunt.ts');
      process.exitCode = await runHunt(query, flags);
    });
}

function addImport(rules: Command): void {
  rules
    .command('import')
    .description(
      'take the Sigma rules of a folder, a ZIP or a git repository into the data folder; again: what has changed',
    )
    .argument('<from>', 'folder, .zip, or https:// address of a git repository')
    .option('--name <name>', 'what to call the import; made from where it comes from')
    .option('--licence <id>', 'what the rules are licensed under, where they do not say it')
    .option('--shadow', 'the rules record when they fire and never alert, until set otherwise')
    .option('--no-shadow', 'the rules alert')
    .option(...JSON_OUT)
    .option(...CONFIG)
    .option(...DATA)
    .option(...CONTENT)
    .addHelpText(
      'after',
      toNotes('0 imported, 1 failed, 2 the source cannot be read', [
        'cordon rules import https://github.com/SigmaHQ/sigma --shadow',
        'cordon rules import sigma_all_rules.zip --name sigmahq',
      ]),
    )
    .action(async (from: string, flags) => {
      const { runRulesImport } = await import('./commands/rules-import.ts');
      process.exitCode = await runRulesImport(from, flags);
    });
  rules
    .command('remove')
    .description('take an import away')
    .argument('<name>', 'the name of the import')
    .option(...CONFIG)
    .option(...DATA)
    .addHelpText(
      'after',
      toNotes('0 gone, 1 failed, 2 there is none', ['cordon rules remove sigma']),
    )
    .action(async (name: string, flags) => {
      const { runRulesRemove } = await import('./commands/rules-import.ts');
      process.exitCode = await runRulesRemove(name, flags);
    });
}

function addChecks(rules: Command): void {
  rules
    .command('lint')
    .description('tell what is wrong with rules, with line and column')
    .argument('[path]', 'rule file or folder; without it, all rules in force')
    .option(...JSON_OUT)
    .option(...CONFIG)
    .option(...DATA)
    .option(...CONTENT)
    .addHelpText(
      'after',
      toNotes('0 nothing is wrong, 1 failed, 2 wrong use, 3 something is', [
        'cordon rules lint my-rules/',
      ]),
    )
    .action(async (path: string | undefined, flags) => {
      const { runRulesLint } = await import('./commands/rules-lint.ts');
      process.exitCode = await runRulesLint(path, flags);
    });
  rules
    .command('test')
    .description('run the cases.yml beside rules')
    .argument('[path]', 'rule file or folder; without it, all rules in force')
    .option(...JSON_OUT)
    .option(...CONFIG)
    .option(...DATA)
    .option(...CONTENT)
    .addHelpText(
      'after',
      toNotes('0 all go as they say, 1 failed, 2 wrong use, 3 one does not', [
        'cordon rules test content/rules/auth-bruteforce',
      ]),
    )
    .action(async (path: string | undefined, flags) => {
      const { runRulesTest } = await import('./commands/rules-test.ts');
      process.exitCode = await runRulesTest(path, flags);
    });
}

function addLooks(rules: Command): void {
  rules
    .command('explain')
    .description('tell what a rule looks at, what makes it fire and where it comes from')
    .argument('<rule>', 'id, title or file')
    .option(...JSON_OUT)
    .option(...CONFIG)
    .option(...DATA)
    .option(...CONTENT)
    .addHelpText(
      'after',
      toNotes('0 explained, 1 failed, 2 there is no such rule', [
        'cordon rules explain auth-bruteforce',
      ]),
    )
    .action(async (rule: string, flags) => {
      const { runRulesExplain } = await import('./commands/rules-explain.ts');
      process.exitCode = await runRulesExplain(rule, flags);
    });
  rules
    .command('backtest')
    .description(
      'show a rule the stored events: how often it would have fired, and on whom; works beside a running server',
    )
    .argument('<rule>', 'id, title or file')
    .option('--since <span>', 'how far back, by the time of the events: 12h, 30d', '30d')
    .option(...JSON_OUT)
    .option(...CONFIG)
    .option(...DATA)
    .option(...CONTENT)
    .addHelpText(
      'after',
      toNotes('0 it would not have fired, 1 failed, 2 wrong use, 3 it would have', [
        'cordon rules backtest auth-bruteforce --since 7d',
        'cordon rules backtest draft.yml --json | jq .fired',
      ]),
    )
    .action(async (rule: string, flags) => {
      const { runRulesBacktest } = await import('./commands/rules-backtest.ts');
      process.exitCode = await runRulesBacktest(rule, flags);
    });
  rules
    .command('coverage')
    .description(
      'ATT&CK techniques by the data sources really present, and rules that cannot fire; works beside a running server',
    )
    .option(...JSON_OUT)
    .option(...CONFIG)
    .option(...DATA)
    .option(...CONTENT)
    .addHelpText('after', toNotes('0 told, 1 failed, 2 no data there', ['cordon rules coverage']))
    .action(async (flags) => {
      const { runRulesCoverage } = await import('./commands/rules-coverage.ts');
      process.exitCode = await runRulesCoverage(flags);
    });
}

function addTop(rules: Command): void {
  rules
    .command('top')
    .description('what rules cost and bring, as the running server accounts for it')
    .option('--url <url>', 'where the server is; from the configuration without it')
    .option('--token <token>', 'an API token; CORDON_TOKEN without it')
    .option('--limit <n>', 'how many', '25')
    .option(...JSON_OUT)
    .option(...CONFIG)
    .addHelpText(
      'after',
      toNotes('0 told, 1 the server does not answer or does not accept the token, 2 wrong use', [
        'CORDON_TOKEN=… cordon rules top --config cordon.yml',
      ]),
    )
    .action(async (flags) => {
      const { runRulesTop } = await import('./commands/rules-top.ts');
      process.exitCode = await runRulesTop(flags);
    });
}
