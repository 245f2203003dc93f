import { err, ok, type Result } from '@cordon/core';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';

/** The part of a chat completion that is read; all else is ignored. */
const Completion = Compile(
  Type.Object({
    choices: Type.Array(
      Type.Object({
        message: Type.Object({
          content: Type.Union([Type.String(), Type.Null()]),
          tool_calls: Type.Optional(Type.Union([Type.Array(Type.Unknown()), Type.Null()])),
          function_call: Type.Optional(Type.Unknown()),
        }),
      }),
      { minItems: 1 },
    ),
  }),
);

const unusable = (why: string): Result<never> =>
  err({
    code: 'narrator_answer_unusable',
    detail: `The language model's answer cannot be used: ${why}.`,
    hint: 'The story step by step is complete without it.',
    retryable: true,
  });

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** The text of a chat completion; one that asks for tools is refused whole, since it has none. */
export function readAnswer(body: string): Result<string> {
  const value = parseJson(body);
  if (!Completion.Check(value)) return unusable('it is no chat completion');
  const message = value.choices[0]?.message;
  const wantsTools =
    (message?.tool_calls?.length ?? 0) > 0 || (message?.function_call ?? null) !== null;
  if (wantsTools) return unusable('it asks for tools, and there are none');
  return message?.content ? ok(message.content) : unusable('it has no text');
}
