import { type Playbook, parseCacao, toCacao, toCacaoJson, toRunnable } from '@cordon/core';
import { readBeside, readPlaybooks } from '../playbook-files.ts';
import { type RuleFlags, tellProblems } from '../rules-settings.ts';
import { EXIT } from '../terminal.ts';

/** Prints a playbook as CACAO 2.0; one that was taken over and not changed since, as it came. */
export async function runPlaybookExport(what: string, flags: RuleFlags): Promise<number> {
  const read = await readPlaybooks(what, flags);
  const playbook = read?.own[0];
  if (!read || !playbook) {
    tellProblems(read?.problems ?? []);
    return EXIT.usage;
  }
  const calls = Object.fromEntries(read.all.map((one) => [one.id, one.id]));
  const original = await readOriginal(playbook, calls);
  const document = original ?? toCacaoJson(toCacao(playbook, { at: new Date().toISOString() }));
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  return EXIT.ok;
}

async function readOriginal(playbook: Playbook, calls: Readonly<Record<string, string>>) {
  const text = await readBeside(playbook, 'original.json');
  const cacao = text === undefined ? undefined : parseCacao(text, 'original.json').playbook;
  if (!cacao) return undefined;
  const again = [true, false].map(
    (byHand) => toRunnable(cacao, { id: playbook.id, byHand, calls }).text,
  );
  return again.includes(playbook.source.text) ? toCacaoJson(cacao) : undefined;
}
