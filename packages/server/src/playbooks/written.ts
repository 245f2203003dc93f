import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Batch, type Playbook, type Problem, parsePlaybook } from '@cordon/core';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

/** One saved version of a playbook: its text, and who put it in force, when and why. */
export interface PlaybookVersion {
  readonly version: number;
  readonly text: string;
  readonly by: string;
  /** Milliseconds since 1970; absent for what came along. */
  readonly at?: number;
  readonly reason: string;
}

const Kept = Type.Object({
  text: Type.String(),
  by: Type.String(),
  at: Type.Optional(Type.Number()),
  reason: Type.String(),
});

const folderOf = (dataDir: string, id: string): string => join(dataDir, 'playbooks', id);

/** Playbooks that were written here, each in its newest version, and the ids of all of them. */
export async function loadWritten(
  dataDir: string | undefined,
): Promise<Batch<Playbook> & { readonly ids: ReadonlySet<string> }> {
  const ids = dataDir === undefined ? [] : await listNames(join(dataDir, 'playbooks'));
  const values: Playbook[] = [];
  const problems: Problem[] = [];
  for (const id of ids) {
    const folder = folderOf(dataDir ?? '', id);
    const newest = await newestNumber(dataDir ?? '', id);
    const file = join(folder, `${newest}.json`);
    const kept = await readVersion(folder, newest);
    const parsed = kept
      ? parsePlaybook(kept.text, file)
      : { playbook: undefined, problems: [unreadable(file)] };
    problems.push(...parsed.problems);
    if (parsed.playbook) values.push(parsed.playbook);
  }
  return { values, problems, ids: new Set(ids) };
}

/** The number of the newest version that was saved here, readable or not; 0 when there is none. */
export const newestNumber = async (dataDir: string, id: string): Promise<number> =>
  (await listNumbers(folderOf(dataDir, id))).at(-1) ?? 0;

/** Every version of one playbook that was saved here, newest first; none when there is none. */
export async function listVersions(
  dataDir: string,
  id: string,
): Promise<readonly PlaybookVersion[]> {
  const folder = folderOf(dataDir, id);
  const numbers = await listNumbers(folder);
  const read = await Promise.all(numbers.reverse().map((version) => readVersion(folder, version)));
  return read.flatMap((version) => version ?? []);
}

/**
 * Keeps a version on disk, whole or not at all; false when that version is there already, so that of
 * two who save at once only one does.
 */
export async function keepVersion(
  dataDir: string,
  id: string,
  { version, ...kept }: PlaybookVersion,
): Promise<boolean> {
  const folder = folderOf(dataDir, id);
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${version}.json`);
  const draft = `${file}.${randomUUID()}.new`;
  const handle = await open(draft, 'w');
  try {
    await handle.writeFile(JSON.stringify(kept));
    await handle.sync();
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await handle.close();
    await unlink(draft);
  }
}

const listNames = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

async function listNumbers(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .flatMap((name) => (/^(\d{1,9})\.json$/.exec(name)?.[1] ? [Number.parseInt(name, 10)] : []))
    .sort((a, b) => a - b);
}

async function readVersion(folder: string, version: number): Promise<PlaybookVersion | undefined> {
  const text = await readFile(join(folder, `${version}.json`), 'utf8').catch(() => 'null');
  const kept = parseJson(text);
  return Value.Check(Kept, kept) ? { version, ...kept } : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const unreadable = (file: string): Problem => ({
  code: 'playbook_syntax',
  detail: 'The playbook that was saved here cannot be read; it is out of force.',
  hint: 'Save it anew, or remove its folder to go back to the one that came along.',
  at: { file },
  retryable: false,
});
