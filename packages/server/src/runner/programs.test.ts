import { expect, it } from 'vitest';
import { createPrograms } from './programs.ts';

const shell = (script: string) => ({ file: '/bin/sh', args: ['-c', script] });
const never = () => new AbortController().signal;

it('runs a program word by word, and tells what it left and how it ended', async () => {
  const run = createPrograms();
  const said = await run({ file: '/bin/echo', args: ['a b', '$HOME;'] }, never());
  expect(said).toEqual({ stdout: 'a b $HOME;\n', stderr: '' });
  const failed = await run(shell('echo no >&2; exit 3'), never());
  expect(failed).toMatchObject({ stderr: 'no\n', failure: { code: 3 } });
  const absent = await run({ file: '/nowhere/nft', args: [] }, never());
  expect(absent.failure?.code).toBe('ENOENT');
});

it('runs several at a time, and ends one that is taken back', async () => {
  const run = createPrograms();
  const ending = new AbortController();
  const slow = run(shell('sleep 60'), ending.signal);
  expect((await run(shell('echo quick'), never())).stdout).toBe('quick\n');
  ending.abort();
  expect((await slow).failure?.code).toBe('ABORT_ERR');
  expect((await run(shell('echo x'), AbortSignal.abort())).failure?.code).toBe('ABORT_ERR');
});

it('answers what was asked of a host that dies, and starts another one', async () => {
  const run = createPrograms();
  const killed = await run(shell('kill -9 $PPID; sleep 60'), never());
  expect(killed.failure?.message).toMatch(/is gone/);
  expect((await run(shell('echo again'), never())).stdout).toBe('again\n');
});
