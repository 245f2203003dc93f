#!/usr/bin/env node
import { Command } from 'commander';
import { keepCompiledCode } from './compile-cache.ts';
import { addConnectors } from './connectors-program.ts';
import { CONFIG, CONTENT, DATA, JSON_OUT, toNotes } from './flags.ts';
import { addPlaybooks } from './playbooks-program.ts';
import { addHunt, addRules } from './rules-program.ts';
import { EXIT, neutralise } from './terminal.ts';

const VERSION = '0.1.0';

function addExplain(program: Command): void {
  program
    .command('explain')
    .description(
      'explain an incident, a record or a line of log: which parser took it, the event, every rule that looked at it and why it fired or did not',
    )
    .argument('<what>', 'INC-<number>, inc_<id>, #<record offset>, or the line itself in quotes')
    .option('--line', 'take the argument as a line of log whatever it looks like')
    .option(...JSON_OUT)
    .option(...CONFIG)
    .option(...DATA)
    .option(...CONTENT)
    .addHelpText(
      'after',
      toNotes('0 explained, 1 failed, 2 there is no such thing', [
        'cordon explain INC-3',
        "cordon explain '#1742'",
        "cordon explain 'Mar  4 08:15:22 web sshd[41]: Failed password for root from 192.0.2.9 port 4022 ssh2'",
      ]),
    )
    .action(async (what: string, flags) => {
      const { runExplain } = await import('./commands/explain.ts');
      process.exitCode = await runExplain(what, flags);
    });
}

function addUp(program: Command): void {
  program
    .command('up')
    .description('run the product until it is told to stop')
    .option(...CONFIG)
    .option('--demo', 'play the demo attack at once')
    .addHelpText(
      'after',
      toNotes('0 stopped when told to, 1 could not start', [
        'cordon up --config cordon.yml',
        'cordon up --demo',
      ]),
    )
    .action(async (flags) => {
      const { runUp } = await import('./commands/up.ts');
      process.exitCode = await runUp(flags);
    });
}

function addClosing(program: Command): void {
  program
    .command('closing')
    .description(
      'what closing by itself hid in the last days, or would have hidden, and what it was',
    )
    .option('--days <days>', 'how many, at most 7', '7')
    .option(...JSON_OUT)
    .option(...CONFIG)
    .option(...DATA)
    .addHelpText(
      'after',
      toNotes('0 nothing genuine was hidden, 1 failed, 2 wrong use, 3 something was', [
        'cordon closing --config cordon.yml',
        'cordon closing --days 1 --json | jq .counts',
      ]),
    )
    .action(async (flags) => {
      const { runClosing } = await import('./commands/closing.ts');
      process.exitCode = await runClosing(flags);
    });
}

function addEntity(program: Command): void {
  program
    .command('entity <kind> <id>')
    .description(
      'what was known of a machine, an account or an address at a time: whose name it was, what it had to do with, what can be reached from it',
    )
    .option('--at <time>', 'at what time, as 2026-11-24T10:00:00Z; now, unless given')
    .option(...JSON_OUT)
    .option(...CONFIG)
    .option(...DATA)
    .addHelpText(
      'after',
      toNotes('0 something is known, 1 failed, 2 wrong use, 3 nothing is known', [
        'cordon entity ip 10.0.0.5 --at 2026-11-24T12:00:00Z',
        'cordon entity user alice --json | jq .reach',
      ]),
    )
    .action(async (kind, id, flags) => {
      const { runEntity } = await import('./commands/entity.ts');
      process.exitCode = await runEntity(kind, id, flags);
    });
}

