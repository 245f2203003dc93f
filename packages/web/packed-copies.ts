import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const MIN_BYTES = 1_024;
const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Lays a packed copy beside every text of the build (`x.js.br`, `x.js.gz`), which the server sends to whoever reads it. */
export const packedCopies = (): Plugin => ({
  name: 'packed-copies',
  apply: 'build',
  async writeBundle({ dir = '' }, bundle) {
    const texts = Object.keys(bundle).filter((name) => /\.(?:js|css|html|svg)$/.test(name));
    await Promise.all(texts.map((name) => pack(join(dir, name))));
  },
});

async function pack(file: string): Promise<void> {
  const bytes = await readFile(file);
  if (bytes.length < MIN_BYTES) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  await writeFile(`${file}.br`, await brotli(bytes, { params }));
  await writeFile(`${file}.gz`, await zip(bytes, { level: 9 }));
}
