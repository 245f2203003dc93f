import { err, ok, type Result } from '../shared/result.ts';
import type { EpochMs } from '../shared/time.ts';
import { type HuntField, huntField, nearestHuntField } from './field.ts';
import { EVERYTHING, type HuntNode, type HuntOp } from './hunt.ts';
import { readHuntTime } from './time.ts';
import { type HuntToken, huntProblem, readHuntTokens } from './token.ts';

const MAX_CHARS = 4_000;
const MAX_TESTS = 100;
const MAX_DEPTH = 30;

/**
 * Reads a hunt: `src_endpoint.ip = 192.0.2.1 and user.name ~ adm* and time > now-7d`. `and`, `or`,
 * `not`, parentheses, quotes; `=` is the whole value, `~` takes `*` and `?`. `now` is what relative
 * times count from. A problem has its column. Empty text finds everything.
 */
export function parseHunt(text: string, { now }: { readonly now: EpochMs }): Result<HuntNode> {
  if (text.length > MAX_CHARS)
    return err(huntProblem(MAX_CHARS, `A hunt holds at most ${MAX_CHARS} characters.`));
  const tokens = readHuntTokens(text);
  if (!tokens.ok) return tokens;
  if (tokens.value.length === 0) return ok(EVERYTHING);
  try {
    return ok(new Reader(tokens.value, { now, end: text.length + 1 }).readAll());
  } catch (error) {
    if (error instanceof Refusal) return err(error.problem);
    throw error;
  }
}

/** Ends the reading at the first thing that is wrong; never leaves this file. */
class Refusal extends Error {
  readonly problem: ReturnType<typeof huntProblem>;
  constructor(...given: Parameters<typeof huntProblem>) {
    super('refused');
    this.problem = huntProblem(...given);
  }
}

const OPS: Readonly<Record<string, { readonly op: HuntOp; readonly isNot?: true }>> = {
  '=': { op: 'eq' },
  '!=': { op: 'eq', isNot: true },
  '~': { op: 'like' },
  '!~': { op: 'like', isNot: true },
  '<': { op: 'lt' },
  '<=': { op: 'lte' },
  '>': { op: 'gt' },
  '>=': { op: 'gte' },
};
const KEYWORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', 'exists']);
const FORM = 'A condition is a field, a comparison and a value: `user.name = root`.';

class Reader {
  readonly #tokens: readonly HuntToken[];
  readonly #now: EpochMs;
  readonly #end: number;
  #at = 0;
  #tests = 0;
  #depth = 0;

  constructor(tokens: readonly HuntToken[], text: { readonly now: EpochMs; readonly end: number }) {
    this.#tokens = tokens;
    this.#now = text.now;
    this.#end = text.end;
  }

  readAll(): HuntNode {
    const node = this.#readOr();
    const rest = this.#peek();
    if (rest) throw new Refusal(rest.column, `\`${rest.text}\` does not belong here.`, JOIN_HINT);
    return node;
  }

