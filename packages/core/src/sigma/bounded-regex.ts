/** One character or class of ASCII, with a repeat that ends. Groups and alternatives: not read. */
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
  const read = readPattern(pattern);
  if (!read || looksOf(read) > MAX_LOOKS) return undefined;
  const { parts, isFromStart, isToEnd } = read;
  const body = parts.map(({ one, repeat }) => one + repeat).join('');
  return new RegExp(`${isFromStart ? '^' : ''}${body}${isToEnd ? '$' : ''}`);
}

/** The parts of a pattern and whether a match is held to the ends of the text. */
interface Pattern {
  readonly parts: readonly Part[];
  readonly isFromStart: boolean;
  readonly isToEnd: boolean;
}

function readPattern(pattern: string): Pattern | undefined {
  const isFromStart = pattern.startsWith('^');
  const parts: Part[] = [];
  let rest = isFromStart ? pattern.slice(1) : pattern;
  while (rest !== '' && rest !== '$') {
    const [all = '', one = '', repeat = '', low, high] = PART.exec(rest) ?? [];
    if (one === '' || ODD_RANGE.test(one)) return undefined;
    const least = repeat === '?' ? 0 : Number(low ?? 1);
    const most = repeat === '?' ? 1 : Number(high ?? low ?? 1);
    parts.push({ one: toPlatform(one), repeat, least, most });
    rest = rest.slice(all.length);
  }
  return { parts, isFromStart, isToEnd: rest === '$' };
}

function toPlatform(one: string): string {
  if (one === '\\s') return `[${SPACES}]`;
  if (!one.startsWith('[')) return one;
  return one.replaceAll(/\\./g, (escaped) => (escaped === '\\s' ? SPACES : escaped));
}

/**
 * How often one character is looked at: the attempts that may look at it, times the ways in which
 * the repeats of one attempt can be filled.
 */
const looksOf = (pattern: Pattern): number => attemptsOf(pattern) * waysOf(pattern);

/**
 * From the start of the text there is one attempt. Elsewhere a match begins with exactly one
 * character, and an attempt ends where that character stands again, but for the parts that may be
 * it, so attempts hardly overlap.
 */
function attemptsOf({ parts: [first, ...rest], isFromStart }: Pattern): number {
  if (!first) return Number.POSITIVE_INFINITY;
  if (isFromStart) return 1;
  if (first.least !== 1 || first.most !== 1) return Number.POSITIVE_INFINITY;
  return rest.reduce((sum, { one, most }) => sum + (overlap(first.one, one) ? most : 0), 1);
}

/** A repeat goes one way only when what follows must be there and is none of its characters, or nothing follows. */
function waysOf({ parts, isToEnd }: Pattern): number {
  return parts.reduce((ways, { one, least, most }, at) => {
    const next = parts[at + 1];
    const isOneWay = next ? next.least > 0 && !overlap(one, next.one) : !isToEnd;
    return isOneWay ? ways : ways * (most - least + 1);
  }, 1);
}

function overlap(left: string, right: string): boolean {
  const [a, b] = [new RegExp(`^${left}$`), new RegExp(`^${right}$`)];
  return ASCII.some((char) => a.test(char) && b.test(char));
}
