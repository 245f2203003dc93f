import { allOf, anyOf, type Node, not } from './ast.ts';
import { ANY, compileTokens } from './token.ts';

/** A condition that cannot be read: why, and where in its text (from 0). */
export interface ConditionError {
  readonly why: string;
  readonly at: number;
}
export type ReadCondition =
  | { readonly ok: true; readonly node: Node }
  | { readonly ok: false; readonly error: ConditionError };

interface Word {
  readonly text: string;
  readonly at: number;
}

const MAX_WORDS = 1_000;
const MAX_DEPTH = 100;

/**
 * Reads a Sigma condition. Binding, weakest first: `or`, `and`, `not`, `1 of` / `any of` /
 * `all of` a pattern or `them`, parentheses. Names beginning with `_` are left out of `them` and
 * of every pattern that does not itself begin with `_`; a pattern that names nothing is an error.
 */
export function readCondition(text: string, identifiers: ReadonlyMap<string, Node>): ReadCondition {
  const words = [...text.matchAll(/[()]|[^\s()]+/g)].map((match) => ({
    text: match[0],
    at: match.index,
  }));
  if (words.length > MAX_WORDS)
    return { ok: false, error: { why: 'The condition is too long.', at: 0 } };
  const reader = new ConditionReader(words, identifiers);
  const node = reader.readAll(text.length);
  return reader.error ? { ok: false, error: reader.error } : { ok: true, node };
}

/** Stands where the text could not be read; the rule is refused anyway. */
const NOTHING: Node = anyOf([]);

class ConditionReader {
  error: ConditionError | undefined;
  readonly #words: readonly Word[];
  readonly #identifiers: ReadonlyMap<string, Node>;
  #at = 0;
  #depth = 0;

  constructor(words: readonly Word[], identifiers: ReadonlyMap<string, Node>) {
    this.#words = words;
    this.#identifiers = identifiers;
  }

  readAll(end: number): Node {
    const node = this.#or();
    const rest = this.#words[this.#at];
    if (rest) this.#fail(`The condition was complete before \`${rest.text}\`.`, rest.at);
    if (this.#words.length === 0) this.#fail('The condition is empty.', end);
    return node;
  }

  #fail(why: string, at: number): Node {
    this.error ??= { why, at };
    return NOTHING;
  }

  #is(word: string): boolean {
    return this.#words[this.#at]?.text.toLowerCase() === word;
  }

  #take(word: string): boolean {
    if (!this.#is(word)) return false;
    this.#at += 1;
    return true;
  }

  #or(): Node {
    const parts = [this.#and()];
    while (this.#take('or')) parts.push(this.#and());
    return anyOf(parts);
  }

  #and(): Node {
    const parts = [this.#not()];
    while (this.#take('and')) parts.push(this.#not());
    return allOf(parts);
  }

  #not(): Node {
    let isNegated = false;
    while (this.#take('not')) isNegated = !isNegated;
    const inner = this.#atom();
    return isNegated ? not(inner) : inner;
  }

  #atom(): Node {
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
    return known;
  }

  #group(open: Word): Node {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) return this.#fail('The condition is nested too deeply.', open.at);
    const inner = this.#or();
    this.#depth -= 1;
    if (!this.#take(')')) return this.#fail('A parenthesis is not closed.', open.at);
    return inner;
  }

  #ofPattern(quantity: string): Node {
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
    const parts = names.map((name) => this.#identifiers.get(name) ?? NOTHING);
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
