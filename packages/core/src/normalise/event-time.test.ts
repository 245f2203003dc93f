import { describe, expect, it } from 'vitest';
import type { RawRecord } from '../event/record.ts';
import { DAY_MS, MINUTE_MS, toEpochMs } from '../shared/time.ts';
import { createNormaliser } from './create-normaliser.ts';
import { parseParser } from './parse-parser.ts';

const NOW = Date.UTC(2026, 2, 5, 12);
const OLD = Date.UTC(2024, 0, 2, 3, 4, 5);
const YAML: readonly string[] = [
  `
id: app
title: Application
read: json
keys: [msg]
time: [at, other_at]
messages:
  - {name: pause, when: {msg: pause}, skip: true}
  - {name: all, class: 6003, set: {message: $msg}}`,
  `
id: daemon
title: Daemon
read: syslog
messages: [{name: all, class: 6003, set: {message: $message}}]`,
  `
id: ocsf
title: OCSF
read: ocsf
keys: [class_uid, time]
messages: [{name: event, class: 0}]`,
];
const parsers = YAML.flatMap((yaml) => parseParser(yaml, 'x.yml').values);

/** The times of all events, and how each was settled. */
function times(...records: readonly (string | Partial<RawRecord>)[]) {
  const normaliser = createNormaliser({ parsers });
  return records.map((given, offset) => {
    const more = typeof given === 'string' ? { text: given } : given;
    const record = { offset, sourceId: 's', receivedAt: toEpochMs(NOW), text: '', ...more };
    const made = normaliser.normalise(record);
    if (made.kind !== 'parsed') return made.kind;
    const { time, provenance } = made.event;
    return provenance.timing ? { time, ...provenance.timing } : time;
  });
}
const said = (at: unknown, more = {}) => JSON.stringify({ msg: 'x', at, ...more });

describe('the time of an event', () => {
  it.each([
    { name: 'is its own', text: said(OLD), is: OLD },
    { name: 'is the next field that can be', text: said('soon', { other_at: OLD }), is: OLD },
    {
      name: 'is not before there were logs',
      text: said('0001-01-01T00:00:00Z'),
      bad: '0001-01-01T00:00:00Z',
    },
    {
      name: 'is not that of a clock never set',
      text: said('1970-01-01T00:00:09Z'),
      bad: '1970-01-01T00:00:09Z',
    },
    {
      name: 'is no date that the calendar lacks',
      text: said('2026-02-30T00:00:00Z'),
      bad: '2026-02-30T00:00:00Z',
    },
    {
      name: 'is not after its receipt by more than a zone',
      text: said(NOW + 2 * DAY_MS),
      bad: String(NOW + 2 * DAY_MS),
    },
    { name: 'may be ahead by less', text: said(NOW + DAY_MS / 2), is: NOW + DAY_MS / 2 },
    {
      name: 'of a header is checked, too',
      text: '<13>Feb 30 10:00:00 box d[3]: x',
      bad: 'Feb 30 10:00:00',
    },
    {
      name: 'of a new header is checked, too',
      text: '<13>1 2026-13-01T00:00:00Z box d 3 - - x',
      bad: '2026-13-01T00:00:00Z',
    },
    { name: 'of OCSF is checked, too', text: '{"class_uid":3002,"time":-5}', bad: '-5' },
  ])('$name', ({ text, is, bad }) => {
    expect(times(text)).toEqual([is ?? { time: NOW, from: 'receipt', unusable: bad }]);
  });

  it.each([
    { name: 'the same', inner: '2024-01-02 05:04:05', is: OLD },
    { name: 'another', inner: '2024-01-02 03:04:05', is: OLD },
    { name: 'neither', inner: '2024-01-01 05:04:05', is: OLD - 22 * 60 * MINUTE_MS },
  ])("without a zone is in its header's when that makes it $name", ({ inner, is }) => {
    const text = `2024-01-02T05:04:05+02:00 box app: ${said(inner)}`;
    expect(times(text)).toEqual([is]);
  });

  it('of a header may be left out, which is nothing wrong', () => {
    expect(times('<13>1 - box d 3 - - x')).toEqual([{ time: NOW, from: 'receipt' }]);
  });

  it('is that of the record before, as long after it as they came apart', () => {
    const later = toEpochMs(NOW + 300);
    expect(times(said(OLD), said(''), { text: said('never'), receivedAt: later })).toEqual([
      OLD,
      { time: OLD, from: 'neighbour' },
      { time: OLD + 300, from: 'neighbour', unusable: 'never' },
    ]);
  });

  it('rests on records that are no events, too', () => {
    const pause = said(OLD, { msg: 'pause' });
    expect(times(pause, said(''))).toEqual(['skipped', { time: OLD, from: 'neighbour' }]);
  });

  it.each([
    { name: 'of another source', second: { sourceId: 'other' } },
    { name: 'that came long before', second: { receivedAt: toEpochMs(NOW + 2 * MINUTE_MS) } },
    { name: 'that came after it, when it is read again', second: { offset: 0 } },
  ])('does not rest on a record $name', ({ second }) => {
    const [, end] = times(said(OLD), { text: said(''), ...second });
    expect(end).toEqual({ time: second.receivedAt ?? NOW, from: 'receipt' });
  });
});
