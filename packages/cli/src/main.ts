#!/usr/bin/env node
import { Command } from 'commander';
import { EXIT, neutralise } from './terminal.ts';

const CONFIG = ['--config <file>', 'cordon.yml'] as const;
const DATA = ['--data <dir>', 'data folder, instead of the configured one'] as const;

/** Commands over a running or stopped house. */
function addHouseCommands(program: Command): void {
  program
    .command('up')
    .description('run the product until it is told to stop')
    .option(...CONFIG)
    .option('--demo', 'play the demo attack at once')
    .action(async (flags) => {
      const { runUp } = await import('./commands/up.ts');
      process.exitCode = await runUp(flags);
    });
  program
    .command('explain')
    .description('explain an incident (INC-3) or a record (#17, its offset)')
    .argument('<what>', 'INC-<number>, inc_<id> or #<offset>')
    .option(...CONFIG)
    .option(...DATA)
    .action(async (what: string, flags) => {
      const { runExplain } = await import('./commands/explain.ts');
      process.exitCode = await runExplain(what, flags);
    });
  program
    .command('audit')
    .description('the audit trail')
    .command('verify')
    .description('check the hash chain of the audit trail')
    .option(...CONFIG)
    .option(...DATA)
    .action(async (flags) => {
      const { runAuditVerify } = await import('./commands/audit-verify.ts');
      process.exitCode = await runAuditVerify(flags);
    });
  program
    .command('doctor')
    .description('look at everything Cordon stands on')
    .option(...CONFIG)
    .action(async (flags) => {
      const { runDoctor } = await import('./commands/doctor.ts');
      process.exitCode = await runDoctor(flags);
    });
}

/** Commands load when they are called, so that `--help` answers at once. */
function createProgram(): Command {
  const program = new Command('cordon')
    .description('Automated incident response: explained, reversible, nothing lost silently.')
    .version('0.1.0')
    .exitOverride();
  program
    .command('investigate')
    .description('think over a folder of logs and print incidents, origin and timeline')
    .argument('<dir>', 'folder or file: plain text, .gz, .zip, JSON, JSON lines')
    .option('--json', 'everything as JSON on stdout')
    .option('--html <file>', 'write one self-contained report')
    .option('--content <dir>', 'parsers and rules to use')
    .action(async (dir: string, flags) => {
      const { runInvestigate } = await import('./commands/investigate.ts');
      process.exitCode = await runInvestigate(dir, flags);
    });
  addHouseCommands(program);
  return program;
}

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
