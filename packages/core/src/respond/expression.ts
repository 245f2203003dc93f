import type { Json, JsonObject } from '../shared/json.ts';
import { err, ok, type Result } from '../shared/result.ts';
import { type Token, tokenise } from './expression-token.ts';

/** A parsed expression. Evaluation is total: it ends, never throws, and changes nothing. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'path'; readonly root: string; readonly keys: readonly string[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | {
      readonly kind: 'binary';
      readonly op: BinaryOp;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly args: readonly Expression[] };

type BinaryOp = '&&' | '||' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in';
type FunctionName = keyof typeof FUNCTIONS;

const MAX_LENGTH = 1_000;
const MAX_DEPTH = 32;
const LEVELS: readonly (readonly BinaryOp[])[] = [
  ['||'],
  ['&&'],
  ['==', '!=', '<', '<=', '>', '>=', 'in'],
];

/** Words that stand for values: severities by their OCSF number. */
const WORDS: Readonly<Record<string, Json>> = {
  true: true,
  false: false,
  null: null,
  informational: 1,
  low: 2,
  medium: 3,
  high: 4,
  critical: 5,
};

/** What a path may start with. */
export const EXPRESSION_ROOTS: readonly string[] = ['incident', 'inputs', 'item', 'steps'];

const FUNCTIONS = {
  contains: (list: Json, item: Json) => isMember(item, list),
  size: (value: Json) => (Array.isArray(value) || typeof value === 'string' ? value.length : 0),
  first: (value: Json) => (Array.isArray(value) ? ((value[0] ?? null) as Json) : null),
  join: (value: Json) =>
    Array.isArray(value) ? value.map(printJson).join(', ') : printJson(value),
} as const;
const ARITY: Readonly<Record<FunctionName, number>> = { contains: 2, size: 1, first: 1, join: 1 };

/**
 * Reads an expression: `||`, `&&`, `!`, comparisons, `in`, paths over the facts, literals and the
 * functions contains, size, first, join. Linear in the text; at most 1000 characters, 32 levels deep.
 */
export function parseExpression(text: string): Result<Expression> {
  if (text.length > MAX_LENGTH)
    return syntax(`The expression is longer than ${MAX_LENGTH} characters.`);
  const tokens = tokenise(text);
  if (!tokens.ok) return tokens;
  const parser = new Parser(tokens.value);
  try {
    return ok(parser.parse());
  } catch (error) {
    if (error instanceof SyntaxProblem) return syntax(error.message);
    throw error;
  }
}

const syntax = (detail: string): Result<never> =>
  err({ code: 'expression_syntax', detail, retryable: false });

class SyntaxProblem extends Error {}

class Parser {
  private index = 0;
  private readonly tokens: readonly Token[];
  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  parse(): Expression {
    const result = this.level(0, 0);
    if (this.index < this.tokens.length) this.fail();
    return result;
  }

  private level(level: number, depth: number): Expression {
    if (depth > MAX_DEPTH)
      throw new SyntaxProblem(`The expression is nested deeper than ${MAX_DEPTH} levels.`);
    const ops = LEVELS[level];
    if (!ops) return this.unary(depth);
    let left = this.level(level + 1, depth);
    for (let op = this.takeOp(ops); op; op = this.takeOp(ops)) {
      left = { kind: 'binary', op, left, right: this.level(level + 1, depth) };
    }
    return left;
  }

  private unary(depth: number): Expression {
    if (this.take('!')) return { kind: 'not', of: this.unaryChecked(depth + 1) };
    if (this.take('(')) {
      const inner = this.level(0, depth + 1);
      this.expect(')');
      return inner;
    }
    const token = this.tokens[this.index];
    if (!token || token.kind === 'symbol') return this.fail();
    this.index += 1;
    if (token.kind === 'literal') return { kind: 'literal', value: token.value };
    return this.take('(') ? this.call(token.text, depth) : this.path(token.text);
  }

  private unaryChecked(depth: number): Expression {
    if (depth > MAX_DEPTH)
      throw new SyntaxProblem(`The expression is nested deeper than ${MAX_DEPTH} levels.`);
    return this.unary(depth);
  }

