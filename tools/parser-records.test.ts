/*
 * What holds for every record of the bundled parsers' cases, as it is and, where it is JSON, together
 * with another: who could take it is asked, and nobody writes into what was parsed.
 */
import { join } from 'node:path';
import {
  createDecider,
  createDetectionEngine,
  createDetectorBank,
  createDetectors,
  createEnricher,
  createNormaliser,
  type RawRecord,
  toEpochMs,
} from '@cordon/core';
import { expect, it, vi } from 'vitest';
import { compileParser, matchMessage } from '../packages/core/src/normalise/compile-parser.ts';
import type { CompiledParser } from '../packages/core/src/normalise/compiled-parser.ts';
import { type OpenRecord, openRecord } from '../packages/core/src/normalise/open-record.ts';
import { isOfProgram, readRecord } from '../packages/core/src/normalise/read-fields.ts';
import { createRoutes, sortParsers } from '../packages/core/src/normalise/routes.ts';
import { SourceMemory } from '../packages/core/src/normalise/source-memory.ts';
import { loadContent } from '../packages/server/src/content/content.ts';
import { readParserRecords } from './parser-records.ts';

const { parsers, rules } = await loadContent(join(import.meta.dirname, '..', 'content'));
const SINGLE = readParserRecords();
const isJson = (text: string): boolean => {
  try {
    return !Array.isArray(JSON.parse(text)) && text.startsWith('{');
  } catch {
    return false;
  }
};
const JSON_RECORDS = SINGLE.filter(isJson);
/** Each with the next: names of two products in one object. */
const JOINED = JSON_RECORDS.map((text, at) =>
  JSON.stringify({ ...JSON.parse(JSON_RECORDS[at + 1] ?? '{}'), ...JSON.parse(text) }),
);
const RECORDS = [...SINGLE, ...JOINED].map(
  (text, offset): RawRecord => ({
    offset,
    sourceId: 'cases',
    receivedAt: toEpochMs(Date.UTC(2026, 2, 5)),
    text,
  }),
);

/** The first of all its messages that takes the record; undefined: the parser passes. */
function firstOfAll(parser: CompiledParser, open: OpenRecord) {
  const reading = isOfProgram(parser, open) ? readRecord(parser, open) : undefined;
  if (!reading) return undefined;
  const takes = (message: CompiledParser['messages'][number]) =>
    matchMessage(message, reading.fields, reading.text) !== undefined;
  const first = parser.messages.find(takes);
  return { first, found: parser.messagesOf(reading.fields).find(takes) };
}

it('a parser that could take a record is asked, and its messages found by a value are those found one by one', () => {
  const knowing = parsers.filter(({ reader }) => reader !== 'guess');
  const compiled = sortParsers(knowing).map(compileParser);
  const route = createRoutes(compiled);
  const memory = new SourceMemory();
  let taken = 0;
  for (const record of RECORDS) {
    if (memory.takeHeader(record)) continue;
    const open = openRecord(record, memory);
    const asked = new Set(route(open));
    for (const parser of compiled) {
      const all = firstOfAll(parser, open);
      if (!all) continue;
      if (!asked.has(parser) || all.found !== all.first)
        expect({ id: parser.definition.id, text: record.text, found: all.found?.name }).toEqual({
          id: 'asked',
          text: record.text,
          found: all.first?.name,
        });
      if (all.first) taken += 1;
    }
  }
  expect(taken).toBeGreaterThan(SINGLE.length / 2);
});

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) freeze(inner);
  return value;
}

it('nobody who reads, enriches, detects or decides writes into what was parsed', () => {
  const normaliser = createNormaliser({ parsers });
  const enricher = createEnricher();
  const engine = createDetectionEngine({ rules });
  const bank = createDetectorBank({ detectors: createDetectors() });
  const decider = createDecider({ benign: [] });
  const parse = JSON.parse;
  const parsing = vi
    .spyOn(JSON, 'parse')
    .mockImplementation((text, reviver) => freeze(parse(text, reviver)));
  let signals = 0;
  try {
    for (const record of RECORDS) {
      const read = normaliser.normalise(record);
      if (read.kind !== 'parsed') continue;
      const event = freeze(enricher.enrich(freeze(read.event)));
      const found = [...engine.evaluate(event), ...bank.observe(event)];
      decider.observe(event);
      for (const signal of found) decider.consider(freeze(signal));
      signals += found.length;
    }
    decider.drain();
  } finally {
    parsing.mockRestore();
  }
  expect(signals).toBeGreaterThan(50);
});
