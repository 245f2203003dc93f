import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_INPUT_LIMITS } from './input.ts';
import { listInputs } from './list-inputs.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cordon-archives-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** What every input of the folder holds, as text. */
async function read(): Promise<Readonly<Record<string, string>>> {
  const { inputs } = await listInputs(dir, DEFAULT_INPUT_LIMITS);
  const texts = inputs.map(async ({ path, open }) => {
    const parts: Uint8Array[] = [];
    for await (const part of await open()) parts.push(part);
    return [path, Buffer.concat(parts).toString()] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}

/** An archive of one member that is not packed. */
function zip(name: string, text: string): Buffer {
  const bytes = Buffer.from(text);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt32LE(crc32(bytes), 10);
  common.writeUInt32LE(bytes.length, 14);
  common.writeUInt32LE(bytes.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), bytes]);
  const entry = Buffer.concat([
    Buffer.from('PK\x01\x02\x14\x00'),
    common,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, entry, end]);
}

function tar(members: readonly (readonly [string, string, string])[]): Buffer {
  const parts = members.flatMap(([name, kind, text]) => {
    const header = Buffer.alloc(512);
    header.write(name);
    header.write(text.length.toString(8).padStart(11, '0'), 124);
    header.write(kind, 156);
    return [header, Buffer.from(text), Buffer.alloc((512 - (text.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1_024)]);
}

describe('archives', () => {
  it.each([
    { name: 'whole', behind: '' },
    { name: 'with a line end behind it', behind: '\n' },
    { name: 'with much behind it', behind: 'x'.repeat(9_000) },
  ])('reads a zip $name', async ({ behind }) => {
    const bytes = Buffer.concat([zip('in/a.log', 'one\ntwo\n'), Buffer.from(behind)]);
    await writeFile(join(dir, 'a.zip'), bytes);
    expect(await read()).toEqual({ 'a.zip!in/a.log': 'one\ntwo\n' });
  });

  it('reads the files of a tape archive, packed or not, and passes over the rest', async () => {
    const bytes = tar([
      ['logs/', '5', ''],
      ['logs/long', 'x', '30 mtime=1\n'],
      ['logs/a.log', '0', `${'a'.repeat(700)}\n`],
      ['logs/b.log', '0', 'no end'],
    ]);
    await writeFile(join(dir, 'a.tar'), bytes);
    await writeFile(join(dir, 'b.tar.gz'), gzipSync(bytes));
    await writeFile(join(dir, 'c.tgz'), gzipSync(bytes));
    const text = `${'a'.repeat(700)}\n\nno end\n`;
    expect(await read()).toEqual({ 'a.tar': text, 'b.tar.gz': text, 'c.tgz': text });
  });

  it('ends where a tape archive holds no header', async () => {
    await writeFile(join(dir, 'a.tar'), Buffer.alloc(5_000, 'nothing '));
    expect(await read()).toEqual({ 'a.tar': '' });
  });
});
