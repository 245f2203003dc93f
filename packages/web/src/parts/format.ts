import type { Zone } from './zone.ts';

const inZone = (zone: Zone) => (zone === 'utc' ? { timeZone: 'UTC' } : {});

/** `10:02:11` */
export const clock = (time: string, zone: Zone = 'utc'): string =>
  new Date(time).toLocaleTimeString('en-GB', { hour12: false, ...inZone(zone) });

/** `24 Nov` */
export const day = (time: string, zone: Zone = 'utc'): string =>
  new Date(time).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    ...inZone(zone),
  });

/** `24 Nov 10:02:11` */
export const dayAndClock = (time: string, zone: Zone = 'utc'): string =>
  `${day(time, zone)} ${clock(time, zone)}`;

/** `40 s ago`, `3 min ago`, `2 h ago`, `5 d ago`; the same words with `in` for the future. */
export function ago(time: string, now: number): string {
  const seconds = Math.round((now - Date.parse(time)) / 1000);
  const size = Math.abs(seconds);
  const text = span(size);
  if (size < 1) return 'now';
  return seconds >= 0 ? `${text} ago` : `in ${text}`;
}

/** A length of time in its largest fitting unit. */
export function span(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `1 204 331`, with thin spaces. */
export const count = (value: number): string =>
  value.toLocaleString('en-US').replaceAll(',', '\u202f');

/** `1 alert`, `2 alerts` */
export const counted = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** `0.4`, `12`, `1 204`: a rate with as many digits as it deserves. */
export const rate = (perSecond: number): string =>
  perSecond < 10 ? perSecond.toFixed(1) : count(Math.round(perSecond));

/** `86 %`; never rounds to a certainty that is not there. */
export function percent(p: number): string {
  if (p > 0.99 && p < 1) return '>99 %';
  if (p < 0.01 && p > 0) return '<1 %';
  return `${Math.round(p * 100)} %`;
}

const SHORT: ReadonlySet<string> = new Set(['ip', 'url']);

/** `in_progress` → `In progress`, `ip` → `IP`. */
export const words = (name: string): string =>
  SHORT.has(name)
    ? name.toUpperCase()
    : name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');

/**
 * Rounds values to hundredths so that they add up to the rounded total exactly (largest remainder
 * method); the input order is kept.
 */
export function roundToSum(values: readonly number[], total: number): readonly number[] {
  const floors = values.map((value) => Math.floor(value * 100));
  const missing = Math.round(total * 100) - floors.reduce((sum, value) => sum + value, 0);
  const byRemainder = values
    .map((value, index) => ({ index, rest: value * 100 - Math.floor(value * 100) }))
    .sort((a, b) => b.rest - a.rest)
    .slice(0, Math.max(0, missing));
  const raised = new Set(byRemainder.map((item) => item.index));
  return floors.map((floor, index) => (floor + (raised.has(index) ? 1 : 0)) / 100);
}
