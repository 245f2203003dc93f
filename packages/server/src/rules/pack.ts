import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem, SigmaDocument } from '@cordon/core';
import { type ReadOptions, readRules } from '../content/rules.ts';

/*
 * Imported rules, one folder for each import below `rules/` of the data folder:
 * `<name>/pack.json` says what there is and which folder beside it is in force;
 * `<name>/<version>/<rule>/rule.yml` are the files as they came. The pack file is replaced as a
 * whole, so an import that is cut off leaves the one before in force.
 */

/** One file of an import that was taken. */
export interface PackRule {
  /** Its folder below the version's. */
  readonly folder: string;
  /** Where it was in what it came from. */
  readonly path: string;
  /** SHA-256 of the file, hex. */
  readonly digest: string;
  readonly rules: readonly { readonly id: string; readonly title: string }[];
}

/** One import: where it came from and what of it is here. */
export interface RulePack {
  readonly name: string;
  /** The folder, archive or address. */
  readonly from: string;
  /** The commit, where it came from git. */
  readonly revision?: string;
  /** What its rules are licensed under, where they do not say it themselves. */
  readonly licence?: string;
  /** Its rules are recorded when they fire and do not alert, until somebody sets them otherwise. */
  readonly isShadow: boolean;
  readonly importedAt: number;
  /** The folder that is in force. */
  readonly version: string;
  readonly files: readonly PackRule[];
  readonly refused: readonly Problem[];
}

/** Where imports lie in a data folder. */
export const packsDir = (dataDir: string): string => join(dataDir, 'rules');
export const packFile = (dataDir: string, name: string): string =>
  join(packsDir(dataDir), name, 'pack.json');

/** The import of that name, or undefined. */
export async function readPack(dataDir: string, name: string): Promise<RulePack | undefined> {
  const text = await readFile(packFile(dataDir, name), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const pack = JSON.parse(text) as RulePack;
  return Array.isArray(pack.files) && typeof pack.version === 'string' ? pack : undefined;
}

/** All imports, by name. One whose pack file is damaged is left out and told. */
export async function listPacks(
  dataDir: string,
): Promise<{ readonly packs: readonly RulePack[]; readonly problems: readonly Problem[] }> {
  const packs: RulePack[] = [];
  const problems: Problem[] = [];
  for (const name of await packNames(dataDir)) {
    const pack = await readPack(dataDir, name).catch(() => undefined);
    if (pack) packs.push(pack);
    else problems.push(damaged(packFile(dataDir, name)));
  }
  return { packs, problems };
}

async function packNames(dataDir: string): Promise<readonly string[]> {
  const entries = await readdir(packsDir(dataDir), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** The rules of all imports, each with the name of its import and the licence it came under. */
export async function loadPacks(
  dataDir: string,
  options: ReadOptions = {},
): Promise<{
  readonly packs: readonly RulePack[];
  readonly values: readonly SigmaDocument[];
  readonly problems: readonly Problem[];
}> {
  const { packs, problems } = await listPacks(dataDir);
  const read = await Promise.all(
    packs.map(async (pack) => {
      const dir = join(packsDir(dataDir), pack.name, pack.version);
      const { values, problems: bad } = await readRules(dir, { ...options, isOpen: true });
      return { values: values.map((rule) => toImported(rule, pack)), problems: bad };
    }),
  );
  return {
    packs,
    values: read.flatMap(({ values }) => values),
    problems: [...problems, ...read.flatMap((one) => one.problems)],
  };
}

/** A rule as the rest of Cordon knows it: with where it came from. */
export const toImported = (
  rule: SigmaDocument,
  { name, licence, isShadow }: Pick<RulePack, 'name' | 'licence' | 'isShadow'>,
): SigmaDocument => ({
  ...rule,
  source: name,
  ...(rule.license === undefined && licence !== undefined ? { license: licence } : {}),
  ...(isShadow ? { isShadow } : {}),
});

/** Changes when an import was made or taken away: what a running server looks at. */
export async function packsFingerprint(dataDir: string): Promise<string> {
  const names = await packNames(dataDir);
  const times = await Promise.all(
    names.map(async (name) => {
      const { mtimeMs } = await stat(packFile(dataDir, name)).catch(() => ({ mtimeMs: 0 }));
      return `${name} ${mtimeMs}`;
    }),
  );
  return times.join('\n');
}

const damaged = (file: string): Problem => ({
  code: 'rule_unreadable',
  detail: 'An import of rules cannot be read.',
  hint: 'Import it again; the rules themselves are where they came from.',
  at: { file },
  retryable: false,
});
