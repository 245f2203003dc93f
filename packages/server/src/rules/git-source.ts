import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SourceError } from './rule-source.ts';

/*
 * Rules from a git repository: over https and nothing else, one commit deep, with nobody's
 * configuration, hooks, templates, submodules or links. What comes is only read as files.
 */

const TIMEOUT_MS = 10 * 60_000;
const MAX_ERROR_CHARS = 2_000;
/** What of the environment git may see: where it is, how to reach out, whom to trust. */
const PASSED = ['PATH', 'HTTPS_PROXY', 'https_proxy', 'NO_PROXY', 'no_proxy', 'GIT_SSL_CAINFO'];

const CONFIG = [
  'protocol.allow=never',
  'protocol.https.allow=always',
  'core.hooksPath=/dev/null',
  'core.symlinks=false',
  'core.fsmonitor=false',
  'credential.helper=',
  'transfer.fsckObjects=true',
  'submodule.recurse=false',
];

/** Is it the address of a repository rather than a path? Every address counts, so that a wrong one is told. */
export const isAddress = (from: string): boolean =>
  /^[a-z][a-z0-9+.-]*::?/i.test(from) && !/^[a-z]:[\\/]/i.test(from);

/** The address, or a `SourceError`: https only, no credentials in it, nothing that git reads as an option. */
export function checkAddress(from: string): string {
  const url = URL.parse(from);
  if (url?.protocol !== 'https:' || url.hostname === '')
    throw new SourceError(
      `${from} is not an https:// address.`,
      'Clone it yourself and name the folder.',
    );
  if (url.username !== '' || url.password !== '')
    throw new SourceError(
      'The address holds credentials.',
      'Clone it yourself and name the folder.',
    );
  return url.href;
}

/** What git is called with to fetch one commit into a folder. */
export const cloneArguments = (address: string, dir: string): readonly string[] => [
  ...CONFIG.flatMap((setting) => ['-c', setting]),
  'clone',
  '--quiet',
  '--depth=1',
  '--single-branch',
  '--no-tags',
  '--no-recurse-submodules',
  '--template=',
  '--',
  address,
  dir,
];

/** Fetches a repository into a folder of its own, works with it, and removes it. */
export async function withRepository<T>(
  from: string,
  work: (dir: string, revision: string) => Promise<T>,
): Promise<T> {
  const address = checkAddress(from);
  const home = await mkdtemp(join(tmpdir(), 'cordon-rules-'));
  try {
    const dir = join(home, 'repository');
    await git(cloneArguments(address, dir), home);
    const revision = await git(['-C', dir, 'rev-parse', 'HEAD'], home);
    return await work(dir, revision.trim());
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function git(args: readonly string[], home: string): Promise<string> {
  const passed = PASSED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const env = {
    ...Object.fromEntries(passed),
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ALLOW_PROTOCOL: 'https',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    GIT_LFS_SKIP_SMUDGE: '1',
  };
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      if (out.length < MAX_ERROR_CHARS) out += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      if (err.length < MAX_ERROR_CHARS) err += String(chunk);
    });
    child.on('error', (error) => reject(new SourceError(`git cannot be run: ${error.message}.`)));
    child.on('close', (code) => {
      if (code === 0) resolve(out);
      else
        reject(
          new SourceError(
            `git could not fetch it: ${err.trim().slice(0, MAX_ERROR_CHARS) || 'it was stopped'}.`,
          ),
        );
    });
  });
}
