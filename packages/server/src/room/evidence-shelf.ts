import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes of evidence, each kept once under its own SHA-256; nothing is ever changed or removed here. */
export interface EvidenceShelf {
  /** Resolves with the hash once the bytes are durable. */
  put(bytes: Uint8Array): Promise<string>;
  /** The bytes, and whether they still have that hash; undefined when they are gone. */
  get(sha256: string): Promise<{ readonly bytes: Buffer; readonly isIntact: boolean } | undefined>;
}

export const sha256Of = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

/** The shelf in a data folder, readable by its owner alone. */
export function createEvidenceShelf(dataDir: string): EvidenceShelf {
  const folder = join(dataDir, 'evidence');
  return {
    async put(bytes) {
      const sha256 = sha256Of(bytes);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const written = join(folder, `.${sha256}.${process.pid}`);
      const file = await open(written, 'w', 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(written, join(folder, sha256));
      return sha256;
    },
    async get(sha256) {
      const bytes = await readFile(join(folder, sha256)).catch(() => undefined);
      return bytes && { bytes, isIntact: sha256Of(bytes) === sha256 };
    },
  };
}
