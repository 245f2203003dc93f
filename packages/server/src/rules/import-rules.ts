import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Problem, SigmaDocument, SigmaOptions } from '@cordon/core';
import { checkFiles, digestOf, type GoodFile } from './check-files.ts';
import { isAddress, withRepository } from './git-source.ts';
import { loadPacks, packFile, packsDir, type RulePack, readPack } from './pack.ts';
import { readSource, SOURCE_LIMITS, SourceError, type SourceFile } from './rule-source.ts';

export interface ImportOptions extends Pick<SigmaOptions, 'placeholders'> {
  /** A folder, a ZIP archive, or the https address of a git repository. */
  readonly from: string;
  readonly dataDir: string;
  /** The rules that come along with Cordon: their ids are taken. */
  readonly content: readonly SigmaDocument[];
  /** What to call it; made from `from` without it. */
  readonly name?: string;
  /** What the rules are licensed under; found in the licence file without it. */
  readonly licence?: string;
  /** Rules only record, until somebody sets them otherwise; as before without it. */
  readonly isShadow?: boolean;
  readonly now: () => number;
  readonly onProgress?: (
    stage: 'reading' | 'checking' | 'writing',
    done: number,
    total: number,
  ) => void;
}

/** A rule of an import, as it is spoken of. */
export interface ImportedRule {
  readonly id: string;
  readonly title: string;
  readonly path: string;
}

/** What an import did. */
export interface ImportReport {
  readonly name: string;
  readonly from: string;
  readonly revision?: string;
  readonly licence?: string;
  readonly isShadow: boolean;
  /** Rules that are there now. */
  readonly rules: number;
  readonly added: readonly ImportedRule[];
  readonly changed: readonly ImportedRule[];
  readonly removed: readonly ImportedRule[];
  readonly refused: readonly Problem[];
  /** YAML files that hold no rule. */
  readonly others: number;
}

/**
 * Takes the rules of a source into the data folder. Doing it again changes nothing, or what the
 * source changed. Rejects with `SourceError` when the source cannot be read; nothing changes then.
 */
export async function importRules(options: ImportOptions): Promise<ImportReport> {
  const { from, onProgress } = options;
  if (toName(options.name ?? from) === WRITTEN_PACK)
    throw new SourceError(
      `"${WRITTEN_PACK}" is the name of the rules that are written in the console.`,
      'Give the import another name with --name.',
    );
  const take = async (dir: string, revision?: string): Promise<ImportReport> => {
    const files = await readSource(dir, SOURCE_LIMITS, (...done) =>
      onProgress?.('reading', ...done),
    );
    const origin = isAddress(from) ? from : resolve(from);
    return takeFiles(files, { ...options, from: origin }, revision);
  };
  return isAddress(from) ? withRepository(from, take) : take(from);
}

/** The import that rules belong to which people write on this server. */
export const WRITTEN_PACK = 'written-here';

/** Takes files as an import: all that it had before and is not among them goes. `from` is told as it is. */
export async function takeFiles(
  files: readonly SourceFile[],
  options: ImportOptions,
  revision?: string,
): Promise<ImportReport> {
  const { dataDir, from, content, placeholders, onProgress } = options;
  const name = toName(options.name ?? from);
  const before = await readPack(dataDir, name);
  const { values } = await loadPacks(dataDir, placeholders ? { placeholders } : {});
  const others = [...content, ...values.filter(({ source }) => source !== name)];
  const checked = checkFiles(files, {
    others,
    ...(placeholders ? { placeholders } : {}),
    onProgress: (...done) => onProgress?.('checking', ...done),
  });
  if (checked.good.length === 0 && checked.refused.length === 0)
    throw new SourceError(
      `${from} holds no Sigma rule.`,
      'A rule is a YAML file with `detection`, `correlation` or `filter`.',
    );
  const licence = options.licence ?? findLicence(files) ?? before?.licence;
  const pack: RulePack = {
    name,
    from,
    ...(revision === undefined ? {} : { revision }),
    ...(licence === undefined ? {} : { licence }),
    isShadow: options.isShadow ?? before?.isShadow ?? false,
    importedAt: options.now(),
    version: versionOf(checked.good),
    files: checked.good.map(({ folder, path, digest, rules }) => ({ folder, path, digest, rules })),
    refused: checked.refused,
  };
  await store(dataDir, { pack, files: checked.good, before }, (...done) =>
    onProgress?.('writing', ...done),
  );
  return toReport(pack, before, checked.others);
}

