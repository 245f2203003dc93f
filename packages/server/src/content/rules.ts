import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Batch,
  linkRules,
  type Problem,
  parseSigma,
  type SigmaDocument,
  type SigmaOptions,
} from '@cordon/core';
import type { RuleCache } from './rule-cache.ts';

const MAX_FILE_BYTES = 1_000_000;

/** So many files are open at once. */
const AT_ONCE = 64;

/** How rules are read. */
export interface ReadOptions extends SigmaOptions {
  /** Rules that were read before; without it every file is read anew. */
  readonly cache?: RuleCache;
}

/** The rules of `<dir>/<id>/rule.yml`, linked; a bad one is a problem and never stops the others. */
export async function loadRules(
  dir: string,
  options: ReadOptions = {},
): Promise<Batch<SigmaDocument>> {
  const read = await readRules(dir, options);
  const linked = linkRules(read.values);
  return { values: linked.values, problems: [...read.problems, ...linked.problems] };
}

/** The same, not linked yet: in order of their ids, so that they can be linked with others. */
export async function readRules(
  dir: string,
  { cache, ...options }: ReadOptions = {},
): Promise<Batch<SigmaDocument>> {
  const entries = await readdir(dir, { withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(dir, entry.name, 'rule.yml'))
    .toSorted();
  const parse: Parse = (text, file) =>
    cache ? cache.read(text, file, options) : parseSigma(text, file, options);
  const read: Batch<SigmaDocument>[] = [];
  for (let at = 0; at < files.length; at += AT_ONCE) {
    const some = files.slice(at, at + AT_ONCE);
    read.push(...(await Promise.all(some.map((file) => loadFile(file, parse)))));
  }
  return {
    values: read.flatMap(({ values }) => values),
    problems: read.flatMap(({ problems }) => problems),
  };
}

type Parse = (text: string, file: string) => Batch<SigmaDocument>;

async function loadFile(file: string, parse: Parse): Promise<Batch<SigmaDocument>> {
  try {
    const { size } = await stat(file);
    if (size > MAX_FILE_BYTES) return unreadable(file, `it is larger than ${MAX_FILE_BYTES} bytes`);
    return parse(await readFile(file, 'utf8'), file);
  } catch (error) {
    return unreadable(file, error instanceof Error ? error.message : String(error));
  }
}

function unreadable(file: string, why: string): Batch<SigmaDocument> {
  const problem: Problem = {
    code: 'rule_unreadable',
    detail: `The rule file cannot be read: ${why}.`,
    at: { file },
    retryable: false,
  };
  return { values: [], problems: [problem] };
}
