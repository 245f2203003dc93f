import ipaddr from 'ipaddr.js';
import { RE2JS } from 're2js';
import { isInCidr } from '../entity/resolve.ts';
import type { FieldValue } from './event-view.ts';
import { ANY, compileTokens, readTokens, type Token, toPlainText } from './token.ts';
import { toBase64, toBase64Offsets, toBytes, toDashVariants } from './value-encoding.ts';

/** A test of one value of a field; `exact` when it is equality with a lower-case text. */
export interface ValueTest {
  readonly test: (value: FieldValue) => boolean;
  readonly exact?: string;
}

/** Throw-free failure of compiling a value, told in one sentence. */
export type Compiled =
  | { readonly ok: true; readonly tests: readonly ValueTest[] }
  | { readonly ok: false; readonly why: string };

const MODIFIERS: ReadonlySet<string> = new Set([
  'contains',
  'startswith',
  'endswith',
  'all',
  'cased',
  're',
  'i',
  'm',
  's',
  'ignorecase',
  'multiline',
  'dotall',
  'cidr',
  'lt',
  'lte',
  'gt',
  'gte',
  'exists',
  'windash',
  'base64',
  'base64offset',
  'wide',
  'utf16le',
  'utf16be',
  'utf16',
  'fieldref',
  'neq',
]);

/** Is this one of the modifiers of Sigma 2.1 that the compiler knows? */
export const isModifier = (name: string): boolean => MODIFIERS.has(name);
export const modifierNames: readonly string[] = [...MODIFIERS];

const COMPARE: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  lt: (left, right) => left < right,
  lte: (left, right) => left <= right,
  gt: (left, right) => left > right,
  gte: (left, right) => left >= right,
};

const fail = (why: string): Compiled => ({ ok: false, why });

/** The tests that a written value means under its modifiers; any of them is enough. */
export function compileValue(text: string, modifiers: readonly string[]): Compiled {
  if (modifiers.includes('re')) return compileRegex(text, modifiers);
  if (modifiers.includes('cidr')) return compileCidr(text);
  const comparison = modifiers.find((name) => Object.hasOwn(COMPARE, name));
  if (comparison) return compileNumber(text, comparison);
  return compileText(text, modifiers);
}

function compileRegex(pattern: string, modifiers: readonly string[]): Compiled {
  const has = (...names: readonly string[]) => names.some((name) => modifiers.includes(name));
  let flags = 0;
  if (has('i', 'ignorecase')) flags |= RE2JS.CASE_INSENSITIVE;
  if (has('m', 'multiline')) flags |= RE2JS.MULTILINE;
  if (has('s', 'dotall')) flags |= RE2JS.DOTALL;
  try {
    const regex = RE2JS.compile(pattern, flags);
    return { ok: true, tests: [{ test: (value) => regex.matcher(value.text).find() }] };
  } catch (error) {
    return fail(
      `The regular expression is not one that runs in linear time: ${error instanceof Error ? error.message : 'it cannot be read'}.`,
    );
  }
}

function compileCidr(range: string): Compiled {
  const isShort = !range.includes(':') && !/^\d+\.\d+\.\d+\.\d+\//.test(range);
  if (isShort || !ipaddr.isValidCIDR(range)) return fail(`\`${range}\` is not an address range.`);
  return { ok: true, tests: [{ test: (value) => isInCidr(value.text, range) }] };
}

function compileNumber(text: string, comparison: string): Compiled {
  const right = Number(text);
  const compare = COMPARE[comparison];
  if (!compare || text.trim() === '' || Number.isNaN(right))
    return fail(`\`${text}\` is not a number.`);
  const test = (value: FieldValue) => {
    const left = Number(value.text);
    return value.text.trim() !== '' && !Number.isNaN(left) && compare(left, right);
  };
  return { ok: true, tests: [{ test }] };
}

function compileText(text: string, modifiers: readonly string[]): Compiled {
  const lists = encode(readTokens(text), modifiers);
  if (typeof lists === 'string') return fail(lists);
  const isCased = modifiers.includes('cased');
  return { ok: true, tests: lists.map((tokens) => toTest(place(tokens, modifiers), isCased)) };
}

function toTest(tokens: readonly Token[], isCased: boolean): ValueTest {
  if (isCased) {
    const matches = compileTokens(tokens);
    return { test: (value) => matches(value.text) };
  }
  const folded = tokens.map((token) => (typeof token === 'string' ? token.toLowerCase() : token));
  const matches = compileTokens(folded);
  const exact = toPlainText(folded);
  return { test: (value) => matches(value.lower), ...(exact === undefined ? {} : { exact }) };
}

/** Puts the wildcards of contains, startswith and endswith around the tokens. */
function place(tokens: readonly Token[], modifiers: readonly string[]): readonly Token[] {
  const isInside = modifiers.includes('contains');
  const opensStart = isInside || modifiers.includes('endswith');
  const opensEnd = isInside || modifiers.includes('startswith');
  return [
    ...(opensStart && tokens[0] !== ANY ? [ANY] : []),
    ...tokens,
    ...(opensEnd && tokens.at(-1) !== ANY ? [ANY] : []),
  ];
}

type Encoding = 'utf8' | 'utf16le' | 'utf16be' | 'utf16';

/** Values on their way through the encoding modifiers. */
interface Encoded {
  readonly lists: readonly (readonly Token[])[];
  readonly encoding: Encoding;
}

/** Encodings and dashes in the order written; a text says why it cannot be done. */
function encode(
  tokens: readonly Token[],
  modifiers: readonly string[],
): readonly (readonly Token[])[] | string {
  let state: Encoded = { lists: [tokens], encoding: 'utf8' };
  for (const modifier of modifiers) {
    const next = applyEncoding(state, modifier);
    if (typeof next === 'string') return next;
    state = next;
  }
  const { lists, encoding } = state;
  if (encoding === 'utf8') return lists;
  const wide = (token: Token): Token =>
    typeof token === 'string' ? String.fromCharCode(...toBytes(token, encoding)) : token;
  return lists.map((list) => list.map(wide));
}

function applyEncoding(state: Encoded, modifier: string): Encoded | string {
  const { lists, encoding } = state;
  switch (modifier) {
    case 'windash': {
      const variants = lists.flatMap(dashVariants);
      if (variants.includes(undefined)) return 'The value has too many dashes for `windash`.';
      return { lists: variants.filter((list) => list !== undefined), encoding };
    }
    case 'wide':
      return { lists, encoding: 'utf16le' };
    case 'utf16':
    case 'utf16le':
    case 'utf16be':
      return { lists, encoding: modifier };
    case 'base64':
    case 'base64offset': {
      const texts = lists.map(toPlainText);
      if (texts.includes(undefined))
        return `A value under \`${modifier}\` must not hold wildcards.`;
      return {
        lists: texts.flatMap((text) => base64Of(toBytes(text ?? '', encoding), modifier)),
        encoding: 'utf8',
      };
    }
    default:
      return state;
  }
}

const base64Of = (bytes: readonly number[], modifier: string): readonly (readonly Token[])[] =>
  (modifier === 'base64' ? [toBase64(bytes)] : toBase64Offsets(bytes)).map((text) => [text]);

function dashVariants(tokens: readonly Token[]): readonly (readonly Token[] | undefined)[] {
  let lists: (readonly Token[])[] = [[]];
  for (const token of tokens) {
    const variants = typeof token === 'string' ? toDashVariants(token) : [token];
    if (!variants || lists.length * variants.length > 625) return [undefined];
    lists = lists.flatMap((list) => variants.map((variant) => [...list, variant]));
  }
  return lists;
}
