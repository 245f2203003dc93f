import { describe, expect, it } from 'vitest';
import type { RawRecord } from '../event/record.ts';
import type { Json } from '../shared/json.ts';
import { toEpochMs } from '../shared/time.ts';
import { createNormaliser } from './create-normaliser.ts';
import { parseParser } from './parse-parser.ts';
import type { ParserDefinition } from './parser.ts';
import { SourceMemory } from './source-memory.ts';

const YAML: readonly string[] = [
  `
id: web
title: Rows under a header
read: w3c
keys: [c-ip]
time: ['date time']
messages: [{name: row, class: 4002, set: {src_endpoint.ip: $c-ip}}]`,
  `
id: conn
title: Zeek
read: zeek
time: [ts]
messages: [{name: row, when: {_path: conn}, class: 4001, set: {src_endpoint.ip: $id.orig_h}}]`,
  `
id: audit
title: Audit
read: audit
time: [time]
messages: [{name: record, class: 1007, set: {process.cmd_line: $cmd_line, actor.user.uid: $auid}}]`,
  `
id: plain
title: Lines
read: text
messages: [{name: line, pattern: 'said {what*}', class: 6003, set: {message: $what}}]`,
];
const parsers = YAML.flatMap((yaml) => parseParser(yaml, 'x.yml').values);

const record = (offset: number, sourceId: string, text: string): RawRecord => ({
  offset,
  sourceId,
  text,
  receivedAt: toEpochMs(Date.UTC(2026, 2, 5) + offset),
});

const BEFORE = [
  record(1, 'iis', '#Fields: date time c-ip'),
  record(2, 'zeek', '#separator \\x09'),
  record(3, 'zeek', '#path\tconn'),
  record(4, 'zeek', '#fields\tts\tid.orig_h'),
  record(5, 'zeek', '#types\ttime\taddr'),
  record(6, 'audit', 'type=SYSCALL msg=audit(1772612121.500:42): pid=9 auid=1000'),
  record(7, 'iis', '2024-01-02 03:04:05 192.0.2.1'),
];
const AFTER = [
  record(8, 'iis', '2024-01-02 03:04:06 192.0.2.2'),
  record(9, 'zeek', '1772612121.500000\t192.0.2.3'),
  record(10, 'audit', 'type=EXECVE msg=audit(1772612121.500:42): argc=1 a0="id"'),
  record(11, 'iis', 'said something without a time'),
];

const read = (all: readonly ParserDefinition[], from?: Json) => {
  const normaliser = createNormaliser({ parsers: all });
  if (from !== undefined) normaliser.memory.restore(from);
  return normaliser;
};
const told = () => {
  const normaliser = read(parsers);
  for (const one of BEFORE) normaliser.normalise(one);
  return normaliser;
};

describe('what one record tells of later ones', () => {
  it('is the same after a restart: rows keep their header, audit events go on, times too', () => {
    const whole = told();
    const saved = JSON.parse(JSON.stringify(whole.memory.snapshot())) as Json;
    const again = read(parsers, saved);
    const expected = AFTER.map((one) => whole.normalise(one));
    expect(expected.map(({ kind }) => kind)).toEqual(['parsed', 'parsed', 'parsed', 'parsed']);
    expect(AFTER.map((one) => again.normalise(one))).toEqual(expected);
  });

  it('goes over to other parsers, and is not shared with those that were', () => {
    const old = told();
    const next = read(parsers.slice(0, 2), old.memory.snapshot());
    next.normalise(record(8, 'iis', '#Fields: time c-ip'));
    expect(old.normalise(record(9, 'iis', '2024-01-02 03:04:06 192.0.2.2')).kind).toBe('parsed');
    expect(next.normalise(record(9, 'zeek', '1772612121.5\t192.0.2.3')).kind).toBe('parsed');
  });

  it.each([null, 7, [], {}, { headers: 3, audit: null }])('%j is no snapshot', (from) => {
    const memory = new SourceMemory();
    memory.restore(from as Json);
    expect(memory.snapshot()).toEqual(new SourceMemory().snapshot());
  });

  it('is bounded, whatever names sources take', () => {
    const memory = new SourceMemory();
    for (let at = 0; at < 6_000; at++) {
      memory.takeHeader(record(at, `s${at}`, '#Fields: date time'));
      memory.sawTime(record(at, `s${at}`, ''), toEpochMs(at));
    }
    const { headers, times } = memory.snapshot() as unknown as Record<string, readonly unknown[]>;
    expect([headers?.length, times?.length]).toEqual([1_024, 4_096]);
  });
});
