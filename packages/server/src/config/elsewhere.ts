import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Elsewhere } from './yaml-source.ts';

const MAX_BYTES = 65_536;

/** Texts beside the configuration: files relative to it, without the newline at their end, and variables. */
export const createElsewhere = (
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Elsewhere => ({
  file: (path) => readText(resolve(file === undefined ? '.' : dirname(file), path), path),
  env: (name) => {
    const text = env[name];
    if (text === undefined) throw new Error(`The environment has no variable "${name}"`);
    return text;
  },
});

function readText(path: string, shown: string): string {
  try {
    if (statSync(path).size <= MAX_BYTES) return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new Error(`The file "${shown}" cannot be read (${code})`);
  }
  throw new Error(`The file "${shown}" is larger than ${MAX_BYTES} bytes`);
}
