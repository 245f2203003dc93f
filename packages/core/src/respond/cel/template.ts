import type { Json, JsonObject } from '../../shared/json.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import {
  evaluate,
  PLAYBOOK_WORDS,
  parseExpression,
  printJson,
  type Vocabulary,
} from './expression.ts';

/** Every expression in the holes of a value, as text. */
export function listHoles(value: Json): readonly string[] {
  if (typeof value === 'string')
    return split(value).flatMap((part) => ('expression' in part ? [part.expression.trim()] : []));
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((member) => listHoles(member as Json));
}

type Part = { readonly text: string } | { readonly expression: string };

/** Splits `a ${{ x }} b` at its holes. An opening without a closing is plain text. */
function split(template: string): readonly Part[] {
  const parts: Part[] = [];
  let rest = template;
  for (let open = rest.indexOf('${{'); open >= 0; open = rest.indexOf('${{')) {
    const close = rest.indexOf('}}', open);
    if (close < 0) break;
    if (open > 0) parts.push({ text: rest.slice(0, open) });
    parts.push({ expression: rest.slice(open + 3, close) });
    rest = rest.slice(close + 2);
  }
  if (rest !== '') parts.push({ text: rest });
  return parts;
}

/**
 * Fills the holes of a value. A string that is one hole becomes the typed value itself; text around a
 * hole makes one string value. The result is data: nothing reads it as code, markup or a command again.
 */
export function bindTemplate(
  value: Json,
  facts: JsonObject,
  words: Vocabulary = PLAYBOOK_WORDS,
): Result<Json> {
  if (typeof value === 'string') return bindText(value, facts, words);
  if (Array.isArray(value)) return bindList(value, facts, words);
  if (typeof value !== 'object' || value === null) return ok(value);
  const bound: Record<string, Json> = {};
  for (const [key, member] of Object.entries(value as JsonObject)) {
    const result = bindTemplate(member, facts, words);
    if (!result.ok) return result;
    bound[key] = result.value;
  }
  return ok(bound);
}

function bindList(list: readonly Json[], facts: JsonObject, words: Vocabulary): Result<Json> {
  const bound: Json[] = [];
  for (const member of list) {
    const result = bindTemplate(member, facts, words);
    if (!result.ok) return result;
    bound.push(result.value);
  }
  return ok(bound);
}

function bindText(template: string, facts: JsonObject, words: Vocabulary): Result<Json> {
  const values = fillParts(template, facts, words);
  if (!values.ok) return values;
  const [only] = values.value;
  if (values.value.length === 1 && only !== undefined) return ok(only.value);
  return ok(values.value.map(({ value }) => printJson(value)).join(''));
}

/**
 * A text whose holes are filled with their values as `encode` writes them: for a place with a language
 * of its own, such as the path of a URL or a filter. What stands around the holes stays as it is.
 */
export function bindEncoded(
  template: string,
  facts: JsonObject,
  into: { readonly words: Vocabulary; readonly encode: (value: Json) => string },
): Result<string> {
  const values = fillParts(template, facts, into.words);
  if (!values.ok) return values;
  return ok(
    values.value
      .map(({ value, isHole }) => (isHole ? into.encode(value) : printJson(value)))
      .join(''),
  );
}

function fillParts(
  template: string,
  facts: JsonObject,
  words: Vocabulary,
): Result<readonly { readonly value: Json; readonly isHole: boolean }[]> {
  const values: { readonly value: Json; readonly isHole: boolean }[] = [];
  for (const part of split(template)) {
    if ('text' in part) {
      values.push({ value: part.text, isHole: false });
      continue;
    }
    const parsed = parseExpression(part.expression.trim(), words);
    if (!parsed.ok) return err(parsed.problem);
    const value = evaluate(parsed.value, facts);
    if (!value.ok) return value;
    values.push({ value: value.value, isHole: true });
  }
  return ok(values);
}