/** Commands that look at a data folder, whether a server runs on it or not. */
function addLooks(program: Command): void {
  program
    .command('status')
    .description(
      'sources with the conservation equation, health, queue and the actions that are held; works beside a running server',
    )
    .option(...JSON_OUT)
    .option(...CONFIG)
    .option(...DATA)
    .addHelpText(
      'after',
      toNotes('0 all is well, 1 failed, 2 no data there, 3 something is not well', [
        'cordon status --config cordon.yml',
        'cordon status --json | jq .conservation',
      ]),
    )
    .action(async (flags) => {
      const { runStatus } = await import('./commands/status.ts');
      process.exitCode = await runStatus(flags);
    });
  program
    .command('audit')
    .description('the audit trail')
    .command('verify')
    .description('check the hash chain of the audit trail; works beside a running server')
    .option(...JSON_OUT)
    .option(...CONFIG)
    .option(...DATA)
    .addHelpText(
      'after',
      toNotes('0 every line fits, 1 failed, 2 no data there, 3 a line does not fit', [
        'cordon audit verify --data data',
      ]),
    )
    .action(async (flags) => {
      const { runAuditVerify } = await import('./commands/audit-verify.ts');
      process.exitCode = await runAuditVerify(flags);
    });
  program
    .command('doctor')
    .description('look at everything Cordon stands on; works beside a running server')
    .option(...JSON_OUT)
    .option(...CONFIG)
    .addHelpText(
      'after',
      toNotes('0 all is well, 1 failed, 3 something is not well', ['cordon doctor']),
    )
    .action(async (flags) => {
      const { runDoctor } = await import('./commands/doctor.ts');
      process.exitCode = await runDoctor(flags);
    });
}

function addOnCall(program: Command): void {
  program
    .command('oncall')
    .description(
      'who is on call now, and who would be told of something, step by step and why; works beside a running server',
    )
    .option('--priority <level>', 'P1, P2, P3 or P4', 'P1')
    .option('--team <id>', 'the team it is for')
    .option('--subject <name>', 'a machine or account in it, which finds the team')
    .option('--fatigue', 'pages of each person in 30 days, and what would have spared them')
    .option(...JSON_OUT)
    .option(...CONFIG)
    .option(...DATA)
    .addHelpText(
      'after',
      toNotes('0 told, 1 failed, 2 wrong use or nobody is configured', [
        'cordon oncall --config cordon.yml',
        'cordon oncall --config cordon.yml --priority P2 --subject web-01',
        'cordon oncall --config cordon.yml --fatigue',
      ]),
    )
    .action(async (flags) => {
      const { runOnCall } = await import('./commands/oncall.ts');
      process.exitCode = await runOnCall(flags);
    });
}

function addInvestigate(program: Command): void {
  program
    .command('investigate')
    .description('think over a folder of logs and print incidents, origin and timeline')
    .argument(
      '<dir>',
      'folder or file: plain text, .gz, .zip, CSV with a header, JSON, JSON lines, .evtx',
    )
    .option('--json', 'everything as one line of JSON on stdout')
    .option('--html <file>', 'write one self-contained report')
    .option('--stix <file>', 'write the incidents as a STIX 2.1 bundle')
    .option('--attack-flow <file>', 'write them as an Attack Flow 2')
    .option(...CONFIG)
    .option(...CONTENT)
    .addHelpText(
      'after',
      toNotes('0 no incident, 1 failed, 2 wrong use, 3 incidents were found', [
        'cordon investigate /var/log --html report.html',
        'cordon investigate /var/log --config cordon.yml   # with its inventories',
        'cordon investigate evidence.zip --json | jq .incidents[].title',
      ]),
    )
    .action(async (dir: string, flags) => {
      const { runInvestigate } = await import('./commands/investigate.ts');
      process.exitCode = await runInvestigate(dir, flags);
    });
}

function addProbe(program: Command): void {
  program
    .command('probe')
    .description(
      'watch this machine and tell a server: processor, memory, disks, programs, sockets, units, packages, certificates; reads only, needs no rights',
    )
    .requiredOption('--to <url>', 'the server')
    .option(
      '--token <token>',
      'of a push source; CORDON_TOKEN in the environment is not seen by others',
    )
    .option('--every <seconds>', 'how often', '30')
    .option('--name <name>', 'of this machine, where its own does not do')
    .option('--certificate <files...>', 'certificates to watch, with *', [
      '/etc/letsencrypt/live/*/cert.pem',
    ])
    .addHelpText(
      'after',
      toNotes('0 stopped when told to, 2 wrong use', [
        'CORDON_TOKEN=cdn_src_… cordon probe --to https://cordon.example:7117',
      ]),
    )
    .action(async (flags) => {
      const { runProbe } = await import('./commands/probe.ts');
      process.exitCode = runProbe(flags);
    });
}

