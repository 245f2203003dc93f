import { type Static, Type } from 'typebox';
import { defineRoute, IdParams } from './route.ts';
import { Time } from './value.ts';

const Count = Type.Integer({ minimum: 0 });

/** The narrator: off unless the configuration names a language model. */
export const NarratorView = Type.Object(
  { is_on: Type.Boolean(), model: Type.Optional(Type.String()) },
  { title: 'NarratorView' },
);
export type NarratorView = Static<typeof NarratorView>;

/** An incident as a language model tells it: plain sentences that cite its alerts, and what was dropped. */
export const NarrationView = Type.Object(
  {
    model: Type.String(),
    told_at: Time,
    sentences: Type.Array(
      Type.Object({
        text: Type.String({ description: 'Plain text, never markup.' }),
        alert_ids: Type.Array(Type.String(), { minItems: 1 }),
      }),
    ),
    dropped: Type.Object(
      {
        uncited: Count,
        unknown_id: Count,
        unsafe: Count,
        too_long: Count,
        too_many: Count,
      },
      { description: 'Sentences that are not shown, by reason.' },
    ),
    is_cut: Type.Boolean({ description: 'The answer was longer than what is read of one.' }),
    steps_left_out: Type.Integer({ minimum: 0, description: 'Steps the model was not shown.' }),
  },
  { title: 'NarrationView' },
);
export type NarrationView = Static<typeof NarrationView>;

export const narrationRoutes = {
  getNarrator: defineRoute({
    method: 'GET',
    path: '/narrator',
    access: 'viewer',
    summary: 'Whether a language model may be asked to tell incidents, and which.',
    response: NarratorView,
  }),
  getNarration: defineRoute({
    method: 'GET',
    path: '/incidents/:id/narration',
    access: 'viewer',
    summary: 'The incident as a language model tells it; 404 while no narrator is configured.',
    params: IdParams,
    response: NarrationView,
  }),
};
