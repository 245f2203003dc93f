// What docs/sources.md says takes something in exists.
import { readFileSync } from 'node:fs';
import { sources } from '@cordon/extensions';
import { expect, it } from 'vitest';
import { loadParsers } from '../packages/server/src/content/parsers.ts';
import { PARSERS_DIR } from './parser-records.ts';

const read = (name: string): string =>
  readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8');
const [, section = ''] = /^## What is taken in\n(.*?)^## /ms.exec(read('sources.md')) ?? [];
const rows = [...section.matchAll(/^\| (.+?) \| (.+) \|$/gm)].map(([, what = '', by = '']) => ({
  what,
  by,
}));
const formats = new Set(
  [...read('intelligence.md').matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].flatMap(([, names = '']) =>
    namesIn(names),
  ),
);

function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

/** `sources \`a\`, \`b\`` is two sources; a kind holds until another is named or the list ends. */
function claimsOf(by: string): readonly { readonly kind: string; readonly name: string }[] {
  let kind = 'parser';
  return [...by.matchAll(/(source|parser|feed)s?(?= `)|`([^`]+)`/g)].flatMap(([, said, name]) => {
    if (said) kind = said;
    return name === undefined ? [] : [{ kind, name }];
  });
}

it('names only parsers, kinds of source and formats of feeds that there are', async () => {
  const { values: parsers } = await loadParsers(PARSERS_DIR);
  const known: Readonly<Record<string, ReadonlySet<string>>> = {
    parser: new Set(parsers.map(({ id }) => id)),
    source: new Set(sources.map(({ id }) => id)),
    feed: formats,
  };
  const programs = new Set(['curl', 'cordon investigate']);
  const wrong = rows
    .flatMap(({ by }) => claimsOf(by))
    .filter(({ kind, name }) => !programs.has(name) && !known[kind]?.has(name));
  expect(wrong).toEqual([]);
  expect(rows.length).toBeGreaterThan(50);
  expect(formats.size).toBeGreaterThan(8);
});
