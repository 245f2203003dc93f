import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkRules, parseSigma, type SigmaDocument } from '@cordon/core';

/** The rules of every YAML file under a folder, and how many bytes they were. */
export function readRules(dir: string): { readonly rules: readonly SigmaDocument[] } {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' });
  const read = files
    .filter((file) => /\.ya?ml$/.test(file))
    .flatMap(
      (file) => parseSigma(readFileSync(join(dir, file), 'utf8'), file, { isOpen: true }).values,
    );
  return { rules: linkRules(read).values };
}
