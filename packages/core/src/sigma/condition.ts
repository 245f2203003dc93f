import type { Predicate } from './rule.ts';
import { ANY, compileTokens } from './token.ts';

/** A condition that cannot be read: why, and where in its text (from 0). */
export interface ConditionError {
  readonly why: string;
  readonly at: number;
}
export type CompiledCondition =
  | { readonly ok: true; readonly matches: Predicate; readonly used: ReadonlySet<string> }
  | { readonly ok: false; readonly error: ConditionError };

interface Word {
  readonly text: string;
  readonly at: number;
}

const MAX_WORDS = 1_000;
const MAX_DEPTH = 100;

/**
 * Compiles a Sigma condition. Binding, weakest first: `or`, `and`, `not`, `1 of` / `any of` /
 * `all of` a pattern or `them`, parentheses. Names beginning with `_` are left out of `them` and
 * of every pattern that does not itself begin with `_`; a pattern that names nothing is an error.
 */
export function compileCondition(
  text: string,
  identifiers: ReadonlyMap<string, Predicate>,
): CompiledCondition {
  const words = [...text.matchAll(/[()]|[^\s()]+/g)].map((match) => ({
    text: match[0],
    at: match.index,
  }));
  if (words.length > MAX_WORDS)
    return { ok: false, error: { why: 'The condition is too long.', at: 0 } };
  const reader = new ConditionReader(words, identifiers);
  const matches = reader.readAll(text.length);
  return reader.error
    ? { ok: false, error: reader.error }
    : { ok: true, matches, used: reader.used };
}

const NEVER: Predicate = () => false;

class ConditionReader {
  readonly used = new Set<string>();
  error: ConditionError | undefined;
  readonly #words: readonly Word[];
  readonly #identifiers: ReadonlyMap<string, Predicate>;
  #at = 0;
  #depth = 0;

  constructor(words: readonly Word[], identifiers: ReadonlyMap<string, Predicate>) {
    this.#words = words;
    this.#identifiers = identifiers;
  }

  readAll(end: number): Predicate {
    const matches = this.#or();
    const rest = this.#words[this.#at];
    if (rest) this.#fail(`The condition was complete before \`${rest.text}\`.`, rest.at);
    if (this.#words.length === 0) this.#fail('The condition is empty.', end);
    return matches;
  }

  #fail(why: string, at: number): Predicate {
    this.error ??= { why, at };
    return NEVER;
  }

  #is(word: string): boolean {
    return this.#words[this.#at]?.text.toLowerCase() === word;
  }

  #take(word: string): boolean {
    if (!this.#is(word)) return false;
    this.#at += 1;
    return true;
  }

  #or(): Predicate {
    const parts = [this.#and()];
    while (this.#take('or')) parts.push(this.#and());
    return anyOf(parts);
  }

  #and(): Predicate {
    const parts = [this.#not()];
    while (this.#take('and')) parts.push(this.#not());
    return allOf(parts);
  }

  #not(): Predicate {
    let isNegated = false;
    while (this.#take('not')) isNegated = !isNegated;
    const inner = this.#atom();
    return isNegated ? (view) => !inner(view) : inner;
  }

  #atom(): Predicate {
    const word = this.#words[this.#at];
    if (!word) return this.#fail('The condition ends too early.', this.#words.at(-1)?.at ?? 0);
    this.#at += 1;
    if (word.text === '(') return this.#group(word);
    const quantity = word.text.toLowerCase();
    if (this.#is('of') && ['1', 'any', 'all'].includes(quantity)) return this.#ofPattern(quantity);
    const known = this.#identifiers.get(word.text);
    if (!known)
      return this.#fail(
        `The condition names \`${word.text}\`, which the detection does not define.`,
        word.at,
      );
    this.used.add(word.text);
    return known;
  }

  #group(open: Word): Predicate {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) return this.#fail('The condition is nested too deeply.', open.at);
    const inner = this.#or();
    this.#depth -= 1;
    if (!this.#take(')')) return this.#fail('A parenthesis is not closed.', open.at);
    return inner;
  }

  #ofPattern(quantity: string): Predicate {
    this.#at += 1;
    const pattern = this.#words[this.#at];
    if (!pattern)
      return this.#fail(
        'After `of` a name pattern or `them` is missing.',
        this.#words.at(-1)?.at ?? 0,
      );
    this.#at += 1;
    const names = [...this.#identifiers.keys()].filter((name) => isNamed(name, pattern.text));
    if (names.length === 0)
      return this.#fail(`No search identifier is named \`${pattern.text}\`.`, pattern.at);
    for (const name of names) this.used.add(name);
    const parts = names.map((name) => this.#identifiers.get(name) ?? NEVER);
    return quantity === 'all' ? allOf(parts) : anyOf(parts);
  }
}

function matchesPattern(name: string, pattern: string): boolean {
  const tokens = pattern
    .split('*')
    .flatMap((part, at) => [...(at > 0 ? [ANY] : []), ...(part === '' ? [] : [part])]);
  return compileTokens(tokens)(name);
}

function isNamed(name: string, pattern: string): boolean {
  if (name.startsWith('_') && !pattern.startsWith('_')) return false;
  if (pattern.toLowerCase() === 'them') return true;
  return matchesPattern(name, pattern);
}

/** True when any part is. */
export function anyOf(parts: readonly Predicate[]): Predicate {
  const [first = NEVER] = parts;
  return parts.length === 1 ? first : (view) => parts.some((part) => part(view));
}

/** True when every part is. */
export function allOf(parts: readonly Predicate[]): Predicate {
  const [first = NEVER] = parts;
  return parts.length === 1 ? first : (view) => parts.every((part) => part(view));
}
