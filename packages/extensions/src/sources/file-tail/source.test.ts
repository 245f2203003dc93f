import { appendFile, copyFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeSource, startSource } from '@cordon/kit/source-contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordOf, textValue, writeEvtx } from '../../../../core/src/evtx/fixtures/evtx-writer.ts';
import { file } from './read-once.ts';
import { fileTail } from './source.ts';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-tail-'));
  path = join(folder, 'auth.log');
});
afterEach(() => rm(folder, { recursive: true }));

const config = () => ({ paths: [path], pollMs: 10 });
const start = (memory?: { state: unknown }) => startSource(fileTail, config(), memory);
type Source = ReturnType<typeof start>;
const until = (source: Source, texts: readonly string[]) =>
  source.sink
    .until(() => source.sink.records.length >= texts.length)
    .then(() => {
      expect(source.sink.texts()).toEqual(texts);
    });
async function stop(source: Source): Promise<void> {
  source.abort();
  await source.done;
}

describeSource(fileTail, {
  config: async () => config(),
  send: (_where, bytes) => appendFile(path, Buffer.concat([bytes, Buffer.from('\n')])),
});

describe('the tail', () => {
  it('waits for the rest of an unended line', async () => {
    await writeFile(path, 'one\ntw');
    const source = start();
    await until(source, ['one']);
    await appendFile(path, 'o\r\n');
    await until(source, ['one', 'two']);
    await stop(source);
  });

  it('follows a rename and reads the unended line of the old file', async () => {
    await writeFile(path, 'one\n');
    const source = start();
    await until(source, ['one']);
    await appendFile(path, 'two\nthr');
    await rename(path, `${path}.1`);
    await writeFile(path, 'four\n');
    await until(source, ['one', 'two', 'thr', 'four']);
    await stop(source);
  });

  it('reads what a writer still adds to a file after it was renamed', async () => {
    await writeFile(path, 'one\n');
    const source = start();
    await until(source, ['one']);
    await rename(path, `${path}.1`);
    await writeFile(path, 'three\n');
    await appendFile(`${path}.1`, 'two\n');
    await until(source, ['one', 'two', 'three']);
    await stop(source);
  });

  it('follows copy-and-truncate, even when the file is as long again at the next look', async () => {
    await writeFile(path, 'one\ntwo\n');
    const source = start();
    await until(source, ['one', 'two']);
    await copyFile(path, `${path}.1`);
    await truncate(path, 0);
    await appendFile(path, 'three\nfour\nfive\n');
    await until(source, ['one', 'two', 'three', 'four', 'five']);
    await stop(source);
  });

  it('goes on after a restart where it stopped, also when the file was renamed meanwhile', async () => {
    await writeFile(path, 'one\n');
    const first = start();
    await until(first, ['one']);
    await stop(first);
    await appendFile(path, 'two\n');
    await rename(path, `${path}.1`);
    await writeFile(path, 'three\n');
    const second = start({ state: first.memory.state });
    await until(second, ['two', 'three']);
    await stop(second);
  });

  it('does not move its position before the sink has taken the lines', async () => {
    await writeFile(path, 'one\n');
    const first = start();
    first.sink.hold();
    await first.where;
    await stop(first);
    expect(first.memory.state).toBeUndefined();
    const second = start({ state: first.memory.state });
    await until(second, ['one']);
    await stop(second);
  });

  it('leaves out a line past 1 MiB, says where, and reads on behind it', async () => {
    await writeFile(path, `one\n${'x'.repeat(2_500_000)}\ntwo\n`);
    const source = start();
    await until(source, ['one', 'two']);
    expect(source.sink.losses).toEqual([{ reason: 'refused', detail: 'line_too_long', count: 1 }]);
    expect(source.sink.problems[0]).toMatchObject({ code: 'line_too_long', at: { file: path } });
    await stop(source);
  });

  it('reports a path that cannot be read, and other files go on', async () => {
    await writeFile(path, 'one\n');
    const source = startSource(fileTail, { paths: [folder, path], pollMs: 10 });
    await source.sink.until(
      () => source.sink.records.length > 0 && source.sink.problems.length > 0,
    );
    expect(source.sink.problems[0]).toMatchObject({ code: 'read_failed', at: { file: folder } });
    await stop(source);
  });
});

describe('the one-off reader', () => {
  it('reads to the end with the unended line, once', async () => {
    await writeFile(path, 'one\ntwo');
    const first = startSource(file, { paths: [path] });
    await until(first, ['one', 'two']);
    await stop(first);
    await appendFile(path, '\nthree\n');
    const second = startSource(file, { paths: [path] }, { state: first.memory.state });
    await until(second, ['three']);
    await stop(second);
  });

  it('reads a Windows event log file chunk by chunk and goes on behind what it read', async () => {
    const log = (id: number) => [
      recordOf(id, textValue(`v${id}`)),
      recordOf(id + 1, textValue('x')),
    ];
    await writeFile(path, writeEvtx([log(1)]));
    const first = startSource(file, { paths: [path] });
    await first.sink.until(() => first.sink.records.length === 2);
    expect(JSON.parse(first.sink.texts()[0] ?? '')).toMatchObject({
      Event: { System: { Channel: 'Security' }, EventData: { Value: 'v1' } },
    });
    await stop(first);
    const grown = writeEvtx([log(1), log(3)]);
    grown[4_096 + 65_536 + 512 + 24] = 0x33;
    await writeFile(path, grown);
    const second = startSource(file, { paths: [path] }, { state: first.memory.state });
    await second.sink.until(
      () => second.sink.records.length === 1 && second.sink.problems.length === 2,
    );
    expect(second.sink.losses).toEqual([
      { reason: 'refused', detail: 'evtx_record_damaged', count: 1 },
    ]);
    await stop(second);
  });

  it('reads an event log file that was cut', async () => {
    const bytes = writeEvtx([[recordOf(1, textValue('v1')), recordOf(2, textValue('v2'))]]);
    const end = new DataView(bytes.buffer).getUint32(4_096 + 48, true);
    await writeFile(path, bytes.subarray(0, 4_096 + end - 10));
    const source = startSource(file, { paths: [path] });
    await source.sink.until(() => source.sink.problems.length > 1);
    await stop(source);
    expect(source.sink.records).toHaveLength(1);
    expect(source.sink.problems.map(({ code }) => code)).toEqual([
      'evtx_chunk_damaged',
      'evtx_record_damaged',
    ]);
  });
});