  private call(name: string, depth: number): Expression {
    if (!Object.hasOwn(FUNCTIONS, name)) throw new SyntaxProblem(`There is no function "${name}".`);
    const args = [this.level(0, depth + 1)];
    while (this.take(',')) args.push(this.level(0, depth + 1));
    this.expect(')');
    const wanted = ARITY[name as FunctionName];
    if (args.length !== wanted)
      throw new SyntaxProblem(`"${name}" takes ${wanted} values, not ${args.length}.`);
    return { kind: 'call', name: name as FunctionName, args };
  }

  private path(root: string): Expression {
    if (Object.hasOwn(WORDS, root)) return { kind: 'literal', value: WORDS[root] as Json };
    if (!EXPRESSION_ROOTS.includes(root)) {
      throw new SyntaxProblem(
        `"${root}" is not known; a path starts with ${EXPRESSION_ROOTS.join(', ')}.`,
      );
    }
    const keys: string[] = [];
    while (this.take('.')) {
      const token = this.tokens[this.index];
      if (token?.kind !== 'name') return this.fail();
      keys.push(token.text);
      this.index += 1;
    }
    return { kind: 'path', root, keys };
  }

  private takeOp(ops: readonly BinaryOp[]): BinaryOp | undefined {
    const token = this.tokens[this.index];
    const found =
      token && token.kind !== 'literal' ? ops.find((op) => op === token.text) : undefined;
    if (found) this.index += 1;
    return found;
  }

  private take(symbol: string): boolean {
    const token = this.tokens[this.index];
    const isThere = token?.kind === 'symbol' && token.text === symbol;
    if (isThere) this.index += 1;
    return isThere;
  }

  private expect(symbol: string): void {
    if (!this.take(symbol)) this.fail();
  }

  private fail(): never {
    const token = this.tokens[this.index];
    throw new SyntaxProblem(
      token ? `"${token.text}" is not expected here.` : 'The expression ends too early.',
    );
  }
}

/** The value of an expression over the facts; what is not there is null. */
export function evaluate(expression: Expression, facts: JsonObject): Json {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'path':
      return lookUp(facts, [expression.root, ...expression.keys]);
    case 'not':
      return !isTrue(evaluate(expression.of, facts));
    case 'call':
      return callFunction(
        expression.name,
        expression.args.map((arg) => evaluate(arg, facts)),
      );
    case 'binary':
      return evaluateBinary(expression, facts);
  }
}

function callFunction(name: FunctionName, args: readonly Json[]): Json {
  const call: (a: Json, b: Json) => Json = FUNCTIONS[name];
  return call(args[0] ?? null, args[1] ?? null);
}

function evaluateBinary(node: Extract<Expression, { kind: 'binary' }>, facts: JsonObject): Json {
  const left = evaluate(node.left, facts);
  if (node.op === '&&') return isTrue(left) && isTrue(evaluate(node.right, facts));
  if (node.op === '||') return isTrue(left) || isTrue(evaluate(node.right, facts));
  const right = evaluate(node.right, facts);
  if (node.op === 'in') return isMember(left, right);
  if (node.op === '==') return isEqual(left, right);
  if (node.op === '!=') return !isEqual(left, right);
  return compare(node.op, left, right);
}

function compare(op: '<' | '<=' | '>' | '>=', left: Json, right: Json): boolean {
  if (typeof left !== 'number' || typeof right !== 'number') return false;
  if (op === '<') return left < right;
  if (op === '<=') return left <= right;
  return op === '>' ? left > right : left >= right;
}

function lookUp(facts: JsonObject, keys: readonly string[]): Json {
  let value: Json = facts;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    if (!Object.hasOwn(value, key)) return null;
    value = ((value as JsonObject)[key] ?? null) as Json;
  }
  return value;
}

/** Only `true` is true: a missing fact never starts anything. */
export const isTrue = (value: Json): boolean => value === true;

const isEqual = (left: Json, right: Json): boolean => left === right;

const isMember = (item: Json, list: Json): boolean =>
  Array.isArray(list) && (typeof item !== 'object' || item === null) && list.includes(item);

/** A value as text: strings as they are, the rest as JSON. */
export const printJson = (value: Json): string =>
  typeof value === 'string' ? value : JSON.stringify(value);
