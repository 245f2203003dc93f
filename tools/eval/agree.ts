import type { Claim } from './claim.ts';
import type { Label } from './item.ts';

const QUARTER_MS = 900_000;
const MAX_ZONE_MS = 14 * 3_600_000;
/** A year in a date; not any four digits, of which addresses and numbers have enough. */
const YEAR =
  /\b(?:19|20)\d\d[-/.: ](?:\d{1,2}|[A-Z][a-z]{2})[-/.: ]\d{1,2}\b|\b(?:19|20)\d{6}[-T]\d\d|\b\d{1,2}[-/. ](?:\d{1,2}|\p{L}{3,9}\.?)[-/., ](?:19|20)\d\d\b|\p{L}{3,9}\.? +\d{1,2},? (?:19|20)\d\d\b|:\d\d(?:\.\d+)?(?: [A-Z]{2,5})? (?:19|20)\d\d\b/u;
const ZONE = /[+-]\d\d:?\d\d\b|\dZ\b|\b(?:UTC|GMT|CES?T|[ECMP][SD]T)\b|\b1\d{9}(?:\.|\d{3}|\b)/;

/** Does a claim hold what the label says? */
export function agrees(claim: Claim, label: Label, text: string): boolean {
  const claimed = claim.fields[label.field] ?? [];
  const { values } = label;
  if (!values) return claimed.length > 0;
  if (label.field === 'time') return values.some((value) => isSameTime(claimed[0], value, text));
  const wanted = new Set(values.map(fold));
  return claimed.some((value) => wanted.has(fold(value)));
}

function fold(value: string): string {
  return value
    .trim()
    .toLowerCase()
    .replace(/^::ffff:/, '');
}

/**
 * The label's time to the second. Where the record names no year, the label's year was inferred by
 * somebody else and is set aside; where the label names no zone but the record does, whole quarter
 * hours are.
 */
function isSameTime(claimed: string | undefined, value: string, text: string): boolean {
  if (claimed === undefined) return false;
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/.test(value) || /^\d+$/.test(value);
  const wanted = /^\d+$/.test(value)
    ? toMs(Number(value))
    : Date.parse(hasZone ? value : `${value.replace(' ', 'T')}Z`);
  let gap = Math.abs(withoutYear(Number(claimed), text) - withoutYear(wanted, text));
  if (!hasZone && ZONE.test(text) && gap <= MAX_ZONE_MS)
    gap = Math.min(gap % QUARTER_MS, QUARTER_MS - (gap % QUARTER_MS));
  return gap < 1_000;
}

const toMs = (value: number): number => (value < 1e11 ? value * 1_000 : value);

function withoutYear(ms: number, text: string): number {
  if (YEAR.test(text)) return ms;
  const date = new Date(ms);
  return Number.isNaN(ms) ? ms : date.setUTCFullYear(2000);
}
