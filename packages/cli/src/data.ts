import { printProblem } from '@cordon/core';
import { type Config, type DataFolder, openDataFolder, StoreError } from '@cordon/server';
import { loadSettings, neutraliseLines } from './settings.ts';
import { EXIT, neutralise } from './terminal.ts';

/** How a command is told where the data is. */
export interface DataFlags {
  readonly config?: string;
  readonly data?: string;
}

/** What a command that looks at the data is given. */
export interface Seen {
  readonly folder: DataFolder;
  /** Absent when `--data` named the folder and no configuration was read. */
  readonly config?: Config;
}

/**
 * Opens the data folder to read from, whether a server runs on it or not, does the work, and closes
 * it. What is wrong is told on stderr and ends with the exit code of the kind.
 */
export async function withData(
  flags: DataFlags,
  work: (seen: Seen) => Promise<number>,
): Promise<number> {
  const config =
    flags.data === undefined || flags.config !== undefined
      ? await loadSettings(flags.config)
      : undefined;
  const dir = flags.data ?? config?.dataDir;
  if (dir === undefined) return EXIT.failed;
  try {
    const folder = await openDataFolder(dir);
    if (folder === undefined) return tellEmpty(dir);
    try {
      return await work({ folder, ...(config ? { config } : {}) });
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    process.stderr.write(`${neutraliseLines(printProblem(error.problem))}\n`);
    return EXIT.failed;
  }
}

function tellEmpty(dir: string): number {
  process.stderr.write(
    `Nothing was ever written to ${neutralise(dir)}.\n  hint: name the folder with --data, or the configuration with --config\n`,
  );
  return EXIT.usage;
}
