import { DAY_MS, type EpochMs, toEpochMs } from '../shared/time.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const ISO =
  /^(\d{4})[-/.:](\d{1,2})[-/.:](\d{1,2})(?:[T -]| {2}| - )(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?\s?(Z|[+-]\d{2}:?\d{2})?/;
const ACCESS_LOG = /^(\d{1,2})\/([A-Za-z]{3})\/(\d{4}):(\d{2}):(\d{2}):(\d{2})(?: ([+-]\d{4}))?/;
const WEEKDAY =
  /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?: [A-Z]{2,5})? (\d{4})/;
/** `19-Oct-2022 05:34:02.425`, `01 Oct 2013 05:34:02 +0000`; `oct.` in some languages. */
const DAY_FIRST =
  /^(?:[A-Z][a-z]{2}, )?(\d{1,2})[-/ ]([A-Za-z]{3})[a-z]*\.?[-/ ](\d{4})[ :T](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(?: ?(Z|[+-]\d{2}:?\d{2}))?/;
/** `Oct 19 2022 05:34:02`, `Apr 16, 2013 8:32:13 AM`. */
const MONTH_FIRST =
  /^([A-Za-z]{3})[a-z]* +(\d{1,2}),? (\d{4}) (\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?: ([AP]M))?/;
/** The United States' order, `10/19/2022 05:34:02 PM`, `10/19/22, 5:34:02 PM`, and Suricata's `10/19/2022-05:34:02.123456`. */
const AMERICAN =
  /^(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})(?:,? | ?- ?)(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?: ([AP]M))?/;
