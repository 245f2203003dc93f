import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { EXIT, neutralise } from '../terminal.ts';

export interface ProbeFlags {
  readonly to: string;
  readonly token?: string;
  readonly every: string;
  readonly name?: string;
  readonly certificate: readonly string[];
}

const LEAST_EVERY_S = 5;
/** A probe makes little and lives long: memory counts, speed does not. */
const NODE_FLAGS = [
  '--lite-mode',
  '--no-node-snapshot',
  '--max-semi-space-size=1',
  '--max-old-space-size=24',
];
const SMALL = { MALLOC_ARENA_MAX: '1', UV_THREADPOOL_SIZE: '1' };

/**
 * Becomes the probe: its sources without their types, in a process that has nothing else in it. Reading
 * TypeScript alone costs Node 18 MB, the server package far more.
 */
export function runProbe(flags: ProbeFlags): number {
  const everyS = Number(flags.every);
  const token = flags.token ?? process.env['CORDON_TOKEN'] ?? '';
  const url = URL.parse(flags.to);
  if (url === null || !/^https?:$/.test(url.protocol))
    return tell(
      `"${neutralise(flags.to)}" is no address of a server.\n  hint: --to https://cordon.example:7117`,
    );
  if (token === '')
    return tell('There is no token.\n  hint: --token, or CORDON_TOKEN in the environment');
  if (!(everyS >= LEAST_EVERY_S && everyS <= 3_600))
    return tell(`--every takes ${LEAST_EVERY_S} to 3600 seconds.`);
  const settings = {
    url: flags.to,
    token,
    everyMs: everyS * 1_000,
    host: flags.name ?? hostname(),
    certificates: flags.certificate,
    scripts: writePlainScripts(join(import.meta.dirname, '..', 'probe')),
  };
  const { CORDON_TOKEN: _, ...env } = process.env;
  return become([...NODE_FLAGS, join(settings.scripts, 'main.mjs')], {
    ...env,
    ...SMALL,
    CORDON_PROBE: JSON.stringify(settings),
  });
}

/** Replaces this process: what supervises it goes on to see one, with the same id. */
function become(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const { execPath } = process;
  process.execve?.(execPath, [execPath, ...args], env);
  return tell('This system cannot replace a process.');
}

/** The sources of a folder as JavaScript, in a new folder of this user. */
function writePlainScripts(folder: string): string {
  const out = mkdtempSync(join(tmpdir(), 'cordon-probe-'));
  for (const name of readdirSync(folder)) {
    if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
    const plain = stripTypeScriptTypes(readFileSync(join(folder, name), 'utf8'));
    const script = plain.replace(/(from '\.\/[a-z-]+)\.ts'/g, "$1.mjs'");
    writeFileSync(join(out, name.replace(/\.ts$/, '.mjs')), script);
  }
  return out;
}

function tell(words: string): number {
  process.stderr.write(`${words}\n`);
  return EXIT.usage;
}
