// Runs every case of content/parsers/<id>/cases.yml against all parsers together.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createNormaliser, type Normalised, printProblem, toEpochMs } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadParsers } from '../packages/server/src/content/parsers.ts';

interface Case {
  readonly name: string;
  /** Records of the same source that come first, e.g. a header. */
  readonly before?: readonly string[];
  readonly record: string;
  readonly receivedAt?: string;
  /** Try this parser alone. */
  readonly only?: boolean;
  /** Attributes of the event by path; `time` as ISO 8601. */
  readonly event?: Readonly<Record<string, unknown>>;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly categories?: readonly string[];
  readonly absent?: readonly string[];
  readonly code?: string;
  readonly skipped?: string;
}

const DIR = join(import.meta.dirname, '..', 'content', 'parsers');
const RECEIVED_AT = '2026-03-05T00:00:00Z';
const { values: parsers, problems } = await loadParsers(DIR);
/** One for all: each case is a source of its own, and sources share nothing. */
const normaliser = createNormaliser({ parsers });
let ran = 0;

function run(
  { before = [], record, receivedAt = RECEIVED_AT, only }: Case,
  id: string,
): Normalised {
  const sourceId = `case ${ran++}`;
  const results = [...before, record].map((text, offset) =>
    normaliser.normalise({
      offset,
      sourceId,
      receivedAt: toEpochMs(Date.parse(receivedAt)),
      text,
      ...(only ? { parsers: [id] } : {}),
    }),
  );
  return results.at(-1) as Normalised;
}

function valueAt(event: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], event);
}

function checkEvent(wanted: Case, result: Normalised): void {
  const event = result.kind === 'parsed' ? result.event : undefined;
  expect(event, JSON.stringify(result)).toBeDefined();
  const paths = Object.keys(wanted.event ?? {});
  const got = Object.fromEntries(
    paths.map((path) => [
      path,
      path === 'time' ? new Date(event?.time ?? 0).toISOString() : valueAt(event, path),
    ]),
  );
  const time = wanted.event?.['time'];
  const isoTime = time === undefined ? {} : { time: new Date(String(time)).toISOString() };
  expect(got).toEqual({ ...wanted.event, ...isoTime });
  expect(event?.provenance.fields).toMatchObject(wanted.fields ?? {});
  if (wanted.categories) expect(event?.provenance.logsource.categories).toEqual(wanted.categories);
  for (const path of wanted.absent ?? []) expect(valueAt(event, path), path).toBeUndefined();
}

function checkOutcome(wanted: Case, result: Normalised): void {
  if (wanted.code) expect(result.kind === 'unparsed' && result.problem.code).toBe(wanted.code);
  if (wanted.skipped) expect(result.kind === 'skipped' && result.reason).toBe(wanted.skipped);
  if (wanted.event) checkEvent(wanted, result);
}

describe('the parsers', () => {
  it('load without a problem', () => {
    expect(problems.map(printProblem)).toEqual([]);
    expect(parsers.length).toBeGreaterThan(0);
  });

  it.each(parsers.map(({ id }) => id))('%s has cases', (id) => {
    expect(existsSync(join(DIR, id, 'cases.yml'))).toBe(true);
  });
});

describe.each(parsers.map(({ id }) => id))('parser %s', (id) => {
  const file = join(DIR, id, 'cases.yml');
  const cases = existsSync(file) ? (parse(readFileSync(file, 'utf8')) as readonly Case[]) : [];
  it.each(cases)('$name', (wanted) => {
    expect(wanted.event ?? wanted.code ?? wanted.skipped, 'a case expects something').toBeDefined();
    const result = run(wanted, id);
    checkOutcome(wanted, result);
    if (result.kind === 'parsed') expect(result.event.provenance.parserId).toBe(id);
  });
});
