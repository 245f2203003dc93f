import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  linkRules,
  type Problem,
  parseSigma,
  type SigmaDocument,
  type SigmaOptions,
} from '@cordon/core';
import { type loadContent, SourceError } from '@cordon/server';

const RULE = /^(?:detection|correlation|filter)\s*:/m;

/** The rules below a path. */
export interface RuleFiles {
  /** Files that hold rules. */
  readonly files: readonly string[];
  readonly rules: readonly SigmaDocument[];
  readonly problems: readonly Problem[];
}

/**
 * Reads every YAML file of a path that holds rules and links them, beside those that are there
 * already. `others` may be referred to and are not among the result.
 */
export async function readRuleFiles(
  path: string,
  others: readonly SigmaDocument[] = [],
  { placeholders = {} }: Pick<SigmaOptions, 'placeholders'> = {},
): Promise<RuleFiles> {
  const files: string[] = [];
  const read: SigmaDocument[] = [];
  const problems: Problem[] = [];
  for (const file of await listYaml(path)) {
    const text = await readFile(file, 'utf8');
    if (!RULE.test(text)) continue;
    files.push(file);
    const parsed = parseSigma(text, file, { placeholders });
    read.push(...parsed.values);
    problems.push(...parsed.problems);
  }
  const own = new Set(read.map(({ id }) => id));
  const mine = new Set(files);
  const linked = linkRules([...read, ...others.filter(({ id }) => !own.has(id))]);
  return {
    files,
    rules: linked.values.filter(({ at }) => mine.has(at.file)),
    problems: [...problems, ...linked.problems.filter(({ at }) => at && mine.has(at.file))],
  };
}

async function listYaml(path: string): Promise<readonly string[]> {
  const kind = await stat(path).catch(() => undefined);
  if (!kind)
    throw new SourceError(`${path} is not there.`, 'Name a rule file or a folder of them.');
  if (kind.isFile()) return [path];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

type Content = Awaited<ReturnType<typeof loadContent>>;

/** A rule with all rules it may refer to. */
export interface FoundRule {
  readonly rule: SigmaDocument;
  readonly rules: readonly SigmaDocument[];
}

/** The rule of that id or title, or the last one of that file; undefined when there is none. */
export async function findRule(
  what: string,
  { rules }: Content,
  options: Pick<SigmaOptions, 'placeholders'> = {},
): Promise<FoundRule | undefined> {
  const wanted = what.toLowerCase();
  const known =
    rules.find(({ id, name }) => id === what || name === what) ??
    rules.find(({ title }) => title.toLowerCase() === wanted);
  if (known) return { rule: known, rules };
  const isFile = await stat(what).then(
    (kind) => kind.isFile(),
    () => false,
  );
  if (!isFile) return undefined;
  const draft = await readRuleFiles(what, rules, options);
  const rule = draft.rules.findLast(({ kind }) => kind !== 'filter');
  const own = new Set(draft.rules.map(({ id }) => id));
  return rule && { rule, rules: [...draft.rules, ...rules.filter(({ id }) => !own.has(id))] };
}
