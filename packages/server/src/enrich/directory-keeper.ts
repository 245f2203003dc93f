import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InventoryRows, Problem } from '@cordon/core';
import type { DirectorySettings } from './config.ts';
import { readDirectory } from './directory.ts';

const NO_ROWS: InventoryRows = { assets: [], identities: [] };
const RETRY_MS = 60_000;

/** What a directory told last, asked anew when it is due, kept over restarts. */
export class DirectoryKeeper {
  readonly #settings: DirectorySettings;
  readonly #dir: string | undefined;
  readonly #now: () => number;
  #rows = NO_ROWS;
  #nextAt = 0;

  constructor(
    settings: DirectorySettings,
    { dataDir, now }: { readonly dataDir?: string; readonly now: () => number },
  ) {
    this.#settings = settings;
    this.#dir = dataDir === undefined ? undefined : join(dataDir, 'enrichment');
    this.#now = now;
  }

  get rows(): InventoryRows {
    return this.#rows;
  }

  /** Brings back what was kept; a damaged file is as none. */
  async open(): Promise<void> {
    if (this.#dir === undefined) return;
    try {
      this.#rows = JSON.parse(await readFile(this.#path(this.#dir), 'utf8')) as InventoryRows;
    } catch {
      this.#rows = NO_ROWS;
    }
  }

  /** Asks when it is due; what it told before stays when it does not answer. */
  async refreshWhenDue(): Promise<{ readonly isChanged: boolean; readonly problem?: Problem }> {
    const now = this.#now();
    if (now < this.#nextAt) return { isChanged: false };
    const read = await readDirectory(this.#settings);
    this.#nextAt =
      now + (read.ok ? this.#settings.everyMs : Math.min(RETRY_MS, this.#settings.everyMs));
    if (!read.ok) return { isChanged: false, problem: read.problem };
    this.#rows = read.value;
    await this.#keep();
    return { isChanged: true };
  }

  #path(dir: string): string {
    return join(dir, 'directory.json');
  }

  async #keep(): Promise<void> {
    if (this.#dir === undefined) return;
    const path = this.#path(this.#dir);
    await mkdir(this.#dir, { recursive: true });
    await writeFile(`${path}.new`, JSON.stringify(this.#rows), { mode: 0o600 });
    await rename(`${path}.new`, path);
  }
}
