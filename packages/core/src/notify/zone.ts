import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS, toEpochMs } from '../shared/time.ts';

/** A time of day on the wall: hours and minutes since midnight. */
export interface Clock {
  readonly hour: number;
  readonly minute: number;
}

/** A moment as a calendar and a clock on the wall show it; `day` counts days since 1970-01-01. */
export interface Wall {
  readonly day: number;
  readonly minutes: number;
}

/** A time zone with its own history of clock changes. */
export interface Zone {
  readonly name: string;
  wallOf(at: EpochMs): Wall;
  /** When the wall shows that. In the hour that is skipped in spring: as much later; in the one that comes twice: the first. */
  momentOf(wall: Wall): EpochMs;
}

export const minutesOf = ({ hour, minute }: Clock): number => hour * 60 + minute;

/** Monday is 1, Sunday 7 (ISO 8601). */
export const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;

/** The day with that number, as `2026-11-24`. */
export const printDay = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** The number of a day that is written `2026-11-24`; undefined when there is no such day. */
export function parseDay(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const day = Date.parse(`${text}T00:00:00Z`) / DAY_MS;
  return Number.isInteger(day) && printDay(day) === text ? day : undefined;
}

/** A time of day that is written `09:30`; undefined when there is no such time. */
export function parseClock(text: string): Clock | undefined {
  const found = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return found ? { hour: Number(found[1]), minute: Number(found[2]) } : undefined;
}

const pad = (value: number): string => String(value).padStart(2, '0');
export const printClock = (minutes: number): string =>
  `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** `Fri 2026-11-27 09:00` in the zone. */
export function printMoment(zone: Zone, at: EpochMs): string {
  const { day, minutes } = zone.wallOf(at);
  return `${WEEKDAYS[weekdayOf(day) - 1]} ${printDay(day)} ${printClock(minutes)}`;
}

/** The zone of that IANA name; undefined when there is none. */
export function openZone(name: string): Zone | undefined {
  const format = openFormat(name);
  if (format === undefined) return undefined;
  const wallOf = (at: EpochMs): Wall => readWall(format, at);
  return {
    name,
    wallOf,
    momentOf(wall) {
      const naive = wall.day * DAY_MS + wall.minutes * MINUTE_MS;
      const offsetAt = (at: number): number => {
        const there = wallOf(toEpochMs(at));
        return (
          there.day * DAY_MS + there.minutes * MINUTE_MS - Math.floor(at / MINUTE_MS) * MINUTE_MS
        );
      };
      // Before the change and after it: the offset that holds where it leads to is the right one.
      const before = naive - offsetAt(naive - 26 * HOUR_MS);
      const after = naive - offsetAt(naive + 26 * HOUR_MS);
      if (offsetAt(before) === naive - before) return toEpochMs(before);
      if (offsetAt(after) === naive - after) return toEpochMs(after);
      return toEpochMs(before);
    },
  };
}

function openFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US-u-hc-h23', {
      timeZone,
      calendar: 'gregory',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
  } catch {
    return undefined;
  }
}

function readWall(format: Intl.DateTimeFormat, at: EpochMs): Wall {
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const get = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return {
    day: Date.UTC(get('year'), get('month') - 1, get('day')) / DAY_MS,
    minutes: get('hour') * 60 + get('minute'),
  };
}
