import { type Static, Type } from 'typebox';
import { DiagnosisSummary } from './diagnosis.ts';
import { defineRoute } from './route.ts';
import { listOf, Time } from './value.ts';

const State = Type.Union(
  [Type.Literal('ok'), Type.Literal('warn'), Type.Literal('fail'), Type.Literal('unknown')],
  { description: '`unknown`: not asked yet, or the check itself could not be made.' },
);
export type CheckState = Static<typeof State>;

/** One answer of a check. */
export const CheckReadingView = Type.Object(
  {
    at: Time,
    state: State,
    ms: Type.Optional(Type.Number({ description: 'How long the answer took.' })),
    text: Type.String(),
  },
  { title: 'CheckReading' },
);
export type CheckReadingView = Static<typeof CheckReadingView>;

/** Something that is asked again and again, and how it stands. */
export const CheckView = Type.Object(
  {
    id: Type.String(),
    kind: Type.String(),
    target: Type.String({ description: 'What the doctor would be asked: `host:port`, or a URL.' }),
    every_s: Type.Number(),
    depends_on: Type.Array(Type.String()),
    state: State,
    since: Type.Optional(Time),
    is_flapping: Type.Boolean({ description: 'It comes and goes; told once.' }),
    blocked_by: Type.Optional(
      Type.String({ description: 'The check it depends on and that fails itself.' }),
    ),
    readings: Type.Array(CheckReadingView, { description: 'Up to sixty, oldest first.' }),
    can_be_diagnosed: Type.Boolean({ description: 'Is there a port the doctor can walk to?' }),
    diagnosis: Type.Optional(
      Type.Object(
        { ...DiagnosisSummary.properties, causes: Type.Array(Type.String()) },
        { description: 'The newest that its failing led to.' },
      ),
    ),
  },
  { title: 'CheckView' },
);
export type CheckView = Static<typeof CheckView>;

/** One watched machine or service: as well as its worst check. */
export const SystemView = Type.Object(
  { asset: Type.String(), state: State, checks: Type.Array(CheckView) },
  { title: 'SystemView' },
);
export type SystemView = Static<typeof SystemView>;

export const systemRoutes = {
  listSystems: defineRoute({
    method: 'GET',
    path: '/systems',
    access: 'viewer',
    summary: 'What is watched, the worst first, each with its checks.',
    response: listOf(SystemView),
  }),
  askCheck: defineRoute({
    method: 'POST',
    path: '/checks/:id/ask',
    access: 'responder',
    summary: 'Asks a check now, beside its turns.',
    params: Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) }),
    response: CheckView,
  }),
};
