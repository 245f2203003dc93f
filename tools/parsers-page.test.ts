// The worked example of docs/parsers.md does what the page says.
import { readFileSync } from 'node:fs';
import { createNormaliser, parseParser, printProblem, toEpochMs } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Case {
  readonly name: string;
  readonly record: string;
  readonly event?: Readonly<Record<string, unknown>>;
  readonly skipped?: string;
}

const page = readFileSync(new URL('../docs/parsers.md', import.meta.url), 'utf8');
const blocks = (kind: string): readonly string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${kind}\n(.*?)\`\`\``, 'gs'))].map((match) => match[1] ?? '');
const [lines = ''] = blocks('log');
const [parser = '', cases = ''] = blocks('yaml');
const { values, problems } = parseParser(parser, 'docs/parsers.md');
const normaliser = createNormaliser({ parsers: values });

const valueAt = (event: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], event);

describe('the worked example of docs/parsers.md', () => {
  it('is a good parser', () => expect(problems.map(printProblem)).toEqual([]));

  it('has a case for every line it shows', () => {
    const records = (parse(cases) as readonly Case[]).map(({ record }) => record);
    expect(records).toEqual(lines.trimEnd().split('\n'));
  });

  it.each(parse(cases) as readonly Case[])('$name', ({ record, event, skipped }) => {
    const receivedAt = toEpochMs(Date.UTC(2026, 2, 5));
    const result = normaliser.normalise({ offset: 0, sourceId: 'page', receivedAt, text: record });
    if (skipped) expect(result).toMatchObject({ kind: 'skipped', reason: skipped });
    for (const [path, wanted] of Object.entries(event ?? {}))
      expect(result.kind === 'parsed' && valueAt(result.event, path), path).toEqual(wanted);
  });
});