const toName = (text: string): string => {
  const last = basename(text.replace(/[/\\]+$/, '')).replace(/\.(zip|git)$/i, '');
  const name = last
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
  if (name === '') throw new SourceError('The import needs a name.', 'Give it one with --name.');
  return name;
};

const versionOf = (files: readonly GoodFile[]): string =>
  `v-${digestOf(files.map(({ folder, path, digest }) => `${folder} ${path} ${digest}`).join('\n')).slice(0, 16)}`;

/** The licence file nearest to the root that is one we know by name. */
function findLicence(files: readonly SourceFile[]): string | undefined {
  const licences = files
    .filter(({ path }) => /(?:^|\/)licen[cs]e[^/]*$/i.test(path))
    .sort((a, b) => a.path.split('/').length - b.path.split('/').length);
  for (const { text } of licences) {
    const known = KNOWN_LICENCES.find(([pattern]) => pattern.test(text));
    if (known) return known[1];
  }
  return undefined;
}

const KNOWN_LICENCES: readonly (readonly [RegExp, string])[] = [
  [/Detection Rule License/i, 'DRL-1.1'],
  [/Elastic License/i, 'Elastic-2.0'],
  [/Apache License/i, 'Apache-2.0'],
  [/MIT License/i, 'MIT'],
  [/GNU (?:AFFERO )?GENERAL PUBLIC LICENSE/i, 'GPL'],
];

/** Writes the files beside those in force, then the pack file over the old one, then removes the old files. */
async function store(
  dataDir: string,
  {
    pack,
    files,
    before,
  }: {
    readonly pack: RulePack;
    readonly files: readonly GoodFile[];
    readonly before: RulePack | undefined;
  },
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  if (before && isSame(before, pack)) return;
  const dir = join(packsDir(dataDir), pack.name);
  if (before?.version !== pack.version) {
    const target = join(dir, pack.version);
    await rm(target, { recursive: true, force: true });
    await mkdir(target, { recursive: true, mode: 0o700 });
    for (const [at, { folder, text, cases }] of files.entries()) {
      await mkdir(join(target, folder), { recursive: true });
      await writeFile(join(target, folder, 'rule.yml'), text);
      if (cases !== undefined) await writeFile(join(target, folder, 'cases.yml'), cases);
      onProgress(at + 1, files.length);
    }
  }
  const file = packFile(dataDir, pack.name);
  await writeFile(`${file}.tmp`, `${JSON.stringify(pack)}\n`);
  await rename(`${file}.tmp`, file);
  for (const name of await readdir(dir))
    if (name.startsWith('v-') && name !== pack.version)
      await rm(join(dir, name), { recursive: true, force: true });
}

const isSame = (a: RulePack, b: RulePack): boolean =>
  JSON.stringify({ ...a, importedAt: 0 }) === JSON.stringify({ ...b, importedAt: 0 });

function toReport(pack: RulePack, before: RulePack | undefined, others: number): ImportReport {
  const was = rulesOf(before);
  const is = rulesOf(pack);
  const pick = (from: typeof is, isWanted: (id: string, digest: string) => boolean) =>
    [...from]
      .filter(([id, { digest }]) => isWanted(id, digest))
      .map(([id, { title, path }]) => ({ id, title, path }));
  const { name, from, revision, licence, isShadow, refused } = pack;
  return {
    name,
    from,
    ...(revision === undefined ? {} : { revision }),
    ...(licence === undefined ? {} : { licence }),
    isShadow,
    rules: is.size,
    added: pick(is, (id) => !was.has(id)),
    changed: pick(is, (id, digest) => was.has(id) && was.get(id)?.digest !== digest),
    removed: pick(was, (id) => !is.has(id)),
    refused,
    others,
  };
}

const rulesOf = (pack: RulePack | undefined) =>
  new Map(
    (pack?.files ?? []).flatMap(({ rules, path, digest }) =>
      rules.map(({ id, title }) => [id, { title, path, digest }] as const),
    ),
  );

/** Takes an import away; says whether there was one of that name. */
export async function removePack(dataDir: string, name: string): Promise<boolean> {
  if (!/^[a-z0-9-]{1,40}$/.test(name) || !(await readPack(dataDir, name))) return false;
  await rm(packFile(dataDir, name), { force: true });
  await rm(join(packsDir(dataDir), name), { recursive: true, force: true });
  return true;
}
