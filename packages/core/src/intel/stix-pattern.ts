import { toAddress, toCanonical } from './canonical.ts';
import type { Term } from './indicator.ts';
import { typeOfPath } from './stix-path.ts';
import { StixSyntaxError, type StixToken, tokeniseStix } from './stix-token.ts';

/*
 * The comparison subset of STIX 2.1 patterns: equality, IN and ISSUBSET on single values, with AND
 * and OR. A pattern becomes alternatives of terms that must all hold in one event; an alternative
 * that cannot be used carries the reason instead, and never widens the others.
 */

/** Terms that must all hold, or why this alternative cannot be used. */
export type Alternative =
  | { readonly terms: readonly Term[]; readonly reason?: undefined }
  | { readonly terms?: undefined; readonly reason: string };

/** What a pattern says, or where it cannot be read. */
export type ReadPattern =
  | { readonly ok: true; readonly alternatives: readonly Alternative[] }
  | { readonly ok: false; readonly detail: string; readonly column: number };

const MAX_PATTERN = 64 * 1024;
const MAX_DEPTH = 40;
const MAX_ALTERNATIVES = 2_000;
const unusable = (reason: string): readonly Alternative[] => [{ reason }];

/** Reads a pattern; never throws, and its work is bounded by the length. */
export function readStixPattern(text: string): ReadPattern {
  if (text.length > MAX_PATTERN)
    return { ok: false, detail: `It is longer than ${MAX_PATTERN} characters`, column: 1 };
  try {
    return { ok: true, alternatives: new PatternReader(tokeniseStix(text)).read() };
  } catch (error) {
    if (!(error instanceof StixSyntaxError)) throw error;
    return { ok: false, detail: error.message, column: error.at };
  }
}

/** Both must hold: every alternative of the one with every alternative of the other. */
function cross(a: readonly Alternative[], b: readonly Alternative[]): readonly Alternative[] {
  if (a.length * b.length > MAX_ALTERNATIVES) return unusable('too_many_alternatives');
  const all = a.flatMap((left) =>
    b.map((right): Alternative => {
      if (left.terms === undefined) return left;
      if (right.terms === undefined) return right;
      return { terms: [...left.terms, ...right.terms] };
    }),
  );
  const reasons = new Set(all.flatMap(({ reason }) => reason ?? []));
  return [
    ...all.filter(({ terms }) => terms !== undefined),
    ...[...reasons].map((reason) => ({ reason })),
  ];
}

function join(a: readonly Alternative[], b: readonly Alternative[]): readonly Alternative[] {
  return a.length + b.length > MAX_ALTERNATIVES ? unusable('too_many_alternatives') : [...a, ...b];
}

