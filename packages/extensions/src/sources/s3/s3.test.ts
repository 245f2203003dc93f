import { gzipSync } from 'node:zlib';
import { describeCrashes, describeSource, startSource } from '@cordon/kit/source-contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type BucketServer,
  type Mishap,
  SECRET_KEY,
  startBucketServer,
} from './fixtures/bucket-server.ts';
import { parseListing } from './listing.ts';
import { readObject, unpack } from './object.ts';
import { settle } from './position.ts';
import { s3 } from './source.ts';

let bucket: BucketServer;
let keys = 0;
beforeEach(async () => {
  bucket = await startBucketServer();
});
afterEach(() => bucket.close());

/** The clock of a source under test begins here. */
const NOW = 1_700_000_000_000;
const HOUR = 3_600_000;
const put = (key: string, content: Uint8Array | string, modifiedAt = NOW) =>
  bucket.objects.set(key, { bytes: Buffer.from(content), modifiedAt });
const configOf = (more: object = {}) => ({
  endpoint: bucket.endpoint,
  bucket: 'logs-bucket',
  region: 'eu-west-1',
  prefixes: [''],
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: SECRET_KEY,
  pollSeconds: 0.02,
  settleHours: 24,
  allowPrivate: true,
  ...more,
});
const start = (more?: object, memory?: { state: unknown }) =>
  startSource(s3, configOf(more), memory);
const until = async (source: ReturnType<typeof start>, texts: readonly string[]) => {
  await source.sink.until(() => source.sink.records.length >= texts.length);
  expect(source.sink.texts()).toEqual(texts);
};
const stop = async (source: ReturnType<typeof start>) => {
  source.abort();
  await source.done;
};

describeSource(s3, {
  config: async () => configOf(),
  send: async (_where, bytes) => {
    keys += 1;
    put(`k${String(keys).padStart(6, '0')}`, Buffer.concat([bytes, Buffer.from('\n')]));
  },
});

describe.concurrent('at every point', () => {
  describeCrashes(s3, {
    points: 10,
    maxTwice: 3,
    setUp: async () => {
      const own = await startBucketServer();
      const letters = ['a', 'b', 'c', 'd'];
      for (const name of letters)
        own.objects.set(`day/${name}.log`, {
          bytes: Buffer.from(`${name}1\n${name}2\n${name}3\n`),
          modifiedAt: NOW,
        });
      const names = letters.flatMap((name) => [`${name}1`, `${name}2`, `${name}3`]);
      const nameOf = (record: Uint8Array) => Buffer.from(record).toString('utf8');
      const config = configOf({ endpoint: own.endpoint });
      return { config, names, nameOf, tearDown: () => own.close() };
    },
  });
});

describe('the bucket', () => {
  it('reads pages of keys in their order, keys with special characters too, signed as the server signs', async () => {
    put('a/ä ö+&(1).log', 'one\n');
    put('a/b.log', 'two\nthree');
    put('b/c.log.gz', gzipSync('four\n'));
    const source = start();
    await until(source, ['two', 'three', 'one', 'four']);
    expect(bucket.badSignatures()).toBe(0);
    expect(source.sink.records[0]?.peer).toBe('s3://logs-bucket/a/b.log');
    await stop(source);
  });

  it('splits the Records of CloudTrail verbatim', async () => {
    const record = '{"eventName":"X","n":12345678901234567890}';
    put('t.json.gz', gzipSync(`{"Records":[${record}, {"eventName":"Y"}]}`));
    const source = start();
    await until(source, [record, '{"eventName":"Y"}']);
    await stop(source);
  });

  it('goes on behind what it read after a restart, and takes a late object that sorts before', async () => {
    put('b', 'one\n');
    const first = start();
    await until(first, ['one']);
    await expect.poll(() => JSON.stringify(first.memory.state)).toContain('"b"');
    await stop(first);
    put('a', 'late\n');
    put('c', 'two\n');
    const second = start({}, first.memory);
    await until(second, ['late', 'two']);
    await stop(second);
  });

  it('asks only for keys behind those that settled', async () => {
    put('a', 'one\n', NOW - 48 * HOUR);
    put('b', 'two\n');
    const source = start();
    await until(source, ['one', 'two']);
    await expect.poll(() => bucket.requests.at(-1)).toContain('start-after=a');
    await stop(source);
  });

  it('reads an object again when it was overwritten', async () => {
    put('a', 'one\n');
    const source = start();
    await until(source, ['one']);
    put('a', 'uno\n');
    await until(source, ['one', 'uno']);
    await stop(source);
  });

  it.each<[Mishap, string]>([
    ['cut-body', 'source_unreachable'],
    ['cut-listing', 'page_damaged'],
    ['slow-down', 'source_throttled'],
    ['denied', 'source_denied'],
  ])('tries again after "%s" and loses nothing', async (mishap, code) => {
    put('a', 'one\ntwo\n');
    put('b', 'three\n');
    bucket.mishaps.push(mishap);
    const source = start();
    await until(source, ['one', 'two', 'three']);
    expect(source.sink.problems.map((problem) => problem.code)).toEqual([code]);
    expect(JSON.stringify(source.sink.problems)).not.toContain(SECRET_KEY);
    await stop(source);
  });

  it('keeps what comes before the damage of an object, says so, and goes on', async () => {
    const packed = gzipSync(
      Array.from({ length: 50_000 }, (_, n) => `line ${n * 7919}`).join('\n'),
    );
    put('a.gz', packed.subarray(0, packed.length - 2_000));
    put('b', 'after\n');
    const source = start();
    await source.sink.until(() => source.sink.texts().at(-1) === 'after');
    expect(source.sink.records.length).toBeGreaterThan(1_000);
    expect(source.sink.losses).toEqual([{ reason: 'refused', detail: 'object_damaged', count: 1 }]);
    expect(source.sink.problems[0]?.code).toBe('object_damaged');
    await stop(source);
  });

  it('does not go to private addresses unless that is meant', async () => {
    const source = start({ allowPrivate: false });
    await source.sink.until(() => source.sink.problems.length > 0);
    expect(source.sink.problems[0]?.code).toBe('target_not_allowed');
    expect(bucket.requests).toEqual([]);
    await stop(source);
  });
});

describe('an object', () => {
  it('does not unpack past its limit', async () => {
    const { bytes, damage } = await unpack(gzipSync(Buffer.alloc(10_000_000)), 1_000_000);
    expect(bytes.length).toBeLessThanOrEqual(1_000_000);
    expect(damage).toBeDefined();
  });
  it('is read as lines when its Records are no JSON', async () => {
    const { records } = await readObject(Buffer.from('{"Records":[{]}\nnext'));
    expect(records.map(String)).toEqual(['{"Records":[{]}', 'next']);
  });
});

it('a listing that is cut off is none', () => {
  expect(parseListing('<ListBucketResult><Contents><Key>a</Key></Contents>')).toBeUndefined();
  expect(parseListing('{"not":"xml"}')).toBeUndefined();
});

it('the floor never passes an object that was not read', () => {
  const listed = ['a', 'b', 'c'].map((key) => ({ key, etag: key, modifiedAt: 0, bytes: 1 }));
  expect(settle({ floor: '', seen: { a: 'a', c: 'c' } }, listed, NOW)).toEqual({
    floor: 'a',
    seen: { c: 'c' },
  });
});
