import { createHash } from 'node:crypto';
import {
  linkRules,
  type Problem,
  parseSigma,
  type SigmaDocument,
  type SigmaOptions,
} from '@cordon/core';
import type { PackRule } from './pack.ts';
import type { SourceFile } from './rule-source.ts';

/** A file whose rules can all be used. */
export interface GoodFile extends PackRule {
  readonly text: string;
  /** Cases beside it in our own form, where it came with some. */
  readonly cases?: string;
  readonly documents: readonly SigmaDocument[];
}

export interface Checked {
  readonly good: readonly GoodFile[];
  readonly refused: readonly Problem[];
  /** YAML files that hold no rule. */
  readonly others: number;
}

/** A rule, a correlation or a filter has one of these at its top. */
const RULE = /^(?:detection|correlation|filter)\s*:/m;
/** What its authors say is not to be used. */
const DEAD: ReadonlySet<string> = new Set(['deprecated', 'unsupported']);

interface CheckOptions extends Pick<SigmaOptions, 'placeholders'> {
  /** Rules that are there already. */
  readonly others: readonly SigmaDocument[];
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Sorts the files of a source: a file is taken whole or not at all, so that what is in force is
 * what stands in it. `others` are the rules that are there already: ids are taken once.
 */
export function checkFiles(
  files: readonly SourceFile[],
  { others, placeholders, onProgress }: CheckOptions,
): Checked {
  const ruleFiles = files.filter(({ path, text }) => /\.ya?ml$/i.test(path) && isRule(text));
  const cases = new Map(
    files
      .filter(({ path }) => /(?:^|\/)cases\.ya?ml$/i.test(path))
      .map(({ path, text }) => [folderOf(path), text]),
  );
  const refused: Problem[] = [];
  const good: GoodFile[] = [];
  const folders = new Set<string>();
  for (const [at, file] of ruleFiles.entries()) {
    const read = readFile(file, placeholders);
    refused.push(...read.problems);
    if (read.problems.length === 0) {
      const own = cases.get(folderOf(file.path));
      const isAlone = /(?:^|\/)rule\.ya?ml$/i.test(file.path);
      good.push({
        folder: nameOf(file.path, folders),
        path: file.path,
        digest: digestOf(file.text),
        rules: read.values.map(({ id, title }) => ({ id, title })),
        text: file.text,
        documents: read.values,
        ...(own !== undefined && isAlone ? { cases: own } : {}),
      });
    }
    onProgress(at + 1, ruleFiles.length);
  }
  const linked = leaveOutUnlinked(good, others);
  const yaml = files.filter(({ path }) => /\.ya?ml$/i.test(path)).length;
  return {
    good: linked.good,
    refused: [...refused, ...linked.refused],
    others: yaml - ruleFiles.length,
  };
}

/** Files that are too large are padded with blanks by the reader of sources. */
const isRule = (text: string): boolean => RULE.test(text) || /^ {100}/.test(text);

function readFile({ path, text }: SourceFile, placeholders: CheckOptions['placeholders'] = {}) {
  const { values, problems } = parseSigma(text, path, { isOpen: true, placeholders });
  const dead = values.filter(({ status }) => DEAD.has(status ?? ''));
  return {
    values,
    problems: [
      ...problems,
      ...dead.map(
        ({ title, status, at }): Problem => ({
          code: 'rule_left_out',
          detail: `Its authors call the rule "${title}" ${status}.`,
          at,
          retryable: false,
        }),
      ),
    ],
  };
}

/** Takes out files with ids that are taken and correlations whose rules are not there, until all that is left fits. */
function leaveOutUnlinked(files: readonly GoodFile[], others: readonly SigmaDocument[]) {
  const refused: Problem[] = [];
  let good = files;
  for (;;) {
    const paths = new Set(good.map(({ path }) => path));
    const { problems } = linkRules([...others, ...good.flatMap(({ documents }) => documents)]);
    const mine = problems.filter(({ at }) => at && paths.has(at.file));
    if (mine.length === 0) return { good, refused };
    refused.push(...mine);
    const bad = new Set(mine.map(({ at }) => at?.file));
    good = good.filter(({ path }) => !bad.has(path));
  }
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** The name of the file as a folder; with some of the path's digest where two have one name. */
function nameOf(path: string, taken: Set<string>): string {
  const steps = path.replace(/\.ya?ml$/i, '').split('/');
  const last = steps.at(-1) ?? '';
  const stem = (last.toLowerCase() === 'rule' ? steps.at(-2) : last) ?? last;
  const safe =
    stem
      .toLowerCase()
      .replace(/[^a-z0-9_-]+/g, '-')
      .slice(0, 100) || 'rule';
  const name = taken.has(safe) ? `${safe}-${digestOf(path).slice(0, 8)}` : safe;
  taken.add(name);
  return name;
}

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
