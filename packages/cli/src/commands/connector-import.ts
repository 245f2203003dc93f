import { readFile } from 'node:fs/promises';
import { type Api, readOpenApi, toManifest } from '@cordon/core';
import { say, toSlug } from '../playbook-files.ts';
import { tellProblems } from '../rules-settings.ts';
import { EXIT, neutralise, toJsonLine } from '../terminal.ts';

export interface ConnectorImportFlags {
  readonly id?: string;
  readonly docs?: string;
  readonly verb?: string;
  readonly look?: string;
  readonly apply?: string;
  readonly undo?: string;
  readonly json?: boolean;
}

/** Prints a manifest made from a description in OpenAPI 3; without operations chosen, those there are. */
export async function runConnectorImport(
  file: string,
  flags: ConnectorImportFlags,
): Promise<number> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) {
    process.stderr.write(`${neutralise(file)} cannot be read.\n`);
    return EXIT.usage;
  }
  const api = readOpenApi(text);
  if (!api.ok) {
    tellProblems([api.problem]);
    return EXIT.found;
  }
  if (flags.verb === undefined || flags.apply === undefined)
    return tellOperations(api.value, flags);
  const made = toManifest(api.value, {
    connector: flags.id ?? toSlug(file),
    verb: flags.verb,
    apply: flags.apply,
    docs: flags.docs ?? 'https://example.com',
    ...(flags.look === undefined ? {} : { look: flags.look }),
    ...(flags.undo === undefined ? {} : { undo: flags.undo }),
  });
  if (!made.ok) {
    tellProblems([made.problem]);
    return EXIT.found;
  }
  process.stdout.write(made.value);
  return EXIT.ok;
}

function tellOperations({ title, operations }: Api, { json }: ConnectorImportFlags): number {
  const shown = operations.map(({ id, method, path, summary }) => ({ id, method, path, summary }));
  if (json) process.stdout.write(`${toJsonLine({ title, operations: shown })}\n`);
  else
    for (const { id, method, path, summary } of shown)
      say([id, id === `${method} ${path}` ? '' : `${method} ${path}`, summary].join('  '));
  return EXIT.ok;
}
