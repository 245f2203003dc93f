import { describe, expect, it } from 'vitest';
import type { LineItem } from './input.ts';
import { readCsv, readHeader } from './read-csv.ts';

async function read(...lines: readonly string[]): Promise<readonly string[]> {
  async function* feed(): AsyncIterable<LineItem> {
    for (const line of lines) yield { kind: 'line', bytes: Buffer.from(line) };
  }
  const texts: string[] = [];
  for await (const item of readCsv(feed()))
    if (item.kind === 'line') texts.push(new TextDecoder().decode(item.bytes));
  return texts;
}

describe('a CSV file', () => {
  it('gives each row the names of its header', async () => {
    expect(
      await read('EventID,Channel,Image', '1,Security,"C:\\a, b\\x.exe"', '2,System,'),
    ).toEqual([
      '{"EventID":"1","Channel":"Security","Image":"C:\\\\a, b\\\\x.exe"}',
      '{"EventID":"2","Channel":"System"}',
    ]);
  });
  it('keeps quotes and line breaks of quoted cells', async () => {
    expect(await read('\ufefftime;text', '1;"he said ""no""', 'and left"')).toEqual([
      '{"time":"1","text":"he said \\"no\\"\\nand left"}',
    ]);
  });
  it.each([
    { name: 'without a header', lines: ['1,2', '3,4'] },
    { name: 'with a column twice', lines: ['a,a', '3,4'] },
    { name: 'that is none', lines: ['Mar 4 host sshd: x', 'Mar 4 host sshd: y'] },
  ])('$name stays as it is', async ({ lines }) => expect(await read(...lines)).toEqual(lines));
  it('leaves a row of another width, and a quote that is never closed, as they are', async () => {
    expect(await read('a,b', '1,2,3', '1,"open', 'rest')).toEqual(['1,2,3', '1,"open', 'rest']);
  });
  it('finds the delimiter of the header', () => {
    expect(readHeader('a\tb\tc')?.names).toEqual(['a', 'b', 'c']);
    expect(readHeader('one column')).toBeUndefined();
  });
});
