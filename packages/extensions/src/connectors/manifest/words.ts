import {
  evaluate,
  isTrue,
  type Json,
  type JsonObject,
  parseExpression,
  type Vocabulary,
} from '@cordon/core';

/** What a request may speak of. The secret stands here alone: no text and no state can hold it. */
export const REQUEST_WORDS: Vocabulary = {
  params: 'map',
  settings: 'map',
  found: 'map',
  key: 'string',
  target: 'string',
  secret: 'string',
};
const { secret: _, ...OPEN } = REQUEST_WORDS;
/** What a command may speak of: what stands in the list of processes holds no secret. */
export const COMMAND_WORDS: Vocabulary = OPEN;
/** What is read from an answer may speak of. */
export const ANSWER_WORDS: Vocabulary = {
  params: 'map',
  settings: 'map',
  found: 'map',
  key: 'string',
  target: 'string',
  status: 'int',
  body: 'dyn',
  it: 'dyn',
};

/** The value of an expression over an answer; `undefined` where there is none. */
export function read(text: string, facts: JsonObject): Json | undefined {
  const parsed = parseExpression(text, ANSWER_WORDS);
  const value = parsed.ok ? evaluate(parsed.value, facts) : parsed;
  return value.ok ? value.value : undefined;
}

/** Does it hold? A missing fact means no. */
export const holds = (text: string, facts: JsonObject): boolean =>
  isTrue(read(text, facts) ?? false);
