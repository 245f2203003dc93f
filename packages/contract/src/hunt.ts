import { type Static, Type } from 'typebox';
import { defineRoute } from './route.ts';
import { listOf, ProblemView, pageOf, Time } from './value.ts';

const Query = Type.String({
  maxLength: 4_000,
  description:
    '`src_endpoint.ip = 192.0.2.1 and user.name ~ adm* and time > now-7d`; empty: everything.',
});
const scope = { q: Type.Optional(Query) };

/** One event that a hunt found. */
export const HuntEvent = Type.Object(
  {
    offset: Type.Integer({ description: 'Of the record it was made from.' }),
    time: Time,
    class_uid: Type.Integer(),
    class_name: Type.String(),
    source_id: Type.String(),
    host: Type.Optional(Type.String()),
    user: Type.Optional(Type.String()),
    src_ip: Type.Optional(Type.String()),
    text: Type.String({ description: 'What it says, in a line.' }),
    event: Type.Unknown({ description: 'The OCSF event.' }),
  },
  { title: 'HuntEvent' },
);
export type HuntEvent = Static<typeof HuntEvent>;

export const HuntField = Type.Object(
  {
    name: Type.String(),
    kind: Type.Union([
      Type.Literal('text'),
      Type.Literal('number'),
      Type.Literal('time'),
      Type.Literal('list'),
    ]),
  },
  { title: 'HuntField' },
);
export type HuntField = Static<typeof HuntField>;

export const HuntBars = Type.Object(
  {
    total: Type.Integer(),
    bucket_s: Type.Integer(),
    took_ms: Type.Integer(),
    bars: Type.Array(Type.Object({ at: Time, count: Type.Integer() }), {
      description: 'Oldest first; empty spans are left out.',
    }),
  },
  { title: 'HuntBars' },
);
export type HuntBars = Static<typeof HuntBars>;

export const HuntRule = Type.Object(
  {
    text: Type.String({ description: 'A Sigma rule.' }),
    left_out: Type.Array(Type.String(), {
      description: 'Conditions that a rule over single events cannot say.',
    }),
    problems: Type.Array(ProblemView),
  },
  { title: 'HuntRule' },
);
export type HuntRule = Static<typeof HuntRule>;

export const huntRoutes = {
  huntEvents: defineRoute({
    method: 'GET',
    path: '/hunt/events',
    access: 'viewer',
    summary: 'Stored events that a hunt finds, newest first.',
    query: Type.Object({
      ...scope,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
      cursor: Type.Optional(Type.String({ maxLength: 64 })),
    }),
    response: pageOf(HuntEvent),
  }),
  huntBars: defineRoute({
    method: 'GET',
    path: '/hunt/bars',
    access: 'viewer',
    summary: 'How many events a hunt finds over time.',
    query: Type.Object(scope),
    response: HuntBars,
  }),
  huntTop: defineRoute({
    method: 'GET',
    path: '/hunt/top',
    access: 'viewer',
    summary: 'The most frequent values of a field over what a hunt finds.',
    query: Type.Object({
      ...scope,
      field: Type.String({ minLength: 1, maxLength: 256 }),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10 })),
    }),
    response: listOf(Type.Object({ value: Type.String(), count: Type.Integer() })),
  }),
  listHuntFields: defineRoute({
    method: 'GET',
    path: '/hunt/fields',
    access: 'viewer',
    summary: "Fields that a hunt may name; the records' own begin with `fields.`.",
    response: listOf(HuntField),
  }),
  makeHuntRule: defineRoute({
    method: 'POST',
    path: '/hunt/rule',
    access: 'viewer',
    summary: 'A hunt as a Sigma rule.',
    body: Type.Object(
      {
        q: Query,
        title: Type.String({ minLength: 1, maxLength: 200 }),
        level: Type.Union([
          Type.Literal('informational'),
          Type.Literal('low'),
          Type.Literal('medium'),
          Type.Literal('high'),
          Type.Literal('critical'),
        ]),
      },
      { additionalProperties: false },
    ),
    response: HuntRule,
  }),
};
