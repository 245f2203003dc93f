import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printProblem } from '@cordon/core';
import { type Content, loadContent } from '../../packages/server/src/content/content.ts';

const CONTENT_DIR = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'content');

/** The product's own content; what of it is broken is said, since the figures would be too low. */
export async function loadProduct(say: (line: string) => void): Promise<Content> {
  const content = await loadContent(CONTENT_DIR);
  for (const problem of content.problems) say(printProblem(problem));
  return content;
}
