import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const PARSERS_DIR = join(import.meta.dirname, '..', 'content', 'parsers');

/** The records of all cases of the bundled parsers, those that come before another among them. */
export function readParserRecords(): readonly string[] {
  return readdirSync(PARSERS_DIR).flatMap((id) => {
    const file = join(PARSERS_DIR, id, 'cases.yml');
    if (!existsSync(file)) return [];
    const cases = parse(readFileSync(file, 'utf8')) as readonly {
      readonly before?: readonly string[];
      readonly record?: string;
    }[];
    return cases.flatMap(({ before = [], record }) => [
      ...before,
      ...(record === undefined ? [] : [record]),
    ]);
  });
}