function addDiagnose(program: Command): void {
  program
    .command('diagnose')
    .description(
      'find out why something cannot be reached: names, route, filters, TCP, TLS, HTTP, the service itself; reads only',
    )
    .argument(
      '<places...>',
      '[from] to: host:port or a URL; from: here (the default) or netns:NAME',
    )
    .option('--service <name>', 'what should answer there, where the port does not tell')
    .option('--target-view <view>', 'a view of the target itself: netns:NAME')
    .option(...JSON_OUT)
    .option(...CONFIG)
    .option(...DATA)
    .addHelpText(
      'after',
      toNotes('0 it works, 1 failed, 2 wrong use, 3 causes were found', [
        'cordon diagnose https://intranet.example/login',
        'cordon diagnose db.example:5432 --config cordon.yml   # its ledger: is an action of ours the cause?',
        'cordon diagnose netns:client web.example:443 --target-view netns:web --json',
      ]),
    )
    .action(async (places: string[], flags) => {
      const { runDiagnose } = await import('./commands/diagnose.ts');
      process.exitCode = await runDiagnose(places, flags);
      // A lookup that still waits for a dead resolver must not hold the answer back.
      process.stdout.write('', () => process.exit());
    });
}

function addReport(program: Command): void {
  program
    .command('report')
    .description(
      'how a calendar week or month went: response times, workload, automation, rules that were wrong, cost; works beside a running server',
    )
    .option('--week', 'the week (the default), from Monday, in UTC')
    .option('--month', 'the month')
    .option('--back <number>', 'so many weeks or months before this one')
    .option('--html <file>', 'write one self-contained page that prints well')
    .option(...JSON_OUT)
    .option(...CONFIG)
    .option(...DATA)
    .option(...CONTENT)
    .addHelpText(
      'after',
      toNotes('0 told, 1 failed, 2 wrong use or no data there', [
        'cordon report --week --back 1 --html last-week.html',
        'cordon report --month --json | jq .response',
      ]),
    )
    .action(async (flags) => {
      const { runReport } = await import('./commands/report.ts');
      process.exitCode = await runReport(flags);
    });
}

function addMcp(program: Command): void {
  program
    .command('mcp')
    .description(
      'serve an assistant over the Model Context Protocol on stdin and stdout: looks, and proposes actions that a person approves',
    )
    .option('--url <url>', 'where Cordon runs', 'http://127.0.0.1:7117')
    .option('--token-file <file>', 'an API token of the role viewer or proposer; else CORDON_TOKEN')
    .addHelpText(
      'after',
      toNotes('0 the other side hung up, 1 failed, 2 no token', [
        'cordon mcp --url https://cordon.example --token-file /etc/cordon/assistant.token',
      ]),
    )
    .action(async (flags) => {
      const { runMcp } = await import('./commands/mcp.ts');
      process.exitCode = await runMcp(flags, VERSION);
    });
}

/** Commands load when they are called, so that `--help` answers at once. */
function createProgram(): Command {
  const program = new Command('cordon')
    .description('Automated incident response: explained, reversible, nothing lost silently.')
    .version(VERSION)
    .exitOverride();
  addUp(program);
  addInvestigate(program);
  addDiagnose(program);
  addProbe(program);
  addExplain(program);
  addLooks(program);
  addOnCall(program);
  addClosing(program);
  addEntity(program);
  addReport(program);
  addMcp(program);
  addRules(program);
  addPlaybooks(program);
  addConnectors(program);
  addHunt(program);
  return program.addHelpText(
    'after',
    '\nData goes to stdout, words to stderr. Exit codes: 0 well, 1 failed, 2 wrong use, 3 something was found.\n',
  );
}

/** Whoever read this has gone (`cordon … | head`): a command is through then; what serves goes on without words. */
function endWithReader(isServing: boolean): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      if (!isServing) process.exit();
    });
}

keepCompiledCode();
endWithReader(process.argv[2] === 'up');
try {
  await createProgram().parseAsync();
} catch (error) {
  const isUsage = error instanceof Error && 'exitCode' in error;
  if (isUsage) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else {
    process.stderr.write(`${neutralise(error instanceof Error ? error.message : String(error))}\n`);
    process.exitCode = EXIT.failed;
  }
}
