import { type Static, Type } from 'typebox';
import { defineRoute } from './route.ts';
import { ProblemView, Time } from './value.ts';

export const TallyView = Type.Object(
  { outcome: Type.String(), reason: Type.String(), count: Type.Integer() },
  { title: 'TallyView' },
);
export type TallyView = Static<typeof TallyView>;

const outcomes = {
  parsed: Type.Integer(),
  unparsed: Type.Integer(),
  skipped: Type.Integer(),
  dead_letter: Type.Integer(),
  refused: Type.Integer(),
  dropped_udp: Type.Integer(),
};

/** A configured source as it runs, with how its records ended. */
export const SourceItem = Type.Object(
  {
    id: Type.String(),
    kind: Type.String(),
    title: Type.String(),
    status: Type.Union([
      Type.Literal('starting'),
      Type.Literal('receiving'),
      Type.Literal('failed'),
      Type.Literal('stopped'),
    ]),
    where: Type.Optional(Type.String()),
    problem: Type.Optional(ProblemView),
    last_record_at: Type.Optional(Time),
    rate_per_s: Type.Number(),
    totals: Type.Object(outcomes),
    tallies: Type.Array(TallyView, { description: 'The same by reason, largest first.' }),
  },
  { title: 'SourceItem' },
);
export type SourceItem = Static<typeof SourceItem>;

/**
 * The conservation equation over all sources:
 * received = accepted + refused + dropped_udp and
 * accepted = parsed + unparsed + skipped + dead_letter + pending.
 */
export const Conservation = Type.Object(
  {
    received: Type.Integer(),
    accepted: Type.Integer({ description: 'Records ever appended to the record log.' }),
    pending: Type.Integer({ description: 'Accepted and not yet accounted for.' }),
    ...outcomes,
    difference: Type.Integer({
      description: 'accepted minus the sum of its ends; 0 when the books balance.',
    }),
    holds: Type.Boolean(),
  },
  { title: 'Conservation' },
);
export type Conservation = Static<typeof Conservation>;

export const SourceList = Type.Object(
  { items: Type.Array(SourceItem), conservation: Conservation },
  { title: 'SourceList' },
);
export type SourceList = Static<typeof SourceList>;

export const NewPushSourceBody = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 64, pattern: '^[a-z0-9][a-z0-9-]*$' }),
    title: Type.String({ minLength: 1, maxLength: 100 }),
  },
  { title: 'NewPushSourceBody', additionalProperties: false },
);
export type NewPushSourceBody = Static<typeof NewPushSourceBody>;

export const NewPushSource = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    token: Type.String({ description: 'Shown once.' }),
    path: Type.String({ description: 'Where to post: `/api/v1/ingest/<id>`.' }),
  },
  { title: 'NewPushSource' },
);
export type NewPushSource = Static<typeof NewPushSource>;

export const IngestResult = Type.Object(
  { accepted: Type.Integer({ description: 'Records on disk.' }) },
  { title: 'IngestResult' },
);
export type IngestResult = Static<typeof IngestResult>;

export const sourceRoutes = {
  listSources: defineRoute({
    method: 'GET',
    path: '/sources',
    access: 'viewer',
    summary: 'All sources, how their records ended, and whether the books balance.',
    response: SourceList,
  }),
  createPushSource: defineRoute({
    method: 'POST',
    path: '/sources/push',
    access: 'administrator',
    summary: 'Makes an HTTP push source; the answer is the only place its token is shown.',
    body: NewPushSourceBody,
    response: NewPushSource,
    status: 201,
  }),
};

/** Takes newline-separated records; not part of the typed client, senders speak plain HTTP. */
export const ingestRoute = defineRoute({
  method: 'POST',
  path: '/ingest/:source_id',
  access: 'source',
  summary:
    'Takes records, one a line (NDJSON or text, gzip allowed), with the bearer token of the source. Answers once they are on disk.',
  params: Type.Object({ source_id: Type.String({ minLength: 1, maxLength: 64 }) }),
  response: IngestResult,
});
