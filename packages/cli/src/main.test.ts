import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Runs the command in a process of its own; its reader of that stream is gone before it says a word. */
async function runUnread(args: readonly string[], gone: 'stdout' | 'stderr') {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  child[gone].destroy();
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += String(chunk);
    });
  const [code, signal] = await once(child, 'close');
  return { code, signal, said };
}

describe('a command whose reader has gone', () => {
  it.each([
    ['stdout', ['--help'], 0],
    ['stderr', ['nothing-like-it'], 2],
  ] as const)(
    'of %s ends without a word: %j',
    async (gone, args, code) => {
      expect(await runUnread(args, gone)).toEqual({ code, signal: null, said: '' });
    },
    30_000,
  );
});
