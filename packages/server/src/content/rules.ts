import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Batch, linkRules, type Problem, parseSigma, type SigmaDocument } from '@cordon/core';

const MAX_FILE_BYTES = 1_000_000;

/** The rules of `<dir>/<id>/rule.yml`, in order of their ids; a bad one is a problem and never stops the others. */
export async function loadRules(dir: string): Promise<Batch<SigmaDocument>> {
  const entries = await readdir(dir, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
  const read = await Promise.all(names.map((name) => loadFile(join(dir, name, 'rule.yml'))));
  const linked = linkRules(read.flatMap(({ values }) => values));
  return {
    values: linked.values,
    problems: [...read.flatMap(({ problems }) => problems), ...linked.problems],
  };
}

async function loadFile(file: string): Promise<Batch<SigmaDocument>> {
  try {
    const { size } = await stat(file);
    if (size > MAX_FILE_BYTES) return unreadable(file, `it is larger than ${MAX_FILE_BYTES} bytes`);
    return parseSigma(await readFile(file, 'utf8'), file);
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
