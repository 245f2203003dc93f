import type { Comparison, DatePart } from './ast.ts';

const NUMBER = /^\s*[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?\s*$/i;

/** The number a text is, by decimal notation; undefined for anything else. */
export const toNumber = (text: string): number | undefined =>
  NUMBER.test(text) ? Number(text) : undefined;

/** Holds a value (or a part of its date) against a number; what is no number is never true. */
export function compareNumbers(
  test: { readonly cmp: Comparison; readonly value: number; readonly part?: DatePart },
  text: string,
): boolean {
  const left = test.part ? datePartOf(test.part, text) : toNumber(text);
  if (left === undefined) return false;
  switch (test.cmp) {
    case 'lt':
      return left < test.value;
    case 'lte':
      return left <= test.value;
    case 'gt':
      return left > test.value;
    case 'gte':
      return left >= test.value;
  }
}

const DATE = /^\s*(\d{4})-(\d{2})-(\d{2})(?:[t ](\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?)?/i;

/** A part of an ISO 8601 date as it is written: no time zone is applied. Weeks are ISO weeks. */
export function datePartOf(part: DatePart, text: string): number | undefined {
  const [, year, month, day, hour, minute] = DATE.exec(text) ?? [];
  if (year === undefined) return undefined;
  const parts: Readonly<Record<DatePart, number | undefined>> = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: hour === undefined ? undefined : Number(hour),
    minute: minute === undefined ? undefined : Number(minute),
    week: weekOf(Number(year), Number(month), Number(day)),
  };
  return parts[part];
}

const DAY_MS = 86_400_000;

/** ISO 8601 week: the week of the year that holds its Thursday. */
function weekOf(year: number, month: number, day: number): number {
  const at = Date.UTC(year, month - 1, day);
  const weekday = (Math.round(at / DAY_MS) + 3) % 7;
  const thursday = at + (3 - weekday) * DAY_MS;
  const isoYear = yearOf(thursday);
  return 1 + Math.floor((thursday - Date.UTC(isoYear, 0, 1)) / (7 * DAY_MS));
}

/** The year a UTC midnight lies in, from its distance to the years around it. */
function yearOf(at: number): number {
  const guess = 1970 + Math.floor(at / (365.2425 * DAY_MS));
  return [guess + 1, guess, guess - 1].find((year) => Date.UTC(year, 0, 1) <= at) ?? guess;
}
