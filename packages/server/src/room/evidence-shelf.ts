import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from '../store/segments/segment-file.ts';

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
      const draft = join(folder, `.${randomUUID()}`);
      try {
        await writeFile(draft, bytes, { mode: 0o600, flush: true });
        await rename(draft, join(folder, sha256));
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      await syncDirectory(folder);
      return sha256;
    },
    async get(sha256) {
      const bytes = await readFile(join(folder, sha256)).catch(() => undefined);
      return bytes && { bytes, isIntact: sha256Of(bytes) === sha256 };
    },
  };
}
