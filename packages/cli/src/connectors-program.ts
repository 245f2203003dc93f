import type { Command } from 'commander';
import { JSON_OUT, toNotes } from './flags.ts';

/** `cordon connector …`: everything that is done with connectors. */
export function addConnectors(program: Command): void {
  const connectors = program.command('connector').description('work with connectors');
  connectors
    .command('import')
    .description(
      'print a manifest made from an API described in OpenAPI 3; without --verb and --apply, its operations',
    )
    .argument('<file>', 'the description, JSON or YAML')
    .option('--verb <verb>', 'what it is to carry out, such as net.ip.block')
    .option('--look <operation>', 'the operation that asks')
    .option('--apply <operation>', 'the operation that changes')
    .option('--undo <operation>', 'the operation that puts back')
    .option('--id <id>', 'what to call it; made from the file name')
    .option('--docs <url>', 'where the API is described')
    .option(...JSON_OUT)
    .addHelpText(
      'after',
      toNotes('0 printed, 2 wrong use, 3 it cannot be made', [
        'cordon connector import openapi.json',
        'cordon connector import openapi.json --verb net.ip.block --look listRules --apply addRule --undo deleteRule > connectors/wall.yml',
      ]),
    )
    .action(async (file: string, flags) => {
      const { runConnectorImport } = await import('./commands/connector-import.ts');
      process.exitCode = await runConnectorImport(file, flags);
    });
}
