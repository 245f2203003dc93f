import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Event } from '@cordon/core';
import { build } from 'esbuild';

/*
 * Start and memory are measured in processes of their own, each bundled into one file as a release
 * is: a cold one, one with the rules kept, and one that takes every event of the lanes as JSON.
 */

/** Most of what is resident is V8's room for new objects, which grows with the rate of garbage. */
const SMALL_NURSERY = '--max-semi-space-size=4';
/** Some packages in the bundle are CommonJS. */
const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** What `detect-child.ts` prints. */
export interface ChildReport {
  readonly rules: number;
  /** Processor seconds from the rules' files to an engine that has seen one event. */
  readonly startCpuS: number;
  /** Resident before anything was read, with an engine, and after all events. */
  readonly baseMb: number;
  readonly readyMb: number;
  readonly endMb: number;
  readonly heapMb: number;
  readonly profileKb: number;
}

/** Starts an engine over the rules in fresh processes: the facts of it. */
export async function measureStart(options: {
  readonly rules: string;
  readonly events: readonly Event[];
}): Promise<Record<string, number | string>> {
  const home = await mkdtemp(join(tmpdir(), 'cordon-bench-'));
  try {
    const file = join(home, 'child.mjs');
    await build({
      entryPoints: [join(import.meta.dirname, 'detect-child.ts')],
      outfile: file,
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: { js: REQUIRE },
      logLevel: 'error',
    });
    const lines = join(home, 'events.ndjson');
    await writeFile(lines, options.events.map((event) => JSON.stringify(event)).join('\n'));
    const start = (flags: readonly string[], ...events: readonly string[]) =>
      runChild([...flags, file, options.rules, join(home, 'rules.cache'), ...events]);
    const cold = await start([]);
    const cached = await start([]);
    const full = await start([], lines);
    const small = await start([SMALL_NURSERY], lines);
    return {
      'start cold / cached, CPU s': `${cold.startCpuS.toFixed(2)} / ${cached.startCpuS.toFixed(2)}`,
      'resident MB: empty / cold start / cached start': [cold.baseMb, cold.readyMb, cached.readyMb]
        .map(Math.round)
        .join(' / '),
      'resident MB after all events / heap in it': `${Math.round(full.endMb)} / ${Math.round(full.heapMb)}`,
      [`the same with ${SMALL_NURSERY}`]: `${Math.round(small.endMb)} / ${Math.round(small.heapMb)}`,
      'profile kept, KB': Math.round(full.profileKb),
    };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function runChild(args: readonly string[]): Promise<ChildReport> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', ...args], {
    maxBuffer: 1_000_000,
  });
  return JSON.parse(stdout) as ChildReport;
}
