import type { EventTiming } from '../event/event.ts';
import { DAY_MS, type EpochMs, MINUTE_MS, toEpochMs } from '../shared/time.ts';
import { NO_TIME } from './envelope.ts';
import { type Fields, readField } from './map-attributes.ts';
import type { OpenRecord } from './open-record.ts';
import { zoneMinutes } from './time-zone.ts';

/** A clock that was never set begins in 1970; what is older is no time of a log at all. */
const OLDEST = Date.UTC(1971, 0);
/** Clocks and time zones are wrong by less than a day. */
const AHEAD_MS = DAY_MS;
/** Records that come so close together were sent together. */
const TOGETHER_MS = MINUTE_MS;
const MAX_SHOWN_CHARS = 64;

/** When an event happened and, where its record does not say so, how that was settled. */
export interface SettledTime {
  readonly time: EpochMs;
  readonly timing?: EventTiming;
}

/**
 * The record's own time, else its header's. Where neither is there or can be right, the record is
 * as old as the one that its source sent before it, so that an old file read now stays old; without
 * one it is as old as its receipt. Only what a record said itself is remembered.
 */
export function settleTime(
  names: readonly string[],
  fields: Fields,
  open: OpenRecord,
): SettledTime {
  const { record, envelope, memory } = open;
  let unusable: unknown;
  for (const name of names) {
    const said = timeField(fields, name);
    const time = inZoneOf(envelope, memory.readTime(said, record.receivedAt));
    if (isPossible(time, record.receivedAt)) return own(time, open);
    if (said !== '') unusable ??= said;
  }
  if (isPossible(envelope?.time, record.receivedAt)) return own(envelope.time, open);
  return settle(open, unusable ?? stampOf(envelope));
}

/** What an offset at the end of a header's time says; `Z` needs no turning. */
const OFFSET = /[+-]\d{2}:?\d{2}$/;

/**
 * A time that names no zone is in that of the header, when read so it is the header's own time;
 * else it stays as it was read.
 */
function inZoneOf(
  envelope: OpenRecord['envelope'],
  time: EpochMs | undefined,
): EpochMs | undefined {
  const zone = time && envelope?.time && OFFSET.exec(envelope.timestamp)?.[0];
  if (!zone) return time;
  const turned = toEpochMs(time - zoneMinutes(zone) * MINUTE_MS);
  return Math.abs(turned - (envelope?.time ?? 0)) <= TOGETHER_MS ? turned : time;
}

/** What the header has where its time should be; undefined when it says that there is none. */
const stampOf = (envelope: OpenRecord['envelope']): string | undefined =>
  envelope && envelope.timestamp !== NO_TIME && envelope.timestamp !== ''
    ? envelope.timestamp
    : undefined;

function isPossible(time: EpochMs | undefined, receivedAt: EpochMs): time is EpochMs {
  return time !== undefined && time >= OLDEST && time <= receivedAt + AHEAD_MS;
}

function own(time: EpochMs, { record, memory }: OpenRecord): SettledTime {
  memory.sawTime(record, time);
  return { time };
}

function settle({ record, memory }: OpenRecord, unusable: unknown): SettledTime {
  const shown = unusable === undefined ? {} : { unusable: toShown(unusable) };
  const before = memory.lastTime(record);
  if (!before || record.receivedAt - before.receivedAt > TOGETHER_MS)
    return { time: record.receivedAt, timing: { from: 'receipt', ...shown } };
  const time = toEpochMs(before.time + Math.max(0, record.receivedAt - before.receivedAt));
  return { time, timing: { from: 'neighbour', ...shown } };
}

const toShown = (value: unknown): string =>
  (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, MAX_SHOWN_CHARS);

/** A field, or several that make up one time between them: `date time zone`. */
function timeField(fields: Fields, name: string): unknown {
  if (!name.includes(' ')) return readField(fields, name) ?? '';
  return name
    .split(' ')
    .map((part) => readField(fields, part) ?? '')
    .join(' ')
    .trim();
}
