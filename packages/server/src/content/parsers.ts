import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Batch, type ParserDefinition, type Problem, parseParser } from '@cordon/core';

/**
 * Reads every `<dir>/<id>/parser.yml`, in order of folder. What is wrong is reported with its place;
 * the other parsers are loaded all the same. Never throws for a folder or a file that is missing.
 */
export async function loadParsers(dir: string): Promise<Batch<ParserDefinition>> {
  const values: ParserDefinition[] = [];
  const problems: Problem[] = [];
  const folders = await listFolders(dir);
  if (!folders) return { values, problems: [unreadable(dir)] };
  for (const folder of folders) {
    const read = await loadParser(join(dir, folder, 'parser.yml'));
    problems.push(...read.problems);
    for (const parser of read.values) {
      const file = join(dir, folder, 'parser.yml');
      if (values.some(({ id }) => id === parser.id)) problems.push(duplicate(parser.id, file));
      else values.push(parser);
    }
  }
  return { values, problems };
}

async function listFolders(dir: string): Promise<readonly string[] | undefined> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  } catch {
    return undefined;
  }
}

async function loadParser(file: string): Promise<Batch<ParserDefinition>> {
  try {
    return parseParser(await readFile(file, 'utf8'), file);
  } catch {
    return { values: [], problems: [unreadable(file)] };
  }
}

function unreadable(file: string): Problem {
  return {
    code: 'parser_unreadable',
    detail: `${file} cannot be read.`,
    hint: 'A parser is a folder with a parser.yml in it.',
    at: { file },
    retryable: false,
  };
}

function duplicate(id: string, file: string): Problem {
  return {
    code: 'parser_duplicate',
    detail: `There is a parser ${JSON.stringify(id)} already.`,
    hint: 'Give one of the two another id.',
    at: { file },
    retryable: false,
  };
}