class PatternReader {
  readonly #tokens: readonly StixToken[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly StixToken[]) {
    this.#tokens = tokens;
  }

  read(): readonly Alternative[] {
    const all = this.#observations();
    if (this.#peek().kind !== 'end') throw this.#unexpected('the end');
    return all;
  }

  #peek(): StixToken {
    const token = this.#tokens[this.#at] ?? this.#tokens.at(-1);
    if (token === undefined) throw new StixSyntaxError('It is empty', 1);
    return token;
  }

  #take(): StixToken {
    const token = this.#peek();
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  #unexpected(wanted: string): StixSyntaxError {
    const { text, at } = this.#peek();
    return new StixSyntaxError(`${wanted} was expected, not "${text.slice(0, 40)}"`, at);
  }

  #isWord(word: string): boolean {
    const { kind, text } = this.#peek();
    return kind === 'word' && text.toUpperCase() === word;
  }

  #mark(text: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'mark' || token.text !== text) return false;
    this.#at += 1;
    return true;
  }

  #word(word: string): boolean {
    if (!this.#isWord(word)) return false;
    this.#at += 1;
    return true;
  }

  #need(mark: string): void {
    if (!this.#mark(mark)) throw this.#unexpected(`"${mark}"`);
  }

  #deeper<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH)
      throw new StixSyntaxError('It is nested too deeply', this.#peek().at);
    const result = read();
    this.#depth -= 1;
    return result;
  }

  /** `[…] AND […]` and `FOLLOWEDBY` speak of several observations, which one event cannot be. */
  #observations(): readonly Alternative[] {
    let all = this.#observation();
    for (;;) {
      if (this.#word('OR')) all = join(all, this.#observation());
      else if (this.#word('AND') || this.#word('FOLLOWEDBY')) {
        this.#observation();
        all = unusable('several_observations');
      } else return all;
    }
  }

  #observation(): readonly Alternative[] {
    let all: readonly Alternative[];
    if (this.#mark('(')) {
      all = this.#deeper(() => this.#observations());
      this.#need(')');
    } else {
      this.#need('[');
      all = this.#either();
      this.#need(']');
    }
    return this.#qualified(all);
  }

  #qualified(all: readonly Alternative[]): readonly Alternative[] {
    let kept = all;
    for (;;) {
      if (this.#word('WITHIN')) this.#skip(['number', 'word']);
      else if (this.#word('REPEATS')) {
        this.#skip(['number', 'word']);
        kept = unusable('repetition');
      } else if (this.#word('START')) {
        this.#skip(['word', 'text', 'word', 'word', 'text']);
        kept = unusable('time_window');
      } else return kept;
    }
  }

  /** Passes over the rest of a qualifier; the letter of `t'…'` is part of the text already. */
  #skip(kinds: readonly StixToken['kind'][]): void {
    const wanted = kinds.filter((kind) => kind !== 'word');
    for (const kind of wanted) {
      while (this.#peek().kind === 'word' && kind === 'text') this.#at += 1;
      if (this.#take().kind !== kind) throw this.#unexpected(`a ${kind}`);
    }
    if (wanted.includes('number') && !this.#word('SECONDS') && !this.#word('TIMES'))
      throw this.#unexpected('SECONDS or TIMES');
  }

  #either(): readonly Alternative[] {
    let all = this.#both();
    while (this.#word('OR')) all = join(all, this.#both());
    return all;
  }

  #both(): readonly Alternative[] {
    let all = this.#test();
    while (this.#word('AND')) all = cross(all, this.#test());
    return all;
  }

  #test(): readonly Alternative[] {
    if (this.#mark('(')) {
      const inside = this.#deeper(() => this.#either());
      this.#need(')');
      return inside;
    }
    if (this.#word('NOT')) {
      this.#test();
      return unusable('negation');
    }
    if (this.#word('EXISTS')) {
      this.#path();
      return unusable('existence');
    }
    return this.#comparison();
  }

  #comparison(): readonly Alternative[] {
    const path = this.#path();
    const isNegated = this.#word('NOT');
    const { kind, text } = this.#take();
    const operator = text.toUpperCase();
    if (kind === 'word' && operator === 'IN') {
      const values = this.#list();
      return isNegated ? unusable('negation') : values.map((value) => toTerm(path, value));
    }
    if (!OPERATORS.has(operator)) throw this.#unexpected('a comparison');
    const value = this.#literal();
    if (isNegated) return unusable('negation');
    return [OPERATORS.get(operator)?.(path, value) ?? { reason: `operator ${operator}` }];
  }

  #list(): readonly string[] {
    this.#need('(');
    const values = [this.#literal()];
    while (this.#mark(',')) values.push(this.#literal());
    this.#need(')');
    return values;
  }

  #literal(): string {
    const { kind, text } = this.#peek();
    const isLiteral = kind === 'text' || kind === 'number' || /^(true|false)$/i.test(text);
    if (!isLiteral) throw this.#unexpected('a value');
    this.#at += 1;
    return text;
  }

  #path(): string {
    const first = this.#take();
    if (first.kind !== 'word') throw new StixSyntaxError('An object path was expected', first.at);
    this.#need(':');
    let path = `${first.text}:${this.#step()}`;
    for (;;) {
      if (this.#mark('.')) path += `.${this.#step()}`;
      else if (this.#mark('[')) {
        if (!this.#mark('*') && this.#take().kind !== 'number') throw this.#unexpected('an index');
        this.#need(']');
        path += '[*]';
      } else return path;
    }
  }

  #step(): string {
    const { kind, text, at } = this.#take();
    if (kind !== 'word' && kind !== 'text')
      throw new StixSyntaxError('A property name was expected', at);
    return text;
  }
}

/** `=` and what amounts to it; `LIKE` only where its text has no wildcard. */
const OPERATORS: ReadonlyMap<string, (path: string, value: string) => Alternative | undefined> =
  new Map([
    ['=', toTerm],
    ['==', toTerm],
    ['ISSUBSET', toTerm],
    [
      'LIKE',
      (path: string, value: string) => (/[%_]/.test(value) ? undefined : toTerm(path, value)),
    ],
    ...['!=', '<>', '<', '>', '<=', '>=', 'MATCHES', 'ISSUPERSET'].map(
      (operator) => [operator, () => undefined] as const,
    ),
  ]);

function toTerm(path: string, value: string): Alternative {
  const type = typeOfPath(path);
  if (type === undefined) return { reason: `path ${path.split(/[.[]/)[0] ?? ''}` };
  if (type === 'port')
    return /^\d{1,5}$/.test(value) ? { terms: [{ type, value }] } : { reason: 'bad_value port' };
  if (type === 'ip') {
    const address = toAddress(value);
    return address ? { terms: [address] } : { reason: 'bad_value ip' };
  }
  const canonical = toCanonical(type, value);
  return canonical === undefined
    ? { reason: `bad_value ${type}` }
    : { terms: [{ type, value: canonical }] };
}
