import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Json,
  type JsonObject,
  type Problem,
  parseCacao,
  parsePlaybook,
  readSoar,
  toCacaoId,
  toRunnable,
  toSkeleton,
} from '@cordon/core';
import { verifyCacao } from '@cordon/server';
import { readPlaybooks, say, toSlug } from '../playbook-files.ts';
import { type RuleFlags, readGround, tellProblems } from '../rules-settings.ts';
import { isThere } from '../settings.ts';
import { EXIT, neutralise, toJsonLine } from '../terminal.ts';

export interface ImportFlags extends RuleFlags {
  readonly name?: string;
  readonly byHand?: boolean;
  readonly force?: boolean;
}

/** What a file became. */
interface Imported {
  readonly text?: string;
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

/** Takes a playbook of CACAO 2.0 or of Splunk SOAR into the playbooks; the original is kept beside it. */
export async function runPlaybookImport(file: string, flags: ImportFlags): Promise<number> {
  const ground = await readGround(flags);
  const known = ground && (await readPlaybooks(undefined, flags));
  if (!ground || !known) return EXIT.failed;
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) {
    process.stderr.write(`${neutralise(file)} cannot be read.\n`);
    return EXIT.usage;
  }
  const id = flags.name ?? toSlug(file);
  const calls = Object.fromEntries(known.all.map((one) => [toCacaoId(one.id), one.id]));
  const imported = convert(text, { file, id, byHand: flags.byHand === true, calls });
  const own = imported.text === undefined ? undefined : parsePlaybook(imported.text, file).playbook;
  const folder = join(ground.contentDir, 'playbooks', own?.id ?? id);
  if (own && flags.force !== true && (await isThere(folder))) {
    process.stderr.write(
      `${neutralise(folder)} is there already.\n  hint: --name for another name, --force to replace it\n`,
    );
    return EXIT.usage;
  }
  if (imported.text !== undefined) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'playbook.yml'), imported.text);
    await writeFile(join(folder, 'original.json'), text);
  }
  return tell(imported, folder, flags);
}

function tell(imported: Imported, folder: string, flags: ImportFlags): number {
  const { problems, notes } = imported;
  const isIn = imported.text !== undefined;
  if (flags.json)
    process.stdout.write(`${toJsonLine({ ...(isIn ? { folder } : {}), problems, notes })}\n`);
  else {
    tellProblems(problems);
    for (const note of notes) say(note);
    if (isIn) say(`Taken over into ${folder}.`);
    else
      say(
        'Nothing was taken over. With --by-hand, what nothing here carries out is put to a person.',
      );
  }
  return isIn ? EXIT.ok : EXIT.found;
}

interface From {
  readonly file: string;
  readonly id: string;
  readonly byHand: boolean;
  readonly calls: Readonly<Record<string, string>>;
}

function convert(text: string, from: From): Imported {
  const document = parseJson(text);
  if (document !== undefined && typeof document['coa'] === 'object')
    return convertSoar(document, from);
  const { playbook, problems } = parseCacao(text, from.file);
  if (!playbook) return { problems, notes: [] };
  const notes = verifyCacao(document ?? {}, Date.now()).map(
    ({ signee, state, isInTime }) =>
      `Signature of ${signee}: ${state.replaceAll('_', ' ')}${isInTime === false ? ', its time is over' : ''}`,
  );
  return { ...toRunnable(playbook, from), notes };
}

function convertSoar(document: JsonObject, { id }: From): Imported {
  const soar = readSoar(document);
  const skeleton = soar.ok ? toSkeleton(soar.value, id) : soar;
  if (!skeleton.ok) return { problems: [skeleton.problem], notes: [] };
  const { text, nodes, nodesKept, edges, edgesKept, withoutCounterpart } = skeleton.value;
  const lost =
    withoutCounterpart.length > 0 ? [`Put to a person: ${withoutCounterpart.join(', ')}`] : [];
  const counts = `${nodesKept} of ${nodes} boxes and ${edgesKept} of ${edges} arrows were kept.`;
  return { text, problems: [], notes: [counts, ...lost] };
}

function parseJson(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined;
  } catch {
    return undefined;
  }
}
