/** `*` (any run of characters) or `?` (exactly one). */
export interface Wildcard {
  readonly kind: 'any' | 'one';
}
export const ANY: Wildcard = { kind: 'any' };
export const ONE: Wildcard = { kind: 'one' };

/** A piece of a Sigma string: literal text or a wildcard. */
export type Token = string | Wildcard;

/** Is it `*`? Asked of what it is, so that a copy of a rule is as good as the rule. */
export const isAnyRun = (token: Token | undefined): boolean =>
  isWildcard(token) && token.kind === 'any';
const isOne = (token: Token): boolean => isWildcard(token) && token.kind === 'one';

/** Is this one of the two wildcards? */
export const isWildcard = (token: Token | undefined): token is Wildcard =>
  typeof token === 'object';

/**
 * Splits a plain Sigma string into tokens (Sigma 2.1, "Escaping"): `\*`, `\?` and `\\` are the
 * literal character; a backslash before anything else, or at the end, is itself.
 */
export function readTokens(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let literal = '';
  const flush = () => {
    if (literal !== '') tokens.push(literal);
    literal = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    const next = text.charAt(at + 1);
    if (char === '\\' && next !== '' && '*?\\'.includes(next)) {
      literal += next;
      at += 1;
    } else if (char === '*' || char === '?') {
      flush();
      tokens.push(char === '*' ? ANY : ONE);
    } else {
      literal += char;
    }
  }
  flush();
  return tokens;
}

/** Two token lists as one; texts that meet become one. */
export function joinTokens(left: readonly Token[], right: readonly Token[]): readonly Token[] {
  const end = left.at(-1);
  const start = right[0];
  if (typeof end !== 'string' || typeof start !== 'string') return [...left, ...right];
  return [...left.slice(0, -1), end + start, ...right.slice(1)];
}

/** The text, when the tokens hold no wildcard. */
export function toPlainText(tokens: readonly Token[]): string | undefined {
  return tokens.every((token) => typeof token === 'string') ? tokens.join('') : undefined;
}

type TextTest = (text: string) => boolean;

/** A whole-value test for the tokens; linear in the text, native string operations where they do. */
export function compileTokens(tokens: readonly Token[]): TextTest {
  if (tokens.some(isOne)) return compileGeneral(tokens);
  const startsOpen = isAnyRun(tokens[0]);
  const endsOpen = isAnyRun(tokens.at(-1));
  const literals = tokens.filter((token) => typeof token === 'string');
  const [only = ''] = literals;
  if (literals.length === 0) return tokens.length === 0 ? (text) => text === '' : () => true;
  if (literals.length > 1) return compileGeneral(tokens);
  if (startsOpen && endsOpen) return (text) => text.includes(only);
  if (startsOpen) return (text) => text.endsWith(only);
  if (endsOpen) return (text) => text.startsWith(only);
  return (text) => text === only;
}

/** One run between two `*`: characters and `?` (undefined), of fixed length. */
type Segment = readonly (string | undefined)[];

/** Leftmost place of each segment in turn: for wildcards the leftmost is always the best. */
function compileGeneral(tokens: readonly Token[]): TextTest {
  const test = compileSegments(toSegments(tokens));
  const longest = longestText(tokens);
  return longest === '' ? test : (text) => text.includes(longest) && test(text);
}

const longestText = (tokens: readonly Token[]): string =>
  tokens.reduce<string>(
    (best, token) => (typeof token === 'string' && token.length > best.length ? token : best),
    '',
  );

function compileSegments(segments: readonly Segment[]): TextTest {
  const first = segments[0] ?? [];
  const last = segments.at(-1) ?? [];
  if (segments.length === 1)
    return (whole) => {
      const text = toCharacters(whole);
      return text.length === first.length && fits(text, 0, first);
    };
  const middle = segments.slice(1, -1);
  return (whole) => {
    const text = toCharacters(whole);
    const end = text.length - last.length;
    if (end < first.length || !fits(text, 0, first) || !fits(text, end, last)) return false;
    let from = first.length;
    for (const segment of middle) {
      const at = indexOfSegment(text, from, segment);
      if (at < 0 || at + segment.length > end) return false;
      from = at + segment.length;
    }
    return true;
  };
}

/** A text by characters: `?` is one code point, not half of one. */
type Characters = string | readonly string[];
const toCharacters = (text: string): Characters =>
  /[\ud800-\udbff]/.test(text) ? [...text] : text;

function toSegments(tokens: readonly Token[]): readonly Segment[] {
  const segments: (string | undefined)[][] = [[]];
  for (const token of tokens) {
    if (isAnyRun(token)) segments.push([]);
    else segments.at(-1)?.push(...(typeof token === 'string' ? [...token] : [undefined]));
  }
  return segments;
}

function fits(text: Characters, at: number, segment: Segment): boolean {
  return segment.every((char, offset) => {
    const there = text[at + offset];
    return there !== undefined && (char === undefined || there === char);
  });
}

function indexOfSegment(text: Characters, from: number, segment: Segment): number {
  const [first] = segment;
  for (let at = from; at + segment.length <= text.length; at += 1) {
    if (first !== undefined) at = text.indexOf(first, at);
    if (at < 0) return -1;
    if (fits(text, at, segment)) return at;
  }
  return -1;
}
