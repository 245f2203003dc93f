import type { ASTNode, Environment, ParseResult } from '@marcbachmann/cel-js';
import type { Json, JsonObject } from '../../shared/json.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { createEnvironment, PLAYBOOK_WORDS, type Vocabulary } from './environment.ts';
import { fromCel, toCel } from './value.ts';

export { PLAYBOOK_WORDS, type Vocabulary } from './environment.ts';
export { isTrue, printJson } from './value.ts';

/** A parsed expression of CEL. Evaluation ends, changes nothing, and reaches nothing but the facts. */
export interface Expression {
  readonly text: string;
  /** What it speaks of, as far as that is written in it: `incident.severity` is `['incident', 'severity']`. */
  readonly paths: readonly (readonly string[])[];
  /** The type that follows from its parts, such as `bool` or `list<dyn>`. */
  readonly type: string;
  readonly words: Vocabulary;
  readonly run: ParseResult;
}

const MAX_LENGTH = 1_000;
/** How deep one comprehension may stand inside another: the work is the product of their lists. */
const MOST_NESTED = 2;
const COMPREHENSIONS: ReadonlySet<string> = new Set([
  'all',
  'exists',
  'exists_one',
  'filter',
  'map',
]);
const REFUSED: Readonly<Record<string, string>> = {
  matches: '"matches" can take years on some texts; write text.regex(pattern) instead.',
  bind: '"cel.bind" is not allowed: bound values can double without end.',
};

const environments = new WeakMap<Vocabulary, Environment>();

function environmentOf(words: Vocabulary): Environment {
  const known = environments.get(words) ?? createEnvironment(words);
  environments.set(words, known);
  return known;
}

const syntax = (detail: string): Result<never> =>
  err({ code: 'expression_syntax', detail, retryable: false });

/**
 * Reads and type-checks an expression. At most 1000 characters, 300 nodes, 32 levels, two
 * comprehensions inside each other; patterns are RE2. The problem names the place in the text.
 */
export function parseExpression(
  text: string,
  words: Vocabulary = PLAYBOOK_WORDS,
): Result<Expression> {
  if (text.length > MAX_LENGTH)
    return syntax(`The expression is longer than ${MAX_LENGTH} characters.`);
  try {
    const run = environmentOf(words).parse(text);
    const survey: Survey = { words, paths: [], refused: undefined };
    inspect(run.ast, survey, 0);
    if (survey.refused !== undefined) return syntax(survey.refused);
    const checked = run.check();
    if (!checked.valid) return syntax(tell(checked.error));
    return ok({ text, words, run, paths: survey.paths, type: checked.type ?? 'dyn' });
  } catch (error) {
    return syntax(tell(error));
  }
}

/** What CEL says, on one line, with the place. */
function tell(error: unknown): string {
  const { summary, message, range } = error as Error & {
    readonly summary?: string;
    readonly range?: { readonly start: number };
  };
  const said = (summary ?? message).split('\n')[0]?.replace(/\.$/, '') ?? 'It cannot be read';
  return range === undefined ? `${said}.` : `${said}, at place ${range.start + 1}.`;
}

interface Survey {
  readonly words: Vocabulary;
  readonly paths: string[][];
  refused: string | undefined;
}

const isNode = (value: unknown): value is ASTNode =>
  typeof value === 'object' && value !== null && 'op' in value && 'args' in value;

/** Collects the paths of an expression and finds what it may not use. */
function inspect(value: unknown, survey: Survey, nested: number): void {
  if (Array.isArray(value)) {
    for (const one of value) inspect(one, survey, nested);
    return;
  }
  if (!isNode(value)) return;
  const path = toPath(value);
  if (path && Object.hasOwn(survey.words, path[0] ?? '')) survey.paths.push(path);
  if (path) return;
  const name = value.op === 'rcall' || value.op === 'call' ? value.args[0] : undefined;
  if (name !== undefined) survey.refused ??= REFUSED[name];
  const isLoop = value.op === 'rcall' && COMPREHENSIONS.has(value.args[0]);
  if (isLoop && nested >= MOST_NESTED)
    survey.refused ??= `At most ${MOST_NESTED} comprehensions may stand inside each other.`;
  if (!isLoop) {
    inspect(value.args, survey, nested);
    return;
  }
  inspect(value.args[1], survey, nested);
  inspect(value.args[2], survey, nested + 1);
}

/** `steps["block"].outcome` as its names; undefined for what is no plain path. */
function toPath(node: ASTNode): string[] | undefined {
  if (node.op === 'id') return [node.args];
  if (node.op === '.') {
    const head = toPath(node.args[0]);
    return head && [...head, node.args[1]];
  }
  if (node.op !== '[]') return undefined;
  const [of, key] = node.args;
  const head = toPath(of);
  return head && key.op === 'value' && typeof key.args === 'string'
    ? [...head, key.args]
    : undefined;
}

/** The value of an expression over the facts, or why it has none: a missing member, a wrong type. */
export function evaluate(expression: Expression, facts: JsonObject): Result<Json> {
  try {
    const context = Object.entries(expression.words).map(([word, type]) => [
      word,
      facts[word] ?? EMPTY[type],
    ]);
    return ok(fromCel(expression.run(toCel(Object.fromEntries(context)) as object)));
  } catch (error) {
    const detail = `"${expression.text}" has no value: ${tell(error)}`;
    return err({ code: 'expression_no_value', detail, retryable: false });
  }
}

/** What a word stands for while nothing is known of it. */
const EMPTY: Readonly<Record<Vocabulary[string], Json>> = {
  map: {},
  dyn: null,
  int: 0,
  string: '',
};
