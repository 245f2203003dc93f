import { type Static, Type } from 'typebox';
import { RecordTraceView } from './record.ts';
import { defineRoute, IdParams } from './route.ts';
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
  duplicate: Type.Integer({ description: 'Sent again by the sender under an id that is known.' }),
};

/** One alarm that stands; it goes by itself when its cause does. */
export const NoticeView = Type.Object(
  {
    kind: Type.String({
      description: 'books, failed, silence, parse_failures, skew, times, lag, losses',
    }),
    source_id: Type.Optional(Type.String()),
    since: Time,
    text: Type.String(),
    hint: Type.String(),
  },
  { title: 'NoticeView' },
);
export type NoticeView = Static<typeof NoticeView>;

/** How a source does right now, and its own equation. */
export const SourceHealthView = Type.Object(
  {
    accepted: Type.Integer({ description: 'Records of it ever appended to the record log.' }),
    pending: Type.Integer({ description: 'Of those, not yet accounted for.' }),
    lag_s: Type.Number({ description: 'How long the oldest of them waits.' }),
    difference: Type.Integer({ description: 'accepted minus pending and all ends; 0 is right.' }),
    minutes: Type.Array(Type.Integer(), {
      description: 'Records in each of the last 60 minutes, oldest first.',
    }),
    failure_share: Type.Number({ description: 'Share of the newest records nothing could read.' }),
    skew_s: Type.Optional(Type.Number({ description: 'Its clock minus ours, where known.' })),
    last_offset: Type.Optional(Type.Integer()),
  },
  { title: 'SourceHealthView' },
);
export type SourceHealthView = Static<typeof SourceHealthView>;

/** A configured source as it runs, with how its records ended. */
export const SourceItem = Type.Object(
  {
    id: Type.String(),
    kind: Type.String(),
    title: Type.String(),
    status: Type.Union(
      [
        Type.Literal('starting'),
        Type.Literal('receiving'),
        Type.Literal('failed'),
        Type.Literal('stopped'),
        Type.Literal('removed'),
      ],
      { description: 'removed: it is not configured any more, its records are counted on.' },
    ),
    where: Type.Optional(Type.String()),
    problem: Type.Optional(ProblemView),
    last_record_at: Type.Optional(Time),
    rate_per_s: Type.Number(),
    totals: Type.Object(outcomes),
    tallies: Type.Array(TallyView, { description: 'The same by reason, largest first.' }),
    health: Type.Optional(SourceHealthView),
    notices: Type.Array(NoticeView, { description: 'What is not well about it.' }),
  },
  { title: 'SourceItem' },
);
export type SourceItem = Static<typeof SourceItem>;

/**
 * The conservation equation over all sources:
 * received = accepted + refused + dropped_udp + duplicate and
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
  { items: Type.Array(SourceItem), conservation: Conservation, notices: Type.Array(NoticeView) },
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
  getSourceSample: defineRoute({
    method: 'GET',
    path: '/sources/:id/sample',
    access: 'viewer',
    summary: 'The newest record of a source, and how the parsers that are in force read it.',
    params: IdParams,
    response: Type.Object({ sample: Type.Optional(RecordTraceView) }, { title: 'SourceSample' }),
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
