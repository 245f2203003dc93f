import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadParsers } from './parsers.ts';

const dir = mkdtempSync(join(tmpdir(), 'cordon-parsers-'));
afterAll(() => rmSync(dir, { recursive: true }));

function write(folder: string, text?: string): void {
  mkdirSync(join(dir, folder));
  if (text !== undefined) writeFileSync(join(dir, folder, 'parser.yml'), text);
}

describe('loading parsers', () => {
  it('keeps the good ones and reports each bad one with its file', async () => {
    const good = 'id: good\ntitle: Good\nread: text\nmessages: [{name: any, class: 0}]\n';
    write('a-good', good);
    write('b-again', good);
    write(
      'c-broken',
      'id: broken\ntitle: Broken\nread: text\nmessages: [{name: any, class: 77}]\n',
    );
    write('d-empty');
    const { values, problems } = await loadParsers(dir);
    expect(values.map(({ id }) => id)).toEqual(['good']);
    expect(problems.map(({ code, at }) => [code, at?.file])).toEqual([
      ['parser_duplicate', join(dir, 'b-again', 'parser.yml')],
      ['parser_unknown_class', join(dir, 'c-broken', 'parser.yml')],
      ['parser_unreadable', join(dir, 'd-empty', 'parser.yml')],
    ]);
  });

  it('reports a folder that is not there', async () => {
    const { values, problems } = await loadParsers(join(dir, 'nowhere'));
    expect(values).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(['parser_unreadable']);
  });
});
