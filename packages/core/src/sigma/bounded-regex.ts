/** One character or class of ASCII, with a repeat that ends. Groups, anchors, alternatives: not read. */
const PART =
  /^([A-Za-z0-9 "'<>=&%@#!~`:;,_/-]|\\[!-/:-@[-`{-~]|\\[dws]|\[(?!\^)(?:[\x20-Z^-~]|\\[!-/:-@[-`{-~]|\\[dws])+\])(\{(\d{1,3})(?:,(\d{1,3}))?\}|\?)?/;
/** A class in a range: engines differ. */
const ODD_RANGE = /\\[dws]-[^\]]|-\\[dws]/;
/** What RE2 calls a space. */
const SPACES = '\\t\\n\\f\\r ';
/** So often may one character of a text be looked at, all attempts together. */
const MAX_LOOKS = 4;
const ASCII: readonly string[] = Array.from({ length: 128 }, (_, code) =>
  String.fromCharCode(code),
);

interface Part {
  /** One character, as the platform's engine reads it. */
  readonly one: string;
  readonly repeat: string;
  readonly least: number;
  readonly most: number;
}

/**
 * The pattern for the platform's own engine, several times as fast as RE2 in script, where that is
 * safe: it looks at each character of a text a few times at most, so time stays linear, and it
 * means what RE2 means by it. Undefined: it is for RE2.
 */
export function toBoundedRegex(pattern: string): RegExp | undefined {
  const parts = readParts(pattern);
  if (!parts || looksOf(parts) > MAX_LOOKS) return undefined;
  return new RegExp(parts.map(({ one, repeat }) => one + repeat).join(''));
}

function readParts(pattern: string): readonly Part[] | undefined {
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length; ) {
    const [all = '', one = '', repeat = '', low, high] = PART.exec(pattern.slice(at)) ?? [];
    if (one === '' || ODD_RANGE.test(one)) return undefined;
    const least = repeat === '?' ? 0 : Number(low ?? 1);
    const most = repeat === '?' ? 1 : Number(high ?? low ?? 1);
    parts.push({ one: toPlatform(one), repeat, least, most });
    at += all.length;
  }
  return parts;
}

function toPlatform(one: string): string {
  if (one === '\\s') return `[${SPACES}]`;
  if (!one.startsWith('[')) return one;
  return one.replaceAll(/\\./g, (escaped) => (escaped === '\\s' ? SPACES : escaped));
}

/**
 * How often one character is looked at. A match begins with exactly one character; an attempt ends
 * where that character stands again, but for the parts that may be it, so attempts hardly overlap.
 * Times the ways to fill the repeats: one goes one way only when what follows must be there and is
 * none of its characters, or nothing follows.
 */
function looksOf(parts: readonly Part[]): number {
  const [first, ...rest] = parts;
  if (first?.least !== 1 || first.most !== 1) return Number.POSITIVE_INFINITY;
  let attempts = 1;
  let ways = 1;
  for (const [at, { one, least, most }] of rest.entries()) {
    const next = rest[at + 1];
    const isOneWay = !next || (next.least > 0 && !overlap(one, next.one));
    if (!isOneWay) ways *= most - least + 1;
    if (overlap(first.one, one)) attempts += most;
  }
  return attempts * ways;
}

function overlap(left: string, right: string): boolean {
  const [a, b] = [new RegExp(`^${left}$`), new RegExp(`^${right}$`)];
  return ASCII.some((char) => a.test(char) && b.test(char));
}
