import {
  ANY,
  isAnyRun,
  isWildcard,
  joinTokens,
  readTokens,
  type Token,
  toPlainText,
} from './token.ts';
import { toBase64, toBase64Offsets, toBytes, toDashVariants } from './value-encoding.ts';

/** Values of the placeholders that `expand` may name, from configuration; they may hold wildcards. */
export type Placeholders = Readonly<Record<string, readonly string[]>>;

/** One spelling of a value on its way through the modifiers. */
interface Spelling {
  readonly tokens: readonly Token[];
  /** Are the characters bytes already (after `wide` and its like)? */
  readonly isBytes: boolean;
}

/** The spellings of a value; a text says why there are none. */
export type Spellings = readonly (readonly Token[])[] | string;

const MAX_SPELLINGS = 3_125;

/** What a written value means under its text modifiers, in the order they are written. */
export function spellingsOf(
  text: string,
  steps: readonly string[],
  placeholders: Placeholders,
): Spellings {
  const read = steps.includes('expand') ? expand(text, placeholders) : [readTokens(text)];
  if (typeof read === 'string') return read;
  let spellings: readonly Spelling[] = read.map((tokens) => ({ tokens, isBytes: false }));
  for (const step of steps) {
    const next = spellings.map((spelling) => apply(step, spelling));
    const failure = next.find((one) => typeof one === 'string');
    if (failure !== undefined) return String(failure);
    spellings = next.flatMap((one) => (typeof one === 'string' ? [] : one));
    if (spellings.length > MAX_SPELLINGS) return `The value has too many forms under \`${step}\`.`;
  }
  return spellings.map(({ tokens }) => tokens);
}

function apply(step: string, spelling: Spelling): readonly Spelling[] | string {
  switch (step) {
    case 'contains':
      return [surround(spelling, { start: true, end: true })];
    case 'startswith':
      return [surround(spelling, { start: false, end: true })];
    case 'endswith':
      return [surround(spelling, { start: true, end: false })];
    case 'windash':
      return dashes(spelling);
    case 'wide':
      return [widen(spelling, 'utf16le')];
    case 'utf16':
    case 'utf16le':
    case 'utf16be':
      return [widen(spelling, step)];
    case 'base64':
    case 'base64offset':
      return base64(spelling, step);
    default:
      return [spelling];
  }
}

/** Puts `*` before or behind the tokens, unless one is there. */
function surround(
  { tokens, isBytes }: Spelling,
  open: { readonly start: boolean; readonly end: boolean },
): Spelling {
  const before = open.start && !isAnyRun(tokens[0]) ? [ANY] : [];
  const behind = open.end && !isAnyRun(tokens.at(-1)) ? [ANY] : [];
  return { tokens: [...before, ...tokens, ...(tokens.length === 0 ? [] : behind)], isBytes };
}

function dashes({ tokens, isBytes }: Spelling): readonly Spelling[] | string {
  let lists: readonly (readonly Token[])[] = [[]];
  for (const token of tokens) {
    const variants = isWildcard(token) ? [token] : toDashVariants(token);
    if (!variants) return 'The value has too many dashes for `windash`.';
    lists = lists.flatMap((list) => variants.map((variant) => [...list, variant]));
    if (lists.length > MAX_SPELLINGS) return 'The value has too many dashes for `windash`.';
  }
  return lists.map((list) => ({ tokens: list, isBytes }));
}

function widen({ tokens }: Spelling, encoding: 'utf16' | 'utf16le' | 'utf16be'): Spelling {
  const wide = (token: Token): Token =>
    isWildcard(token) ? token : String.fromCharCode(...toBytes(token, encoding));
  return { tokens: tokens.map(wide), isBytes: true };
}

function base64({ tokens, isBytes }: Spelling, step: string): readonly Spelling[] | string {
  const text = toPlainText(tokens);
  if (text === undefined) return `A value under \`${step}\` must not hold wildcards.`;
  const bytes = isBytes ? [...text].map((char) => char.charCodeAt(0)) : toBytes(text, 'utf8');
  const encoded = step === 'base64' ? [toBase64(bytes)] : toBase64Offsets(bytes);
  return encoded.map((one) => ({ tokens: one === '' ? [] : [one], isBytes: false }));
}

/** Names come from rules: only what was configured counts. */
const valuesOf = (name: string, placeholders: Placeholders): readonly string[] | undefined =>
  Object.hasOwn(placeholders, name) ? placeholders[name] : undefined;

/** Puts the configured values in the place of `%name%`; `\%` is a plain percent sign. */
function expand(text: string, placeholders: Placeholders): Spellings {
  let lists: readonly (readonly Token[])[] = [[]];
  for (const piece of pieces(text)) {
    const values = piece.name === undefined ? [piece.text] : valuesOf(piece.name, placeholders);
    if (!values) return `The placeholder \`%${piece.name}%\` has no values in the configuration.`;
    const read = values.map(readTokens);
    lists = lists.flatMap((list) => read.map((tokens) => joinTokens(list, tokens)));
    if (lists.length > MAX_SPELLINGS) return 'The placeholders have too many values together.';
  }
  return lists;
}

interface Piece {
  readonly text: string;
  readonly name?: string;
}

/** Text and placeholders in turn; the text keeps its escapes, but for that of the percent sign. */
function pieces(text: string): readonly Piece[] {
  const found: Piece[] = [];
  let plain = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    const name = char === '%' ? /^%([^%\s]+)%/.exec(text.slice(at))?.[1] : undefined;
    if (name !== undefined) {
      found.push({ text: plain }, { text: '', name });
      plain = '';
      at += name.length + 1;
    } else if (char === '\\') {
      const next = text.charAt(at + 1);
      plain += next === '%' ? next : char + next;
      at += 1;
    } else plain += char;
  }
  return [...found, { text: plain }].filter((piece) => piece.name !== undefined || piece.text);
}
