import { type Static, Type } from 'typebox';
import { actionOf, PRODUCT, STEP, Text } from '../action-plan.ts';

const closed = { additionalProperties: false } as const;

const Run = Type.Array(Text, {
  minItems: 1,
  maxItems: 40,
  description: 'A program and its words; what fills a hole is one word, whatever is in it.',
});
const request = { ...STEP, run: Run };

/** A program that is run; its answer is `status` and `body.out`, and line by line and word by word `body.rows`. */
export const CommandRequest = Type.Object(request, closed);
export type CommandRequest = Static<typeof CommandRequest>;

/** Programs of this machine, or of others by SSH, as data: how they ask, change, and put back. */
export const CommandManifest = Type.Object(
  {
    ...PRODUCT,
    host: Type.Optional({
      ...Text,
      description: 'The machine that is reached by SSH, where it differs from action to action.',
    }),
    words: Type.Optional(
      Type.Union([Type.Literal('shell'), Type.Literal('octal')], {
        description:
          'How words are written for another machine: quoted for its shell, or for a forced command that splits at blanks and reads each word by `printf %b`.',
      }),
    ),
    check: Type.Optional(Run),
    actions: Type.Array(actionOf(request), { minItems: 1, maxItems: 50 }),
  },
  closed,
);
export type CommandManifest = Static<typeof CommandManifest>;
