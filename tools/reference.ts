// Writes everything that is made from code; `reference.test.ts` fails when one of them is stale.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listGenerated } from './generated.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
for (const [path, text] of listGenerated()) {
  mkdirSync(dirname(join(ROOT, path)), { recursive: true });
  writeFileSync(join(ROOT, path), text);
}
