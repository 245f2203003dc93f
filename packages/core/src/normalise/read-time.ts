import { DAY_MS, type EpochMs, MINUTE_MS, toEpochMs } from '../shared/time.ts';
import { monthOf } from './month-name.ts';
import { zoneMinutes } from './time-zone.ts';

/** An offset, or a name in capitals that ends there. */
const ZONE = '(Z|[+-]\\d{2}:?\\d{2}|[A-Z]{2,4}(?![\\w:.]))?';
const NAME = '(\\p{L}{3,10})\\.?';
const CLOCK = '(\\d{1,2}):(\\d{2}):(\\d{2})(?:[.,](\\d{1,9}))?';
const ISO = new RegExp(
  `^(\\d{4})[-/.:](\\d{1,2})[-/.:](\\d{1,2})(?:[T -]| {2}| - )${CLOCK} ?${ZONE}`,
);
const ACCESS_LOG = new RegExp(
  `^(\\d{1,2})\\/${NAME}\\/(\\d{4}):(\\d{2}):(\\d{2}):(\\d{2})(?: ([+-]\\d{4}))?`,
  'u',
);
/** `Wed Apr 14 08:11:01 CEST 2021`, the same without zone, and Apache's with a fraction. */
const WEEKDAY = new RegExp(
  `^\\p{L}{2,4}\\.? ${NAME} +(\\d{1,2}) ${CLOCK}(?: ([A-Z]{2,5}|[+-]\\d{2}:?\\d{2}))? (\\d{4})`,
  'u',
);
/** `19-Oct-2022 05:34:02.425`, `01 Oct 2013 05:34:02 +0000`; `oct.` in some languages. */
const DAY_FIRST = new RegExp(
  `^(?:\\p{L}{2,4}\\.?, )?(\\d{1,2})[-/ ]${NAME}[-/ ](\\d{4})[ :T]${CLOCK} ?${ZONE}`,
  'u',
);
/** FreePBX's `2019-Jul-25 14:28:31`. */
const YEAR_FIRST = new RegExp(`^(\\d{4})[- ]${NAME}[- ](\\d{1,2}) ${CLOCK}`, 'u');
/** `Oct 19 2022 05:34:02`, `Apr 16, 2013 8:32:13 AM`. */
const MONTH_FIRST = new RegExp(
  `^${NAME} +(\\d{1,2}),? (\\d{4}),? ${CLOCK}(?: ([AP]M))? ?${ZONE}`,
  'u',
);
/** ASSP's `Mar-04-26 08:15:22`. */
const MONTH_DAY_YEAR = /^([A-Z][a-z]{2})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})$/;
/** `PDT Apr 16 21:05:29`: a zone before a date without year. */
const ZONE_FIRST = /^([A-Z]{3,4}) (?=[A-Z][a-z]{2} +\d{1,2} \d{2}:)/;
/** The United States' order, `10/19/2022 05:34:02 PM`, `10/19/22, 5:34:02 PM`, Suricata's `10/19/2022-05:34:02.123456` and Citrix's `10/19/2022:05:34:02`. */
const AMERICAN =
  /^(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})(?:,? | ?- ?|:)(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?: ([AP]M))?/;
/** Most of Europe's order, `19.10.2022 05:34:02`, `19-10-2022 05:34:02 +0200`. */
const EUROPEAN = new RegExp(`^(\\d{1,2})([-.])(\\d{1,2})\\2(\\d{4})[ T] ?${CLOCK} ?${ZONE}`);
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
 * milliseconds, microseconds or nanoseconds, the access logs' `17/May/2015:10:05:03 +0000`, Apache's error log, months named in
 * many languages, the United States' order, RFC 3164 without a year. No zone means UTC; a missing year is inferred from `receivedAt`.
 */
export function readTime(value: unknown, receivedAt: EpochMs): EpochMs | undefined {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const text = value.trim();
  // Asterisk parts the microseconds by a dash.
  if (/^\d{9,19}(?:[.-]\d+)?$/.test(text)) return fromNumber(Number(text.replace('-', '.')));
  // The forms that begin with a digit, and those that do not.
  if (/^\d/.test(text))
    return (
      fromIso(text) ??
      fromAccessLog(text) ??
      fromNamedMonth(text) ??
      fromAmerican(text) ??
      fromEuropean(text) ??
      fromCompact(text) ??
      readSyslogTime(text, receivedAt)
    );
  return (
    readSyslogTime(text, receivedAt) ??
    fromWeekday(text) ??
    fromNamedMonth(text) ??
    fromCompact(text) ??
    fromZoned(text, receivedAt)
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
  const [, month, day, hour, minute, second, fraction, zone, year] = found;
  return build([Number(year), monthOf(month), Number(day)], [hour, minute, second, fraction, zone]);
}

function fromNamedMonth(text: string): EpochMs | undefined {
  const first = MONTH_FIRST.exec(text);
  if (first) {
    const [, month, day, year, hour, minute, second, fraction, half, zone] = first;
    const clock = [toHour(hour, half), minute, second, fraction, zone];
    return build([Number(year), monthOf(month), Number(day)], clock);
  }
  const ordered = YEAR_FIRST.exec(text);
  if (ordered) {
    const [, year, month, day, ...clock] = ordered;
    return build([Number(year), monthOf(month), Number(day)], clock);
  }
  const short = MONTH_DAY_YEAR.exec(text);
  if (short) {
    const [, month, day, year, ...clock] = short;
    return build([fullYear(year), monthOf(month), Number(day)], [...clock.slice(0, 3)]);
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

function fromEuropean(text: string): EpochMs | undefined {
  const found = EUROPEAN.exec(text);
  if (!found) return undefined;
  const [, day, , month, year, ...clock] = found;
  return build([Number(year), Number(month) - 1, Number(day)], clock);
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

function fromZoned(text: string, receivedAt: EpochMs): EpochMs | undefined {
  const zone = ZONE_FIRST.exec(text)?.[1];
  const time = zone && readSyslogTime(text.slice(zone.length + 1), receivedAt);
  return time ? toEpochMs(time - zoneMinutes(zone) * MINUTE_MS) : undefined;
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
  return toEpochMs(date + seconds * 1000 + ms - zoneMinutes(zone) * MINUTE_MS);
}
