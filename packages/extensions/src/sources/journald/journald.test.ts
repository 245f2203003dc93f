import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { describeCrashes, describeSource, startSource } from '@cordon/kit/source-contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cursorOf } from './follow.ts';
import { journald } from './source.ts';

/** Writes real journal files from the export format: what systemd uses between machines. */
const WRITER = '/lib/systemd/systemd-journal-remote';
const BOOT = '0123456789abcdef0123456789abcdef';

let folder = '';
let path = '';
let writer: ChildProcessByStdio<Writable, null, null>;
let clock = 1_700_000_000_000_000n;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-journal-'));
  path = join(folder, 'box.journal');
  if (!existsSync(WRITER)) return;
  writer = spawn(WRITER, ['-o', path, '-'], { stdio: ['pipe', 'ignore', 'ignore'] });
  await write(Buffer.from('first'));
});
afterEach(async () => {
  writer?.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

const sizeOf = (bytes: Uint8Array): Buffer => {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(bytes.length));
  return size;
};

function entry(fields: Readonly<Record<string, Uint8Array>>): Buffer {
  clock += 1n;
  const head = `__REALTIME_TIMESTAMP=${clock}\n__MONOTONIC_TIMESTAMP=${clock % 1_000_000_000n}\n_BOOT_ID=${BOOT}\n`;
  const parts = Object.entries(fields).map(([name, value]) =>
    Buffer.concat([Buffer.from(`${name}\n`), sizeOf(value), value, Buffer.from('\n')]),
  );
  return Buffer.concat([Buffer.from(head), ...parts, Buffer.from('\n')]);
}

const write = (message: Uint8Array): Promise<void> =>
  new Promise((resolve) => {
    const fields = { MESSAGE: message, SYSLOG_IDENTIFIER: Buffer.from('demo') };
    writer.stdin.write(entry(fields), () => resolve());
  });

const config = (more: object = {}) => ({
  program: 'journalctl',
  files: [path],
  units: [],
  start: 'oldest',
  ...more,
});

/** The message of an entry, whether it is text or an array of numbers. */
function messageOf(record: Uint8Array): Buffer {
  const { MESSAGE } = JSON.parse(Buffer.from(record).toString('utf8')) as {
    MESSAGE: string | number[];
  };
  return typeof MESSAGE === 'string' ? Buffer.from(MESSAGE) : Buffer.from(MESSAGE);
}

const holds = (record: Uint8Array, sent: Uint8Array): boolean => messageOf(record).equals(sent);
const start = (memory?: { state: unknown }) => startSource(journald, config(), memory);
const messages = (source: ReturnType<typeof start>) =>
  source.sink.records.map(({ bytes }) => messageOf(bytes).toString('utf8'));

describe.skipIf(!existsSync(WRITER))('the journal (needs systemd-journal-remote)', () => {
  describeSource(journald, {
    config: async () => config(),
    send: (_where, bytes) => write(bytes),
    holds,
  });

  describeCrashes(journald, {
    points: 5,
    maxTwice: 4,
    setUp: async () => {
      for (const message of ['a', 'b', 'c']) await write(Buffer.from(message));
      const nameOf = (record: Uint8Array) => messageOf(record).toString('utf8');
      return { config: config(), names: ['first', 'a', 'b', 'c'], nameOf };
    },
  });

  it('keeps long, multi-line and binary fields whole', async () => {
    const source = start();
    await source.where;
    const long = Buffer.from(`${'x'.repeat(10_000)}\nsecond line`);
    await write(long);
    await write(Buffer.of(0, 255, 10, 7));
    await source.sink.until(() => source.sink.records.length === 3);
    expect(source.sink.records.map(({ bytes }) => messageOf(bytes))).toEqual([
      Buffer.from('first'),
      long,
      Buffer.of(0, 255, 10, 7),
    ]);
    source.abort();
    await source.done;
  });

  it('loses nothing and repeats nothing over restarts', async () => {
    const seen: string[] = [];
    let memory: { state: unknown } = { state: undefined };
    for (const message of ['a', 'b', 'c']) {
      await write(Buffer.from(message));
      const source = start(memory);
      await source.sink.until(() => messages(source).includes(message));
      source.abort();
      await source.done;
      seen.push(...messages(source));
      memory = { state: source.memory.state };
    }
    expect(seen).toEqual(['first', 'a', 'b', 'c']);
  });

  it('reads again what was not taken when it was stopped', async () => {
    const first = start();
    first.sink.hold();
    await first.where;
    first.abort();
    await first.done;
    expect(first.memory.state).toBeUndefined();
    const second = start(first.memory);
    await second.sink.until(() => messages(second).includes('first'));
    second.abort();
    await second.done;
  });

  it('leaves out nothing when the entry it stopped at was rotated away', async () => {
    const first = start();
    await first.sink.until(() => first.sink.records.length === 1);
    first.abort();
    await first.done;
    const cursor = cursorOf(first.sink.records[0]?.bytes ?? Buffer.of())
      ?.replace(/^s=[0-9a-f]+/, `s=${BOOT}`)
      .replace(/x=[0-9a-f]+/, 'x=1');
    const second = start({ state: { cursor } });
    await second.sink.until(() => messages(second).includes('first'));
    second.abort();
    await second.done;
  });

  it('says what is wrong when the program is missing, and tries again', async () => {
    const source = startSource(journald, config({ program: join(folder, 'none') }));
    await source.sink.until(() => source.sink.problems.length > 0);
    expect(source.sink.problems[0]).toMatchObject({ code: 'source_unreachable', retryable: true });
    source.abort();
    await source.done;
  });
});