/** MySQL's `130324  0:04:00` and xrdp's `20220407-12:11:06`. */
const COMPACT = /^(\d{2}|\d{4})(\d{2})(\d{2})[- T] ?(\d{1,2}):?(\d{2}):?(\d{2})(?:[.,](\d{1,9}))?/;
/** The label of multilog, whose seconds count from 2^62 and are ten ahead. */
const TAI64N = /^@4(?=[0-9a-f]{23}$)([0-9a-f]{15})/;
/** Snort's `03/04-08:15:22.123456`, Android's `03-04 08:15:22.123`. */
const SHORT = /^(\d{2})[/.-](\d{2})[- ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?$/;
const SYSLOG = /^([A-Z][a-z]{2}) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?/;
/** Epoch values from here on are milliseconds: as seconds they would lie after the year 5000. */
const FIRST_MS = 1e11;
/** A day ahead is a clock or a time zone; more than that, and a date without year was last year's. */
const AHEAD_MS = DAY_MS;

/**
 * A point in time as logs write it: ISO 8601 (also with a blank or slashes), epoch seconds,
 * milliseconds, microseconds or nanoseconds, the access logs' `17/May/2015:10:05:03 +0000`, Apache's error log, named months,
 * the United States' order, RFC 3164 without a year. No zone means UTC; a missing year is inferred from `receivedAt`.
 */
export function readTime(value: unknown, receivedAt: EpochMs): EpochMs | undefined {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const text = value.trim();
  if (/^\d{9,19}(\.\d+)?$/.test(text)) return fromNumber(Number(text));
  return (
    fromIso(text) ??
    fromAccessLog(text) ??
    fromWeekday(text) ??
    fromNamedMonth(text) ??
    fromAmerican(text) ??
    fromCompact(text) ??
    readSyslogTime(text, receivedAt)
  );
}

function fromNumber(value: number): EpochMs | undefined {
  if (!Number.isFinite(value) || value <= 0) return undefined;
  const ms = Math.round(value * scaleOf(value));
  return ms <= 8.64e15 ? toEpochMs(ms) : undefined;
}

/** Seconds, milliseconds, microseconds or nanoseconds, by their size. */
function scaleOf(value: number): number {
  if (value < FIRST_MS) return 1000;
  if (value < FIRST_MS * 1000) return 1;
  return value < FIRST_MS * 1e6 ? 1e-3 : 1e-6;
}

function fromIso(text: string): EpochMs | undefined {
  const found = ISO.exec(text);
  if (!found) return undefined;
  const [, year, month, day, ...rest] = found;
  return build([Number(year), Number(month) - 1, Number(day)], rest);
}

function fromAccessLog(text: string): EpochMs | undefined {
  const found = ACCESS_LOG.exec(text);
  if (!found) return undefined;
  const [, day, month, year, hour, minute, second, zone] = found;
  return build(
    [Number(year), monthOf(month), Number(day)],
    [hour, minute, second, undefined, zone],
  );
}

function fromWeekday(text: string): EpochMs | undefined {
  const found = WEEKDAY.exec(text);
  if (!found) return undefined;
  const [, month, day, hour, minute, second, fraction, year] = found;
  return build([Number(year), monthOf(month), Number(day)], [hour, minute, second, fraction]);
}

function fromNamedMonth(text: string): EpochMs | undefined {
  const first = MONTH_FIRST.exec(text);
  if (first) {
    const [, month, day, year, hour, minute, second, fraction, half] = first;
    const clock = [toHour(hour, half), minute, second, fraction];
    return build([Number(year), monthOf(month), Number(day)], clock);
  }
  const found = DAY_FIRST.exec(text);
  if (!found) return undefined;
  const [, day, month, year, ...clock] = found;
  return build([Number(year), monthOf(month), Number(day)], clock);
}

function fromAmerican(text: string): EpochMs | undefined {
  const found = AMERICAN.exec(text);
  if (!found) return undefined;
  const [, first, second, third, hour, minute, seconds, fraction, half] = found;
  const clock = [toHour(hour, half), minute, seconds, fraction];
  // What cannot be a month is the year: log4j's `17/06/09`.
  return Number(first) > 12 && third?.length === 2
    ? build([fullYear(first), Number(second) - 1, Number(third)], clock)
    : build([fullYear(third), Number(first) - 1, Number(second)], clock);
}

function fromCompact(text: string): EpochMs | undefined {
  const label = TAI64N.exec(text)?.[1];
  if (label) return fromNumber(Number.parseInt(label, 16) - 10);
  const found = COMPACT.exec(text);
  if (!found) return undefined;
  const [, year, month, day, ...clock] = found;
  return build([fullYear(year), Number(month) - 1, Number(day)], clock);
}

function fullYear(year = ''): number {
  return Number(year) + (year.length === 2 ? 2000 : 0);
}

/** The hour of 24, where AM or PM is written behind it. */
function toHour(hour: string | undefined, half: string | undefined): string | undefined {
  return half ? String((Number(hour) % 12) + (half === 'PM' ? 12 : 0)) : hour;
}

/** The time at the head of an RFC 3164 line, its year inferred. */
export function readSyslogTime(text: string, receivedAt: EpochMs): EpochMs | undefined {
  const short = SHORT.exec(text);
  const found = short ?? SYSLOG.exec(text);
  if (!found) return undefined;
  const [, name, day, ...rest] = found;
  const month = short ? Number(name) - 1 : monthOf(name);
  const newest = new Date(receivedAt + AHEAD_MS).getUTCFullYear();
  for (let year = newest; year > newest - 5; year--) {
    const time = build([year, month, Number(day)], rest);
    if (time !== undefined && time <= receivedAt + AHEAD_MS) return time;
  }
  return undefined;
}

function monthOf(name: string | undefined): number {
  return MONTHS.indexOf(name?.toLowerCase() ?? '');
}

type DateParts = readonly [year: number, month: number, day: number];
type ClockParts = readonly (string | undefined)[];

/** Undefined for a date that the calendar does not have, e.g. 30 February. */
function build([year, month, day]: DateParts, clock: ClockParts): EpochMs | undefined {
  const [hour, minute, second, fraction, zone] = clock;
  const date = Date.UTC(year, month, day);
  if (month < 0 || month > 11 || new Date(date).getUTCDate() !== day) return undefined;
  if (Number(hour) > 23) return undefined;
  if (Number(minute) > 59 || Number(second) > 60) return undefined;
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
  const ms = fraction ? Math.trunc(Number(`0.${fraction}`) * 1000) : 0;
  return toEpochMs(date + seconds * 1000 + ms - zoneMs(zone));
}

function zoneMs(zone: string | undefined): number {
  if (!zone || zone === 'Z') return 0;
  const digits = zone.replace(/\D/g, '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
