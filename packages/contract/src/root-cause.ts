import { type Static, Type } from 'typebox';
import { defineRoute, IdParams } from './route.ts';
import { Time } from './value.ts';

/** Where a fault most likely began, with what speaks for it. */
export const RootCauseView = Type.Object(
  {
    status: Type.Union([Type.Literal('found'), Type.Literal('not_searched')], {
      description:
        '`not_searched`: not yet (four minutes after it began), or it is no fault, or it was too long ago.',
    }),
    onset: Type.Optional(Time),
    found_at: Type.Optional(Time),
    causes: Type.Array(
      Type.Object({
        service: Type.String(),
        probability: Type.Number({ description: '0 to 1, over all and "none of these".' }),
        clues: Type.Array(
          Type.Object({ kind: Type.String(), nats: Type.Number(), text: Type.String() }),
        ),
      }),
      { description: 'Up to five, the likeliest first.' },
    ),
    unseen: Type.Optional(
      Type.Number({ description: 'Belief that it is something none of the numbers shows.' }),
    ),
  },
  { title: 'RootCauseView' },
);
export type RootCauseView = Static<typeof RootCauseView>;

export const rootCauseRoutes = {
  getRootCause: defineRoute({
    method: 'GET',
    path: '/incidents/:id/root-cause',
    access: 'viewer',
    summary: 'Where a fault began, searched in series, checks, changes and our own actions.',
    params: IdParams,
    response: RootCauseView,
  }),
};
