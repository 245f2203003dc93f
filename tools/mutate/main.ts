/*
 * `npm run mutate`: changes the guard's code one small thing at a time and looks whether a test sees it.
 * Fails below 90 %. Stryker lies in this folder with a lock of its own, so that nobody who only starts
 * or tests the product waits for it; the first run installs it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(dirname(HERE));
const STRYKER = join(HERE, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');

function run(cwd: string, ...[program, ...args]: readonly [string, ...string[]]): number {
  return spawnSync(program, args, { cwd, stdio: 'inherit' }).status ?? 1;
}

if (!existsSync(STRYKER)) {
  // Vitest is the repository's own; npm would bring another one for the peer.
  const installed = run(HERE, 'npm', 'ci', '--legacy-peer-deps', '--no-audit', '--no-fund');
  if (installed !== 0) process.exit(installed);
}
const config = join('tools', 'mutate', 'stryker.config.json');
process.exitCode = run(ROOT, process.execPath, STRYKER, 'run', config, ...process.argv.slice(2));
