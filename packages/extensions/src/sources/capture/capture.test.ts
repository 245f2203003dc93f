import { mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describeCrashes, describeSource, startSource } from '@cordon/kit/source-contract';
import { afterAll, describe, expect, it } from 'vitest';
import {
  ascii,
  big,
  ethernet,
  pcap,
  pcapng,
  udp,
} from '../../../../core/src/pcap/fixtures/capture-writer.ts';
import { capture } from './source.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true }))));

async function newFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'cordon-capture-'));
  folders.push(path);
  return path;
}

const configOf = (path: string) => ({
  paths: [path],
  pollMs: 10,
  idleSeconds: 120,
  activeSeconds: 1_800,
});

const frameTo = (port: number) =>
  ethernet(udp({ src: '192.0.2.7', dst: '192.0.2.9', ports: [1_111, port] }));
const fileOf = (...ports: readonly number[]): Uint8Array =>
  pcap(ports.map((port) => ({ bytes: frameTo(port) })));

/** A file that asks DNS for a name that spells the bytes. */
function carry(bytes: Uint8Array): Uint8Array {
  const labels =
    Buffer.from(bytes)
      .toString('hex')
      .match(/.{1,60}/g) ?? [];
  const name = [...labels.flatMap((label) => [label.length, ...ascii(label)]), 0];
  const message = [...big([7, 2], [0x0100, 2], [1, 2], [0, 6]), ...name, ...big([1, 2], [1, 2])];
  const ends = { src: '192.0.2.7', dst: '192.0.2.53', ports: [1_111, 53] } as const;
  return pcapng([{ bytes: ethernet(udp(ends, message)) }]);
}

/** A file appears whole, as one that is moved into the folder. */
async function put(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const other = await newFolder();
  await writeFile(join(other, name), bytes);
  await rename(join(other, name), join(folder, name));
}

let sent = 0;
describeSource(capture, {
  config: async () => configOf(await newFolder()),
  send: (where, bytes) => put(where, `${sent++}.pcapng`, carry(bytes)),
  holds: (record, bytes) => {
    const { query } = JSON.parse(Buffer.from(record).toString('utf8')) as { query?: string };
    return query?.replaceAll('.', '') === Buffer.from(bytes).toString('hex');
  },
});

const portOf = (bytes: Uint8Array): string =>
  String((JSON.parse(Buffer.from(bytes).toString('utf8')) as { dst_port: number }).dst_port);

describe('crashes', () => {
  describeCrashes(capture, {
    points: 10,
    maxTwice: 2,
    setUp: async () => {
      const folder = await newFolder();
      await put(folder, 'a.pcap', fileOf(2_001, 2_002));
      await put(folder, 'b.pcap', fileOf(2_003, 2_004));
      return { config: configOf(folder), names: ['2001', '2002', '2003', '2004'], nameOf: portOf };
    },
  });
});

describe('the source of packet captures', () => {
  const ports = (source: ReturnType<typeof startSource>) =>
    source.sink.records.map(({ bytes }) => portOf(bytes));

  it('reads plain and packed files, and again only what has changed', async () => {
    const folder = await newFolder();
    await put(folder, 'a.pcap', fileOf(2_001));
    await put(folder, 'b.cap.gz', gzipSync(fileOf(2_002)));
    const source = startSource(capture, configOf(folder));
    await source.sink.until(() => source.sink.records.length === 2);
    await put(folder, 'a.pcap', fileOf(2_003));
    await source.sink.until(() => source.sink.records.length === 3);
    await utimes(join(folder, 'b.cap.gz'), 1_000, 1_000);
    await source.sink.until(() => source.sink.records.length === 4);
    source.abort();
    await source.done;
    expect(ports(source)).toEqual(['2001', '2002', '2003', '2002']);
    const [, first, , second] = source.sink.records.map(({ senderId }) => senderId);
    expect(first).toBe(second);
    expect(source.sink.problems).toEqual([]);
  });

  it('keeps what came before damage and does not read the file again and again', async () => {
    const folder = await newFolder();
    const packed = gzipSync(fileOf(2_001, 2_002), { level: 0 });
    await put(folder, 'a.pcap.gz', packed.subarray(0, -20));
    await put(folder, 'b.pcap', fileOf(2_003, 2_004).subarray(0, -3));
    await put(folder, 'c.txt', Buffer.from('not a capture at all'));
    await put(folder, 'd.pcap', new Uint8Array());
    const source = startSource(capture, configOf(folder));
    const told = () => new Set(source.sink.problems.map(({ code }) => code));
    await source.sink.until(() => told().size === 3);
    await put(folder, 'e.pcap', fileOf(2_005));
    await source.sink.until(() => ports(source).includes('2005'));
    source.abort();
    await source.done;
    expect(ports(source)).toEqual(['2001', '2003', '2005']);
    expect([...told()].sort()).toEqual(['archive_damaged', 'capture_truncated', 'file_left_out']);
  });

  it('says which path is not there and reads the others', async () => {
    const folder = await newFolder();
    await put(folder, 'a.pcap', fileOf(2_001));
    const config = { ...configOf(join(folder, 'a.pcap')) };
    const source = startSource(capture, { ...config, paths: ['/not/there', ...config.paths] });
    await source.sink.until(() => source.sink.records.length > 0);
    source.abort();
    await source.done;
    expect(source.sink.problems[0]).toMatchObject({
      code: 'read_failed',
      at: { file: '/not/there' },
    });
  });
});