  #readOr(): HuntNode {
    const of = [this.#readAnd()];
    while (this.#takeWord('or')) of.push(this.#readAnd());
    return joined('or', of);
  }

  #readAnd(): HuntNode {
    const of = [this.#readNot()];
    while (this.#takeWord('and')) of.push(this.#readNot());
    return joined('and', of);
  }

  #readNot(): HuntNode {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH)
      throw new Refusal(this.#column(), `A hunt nests at most ${MAX_DEPTH} deep.`);
    const node = this.#takeWord('not')
      ? ({ kind: 'not', of: this.#readNot() } as const)
      : this.#readGroup();
    this.#depth -= 1;
    return node;
  }

  #readGroup(): HuntNode {
    const open = this.#peek();
    if (open?.kind !== 'open') return this.#readTest();
    this.#at += 1;
    const inner = this.#readOr();
    if (this.#peek()?.kind !== 'close')
      throw new Refusal(open.column, 'A parenthesis does not close.', 'Add a `)`.');
    this.#at += 1;
    return inner;
  }

  #readTest(): HuntNode {
    this.#tests += 1;
    if (this.#tests > MAX_TESTS)
      throw new Refusal(this.#column(), `A hunt holds at most ${MAX_TESTS} conditions.`);
    const field = this.#readField();
    const isNot = this.#takeWord('not');
    if (this.#takeWord('exists')) return negated(isNot, { field, op: 'exists', values: [] });
    if (this.#takeWord('in')) {
      const values = this.#readList().map((token) => this.#toValue({ field, op: 'eq' }, token));
      return negated(isNot, { field, op: 'eq', values });
    }
    const token = this.#next('A comparison is missing here.', COMPARE_HINT);
    const said = token.kind === 'op' ? OPS[token.text] : undefined;
    if (isNot || !said)
      throw new Refusal(token.column, `\`${token.text}\` is no comparison.`, COMPARE_HINT);
    checkOp(field, said.op, token);
    const value = this.#toValue({ field, op: said.op }, this.#readValue());
    return negated(said.isNot === true, { field, op: said.op, values: [value] });
  }

  /** The value as the field holds it; greater and less always compare numbers. */
  #toValue(
    { field, op }: { readonly field: HuntField; readonly op: HuntOp },
    { text, column }: HuntToken,
  ): string | number {
    if (field.kind === 'time') {
      const at = readHuntTime(text, this.#now);
      if (at === undefined) throw new Refusal(column, `\`${text}\` is no time.`, TIME_HINT);
      return at;
    }
    if (field.kind !== 'number' && !isOrder(op)) return text.toLowerCase();
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value))
      throw new Refusal(
        column,
        `\`${text}\` is no number.`,
        `\`${field.name}\` is compared by number.`,
      );
    return value;
  }

  #readField(): HuntField {
    const token = this.#next('A condition is missing here.', FORM);
    if (token.kind !== 'word' || KEYWORDS.has(token.text.toLowerCase()))
      throw new Refusal(token.column, `\`${token.text}\` is no field.`, FORM);
    const field = huntField(token.text);
    if (field) return field;
    const nearest = nearestHuntField(token.text);
    const hint = `The nearest there is: \`${nearest}\`. The record's own fields begin with \`fields.\`.`;
    throw new Refusal(token.column, `There is no field \`${token.text}\`.`, hint);
  }

  #readValue(): HuntToken {
    const token = this.#next('A value is missing here.', 'Quote a value that holds spaces.');
    if (token.kind === 'word' || token.kind === 'text') return token;
    throw new Refusal(token.column, `\`${token.text}\` is no value.`, 'Quote it if it is one.');
  }

  #readList(): readonly HuntToken[] {
    const open = this.#next('A list is missing here.', LIST_HINT);
    if (open.kind !== 'open') throw new Refusal(open.column, 'A list is missing here.', LIST_HINT);
    const values = [this.#readValue()];
    for (;;) {
      const token = this.#next('The list does not close.', 'Add a `)`.');
      if (token.kind === 'close') return values;
      if (token.kind !== 'comma')
        throw new Refusal(token.column, `\`${token.text}\` does not belong here.`, LIST_HINT);
      values.push(this.#readValue());
      if (values.length > MAX_TESTS)
        throw new Refusal(token.column, `A list holds at most ${MAX_TESTS} values.`);
    }
  }

  #peek(): HuntToken | undefined {
    return this.#tokens[this.#at];
  }

  #column(): number {
    return this.#peek()?.column ?? this.#end;
  }

  #next(missing: string, hint: string): HuntToken {
    const token = this.#peek();
    if (!token) throw new Refusal(this.#end, missing, hint);
    this.#at += 1;
    return token;
  }

  #takeWord(word: string): boolean {
    const token = this.#peek();
    if (token?.kind !== 'word' || token.text.toLowerCase() !== word) return false;
    this.#at += 1;
    return true;
  }
}

const JOIN_HINT = 'Join conditions with `and` or `or`; quote a value that holds spaces.';
const COMPARE_HINT = 'Use =, !=, ~, !~, <, <=, >, >=, `in (…)` or `exists`.';
const LIST_HINT = 'A list is `in (a, b, c)`.';

const joined = (kind: 'and' | 'or', of: readonly HuntNode[]): HuntNode =>
  of.length === 1 && of[0] ? of[0] : { kind, of };

function negated(
  isNot: boolean,
  test: Omit<Extract<HuntNode, { kind: 'test' }>, 'kind'>,
): HuntNode {
  const node = { kind: 'test', ...test } as const;
  return isNot ? { kind: 'not', of: node } : node;
}

const isOrder = (op: HuntOp): boolean => op !== 'eq' && op !== 'like' && op !== 'exists';

function checkOp({ name, kind }: HuntField, op: HuntOp, { column }: HuntToken): void {
  const isNumeric = kind === 'number' || kind === 'time';
  if (op === 'like' && isNumeric)
    throw new Refusal(column, `\`${name}\` holds numbers.`, 'Use =, <, <=, > or >=.');
  if (isOrder(op) && kind === 'list')
    throw new Refusal(column, `\`${name}\` holds texts.`, 'Use = or ~.');
}

const TIME_HINT = 'Write now-7d, now-30m, 2026-11-24 or 2026-11-24T06:30:00Z (UTC).';
