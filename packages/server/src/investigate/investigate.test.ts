import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  createDecider,
  createDetectionEngine,
  type Normaliser,
  type RawRecord,
} from '@cordon/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  recordOf,
  textValue,
  utf16,
  writeEvtx,
} from '../../../core/src/evtx/fixtures/evtx-writer.ts';
import {
  answer,
  ethernet,
  pcap,
  pcapng,
  udp,
} from '../../../core/src/pcap/fixtures/capture-writer.ts';
import { renderReport } from '../report/html.ts';
import { investigate } from './investigate.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cordon-investigate-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** Knows no record, and remembers in which order it was asked. */
function createEngines(seen: RawRecord[]) {
  const normaliser: Normaliser = {
    normalise(record) {
      seen.push(record);
      return {
        kind: 'unparsed',
        problem: { code: 'read_failed', detail: 'No parser.', retryable: false },
      };
    },
  };
  return { normaliser, engine: createDetectionEngine({ rules: [] }), decider: createDecider() };
}

async function look(limits = {}) {
  const seen: RawRecord[] = [];
  const result = await investigate({ dir, engines: createEngines(seen), limits });
  return {
    ...result,
    texts: seen.map((record) => record.text),
    codes: result.problems.map((problem) => problem.code),
  };
}

describe('investigate', () => {
  it('reads plain, packed and JSON files, and every record is accounted for', async () => {
    await writeFile(join(dir, 'a.log'), 'one\r\ntwo\n\nthree');
    await writeFile(join(dir, 'b.log.gz'), gzipSync('four\n'));
    await writeFile(join(dir, 'c.json'), '{\n"Records": [{"x": 1}, {"x": 2}]\n}');
    await writeFile(join(dir, 'd.json'), '{"y":1}\n{"y":2}\n');
    const { texts, equation, codes } = await look();
    expect(texts).toEqual([
      'one',
      'two',
      'three',
      'four',
      '{"x":1}',
      '{"x":2}',
      '{"y":1}',
      '{"y":2}',
    ]);
    expect(equation).toMatchObject({ read: 8, unparsed: 8, refused: 0, holds: true });
    expect(codes).toEqual([]);
  });

  it.each([
    { name: 'a binary file', file: 'x.log', bytes: Buffer.alloc(100), code: 'binary_file' },
    { name: 'a picture', file: 'x.png', bytes: Buffer.from('png'), code: 'file_left_out' },
    {
      name: 'a broken archive',
      file: 'x.gz',
      bytes: Buffer.from('no gzip'),
      code: 'archive_damaged',
    },
    { name: 'a broken zip', file: 'x.zip', bytes: Buffer.from('no zip'), code: 'read_failed' },
    {
      name: 'an archive bomb',
      file: 'x.gz',
      bytes: gzipSync(Buffer.alloc(100_000, 'a\n')),
      code: 'archive_too_large',
    },
    {
      name: 'a line past the limit',
      file: 'x.log',
      bytes: Buffer.alloc(2_000, 'x'),
      code: 'line_too_long',
    },
  ])('explains $name and reads the other files', async ({ file, bytes, code }) => {
    await writeFile(join(dir, file), bytes);
    await writeFile(join(dir, 'z.log'), 'fine\n');
    const { codes, texts, equation } = await look({
      maxLineBytes: 1_000,
      freeBytes: 10_000,
      maxRatio: 2,
    });
    expect(codes).toEqual([code]);
    expect(texts).toContain('fine');
    expect(equation.holds).toBe(true);
  });

  it('reads Windows event log files by their first bytes, with the place of each record', async () => {
    const bytes = writeEvtx([[1, 2, 3].map((id) => recordOf(id, textValue(`v${id}`)))]);
    await writeFile(join(dir, 'a.evtx'), bytes);
    await writeFile(join(dir, 'b.bin.gz'), gzipSync(bytes));
    bytes[4_096 + 512 + 24] = 0x33;
    await writeFile(join(dir, 'c.evtx'), bytes);
    const seen: RawRecord[] = [];
    const { equation, problems, files } = await investigate({ dir, engines: createEngines(seen) });
    expect(files.map(({ records }) => records)).toEqual([3, 3, 2]);
    expect(seen[0]).toMatchObject({ sourceId: 'a.evtx', byte: 4_608 });
    expect(JSON.parse(seen[0]?.text ?? '')).toMatchObject({
      Event: { EventData: { Value: 'v1' } },
    });
    expect(equation).toMatchObject({ read: 8, unparsed: 8, refused: 1, holds: true });
    expect(problems.map(({ code, at }) => [code, at])).toEqual([
      ['evtx_chunk_damaged', { file: 'c.evtx', byte: 4_096 }],
      ['evtx_record_damaged', { file: 'c.evtx', byte: 4_608 }],
    ]);
  });

  it('reads packet captures as flows, by their first bytes, and what is wrong with them', async () => {
    const ends = { src: '192.0.2.7', dst: '192.0.2.9', ports: [1_111, 2_222] } as const;
    const frames = [{ bytes: ethernet(udp(ends)) }, { bytes: ethernet(udp(answer(ends))) }];
    await writeFile(join(dir, 'a.pcap'), pcap(frames));
    await writeFile(join(dir, 'b.cap.gz'), gzipSync(pcapng(frames)));
    await writeFile(join(dir, 'c.pcap'), pcap(frames).subarray(0, -1));
    const seen: RawRecord[] = [];
    const { equation, problems, files } = await investigate({ dir, engines: createEngines(seen) });
    expect(files.map(({ records }) => records)).toEqual([1, 1, 1]);
    expect(seen[0]).toMatchObject({ sourceId: 'a.pcap', byte: 24 });
    expect(JSON.parse(seen[0]?.text ?? '')).toMatchObject({ src_port: 1_111, reply_packets: 1 });
    expect(equation).toMatchObject({ read: 3, unparsed: 3, refused: 0, holds: true });
    expect(problems.map(({ code, at }) => [code, at])).toEqual([
      ['capture_truncated', { file: 'c.pcap', byte: 82 }],
    ]);
  });

  it('tells a file with countless damages in few words', async () => {
    const bytes = writeEvtx([
      Array.from({ length: 60 }, (_, index) =>
        recordOf(index + 1, { type: 0x5f, bytes: utf16('x') }),
      ),
    ]);
    await writeFile(join(dir, 'a.evtx'), bytes);
    const { equation, codes } = await look();
    expect(equation).toMatchObject({ read: 0, refused: 60, holds: true });
    expect(codes).toHaveLength(21);
  });

  it('gives records the time of their file, for years that are not written', async () => {
    await writeFile(join(dir, 'a.log'), 'x\n');
    await utimes(join(dir, 'a.log'), 1_000, 1_000);
    const seen: RawRecord[] = [];
    await investigate({ dir, engines: createEngines(seen) });
    expect(seen[0]?.receivedAt).toBe(1_000_000);
  });

  it('sorts in blocks and says so when there are too many records', async () => {
    await writeFile(join(dir, 'a.log'), '1\n2\n3\n4\n5\n');
    const { codes, equation } = await look({ maxSorted: 2 });
    expect(codes).toEqual(['order_partial']);
    expect(equation).toMatchObject({ read: 5, holds: true });
  });
});

describe('the report', () => {
  it('escapes what logs say and allows nothing but its own style', async () => {
    await writeFile(join(dir, 'a.log'), '<img src=x onerror=alert(1)>\u001b[2J\n');
    const page = renderReport(await look(), 0);
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page).not.toMatch(/<img|<script|https?:\/\//);
    expect(page).not.toContain('\u001b');
    expect(page).toContain('default-src &#39;none&#39;; style-src &#39;sha256-');
  });
});
