import { type Static, Type } from 'typebox';
import { SignalView } from './alert.ts';
import { defineRoute } from './route.ts';
import { ProblemView, pageOf, pageQuery, Time } from './value.ts';

/** A record as it was received. */
export const RecordSummary = Type.Object(
  {
    offset: Type.Integer(),
    source_id: Type.String(),
    received_at: Time,
    text: Type.String(),
    is_lossy: Type.Boolean({ description: 'Had it bytes that are not UTF-8?' }),
    peer: Type.Optional(Type.String()),
  },
  { title: 'RecordSummary' },
);
export type RecordSummary = Static<typeof RecordSummary>;

/** A record with its bytes, the event made from it and the signals that rest on it. */
export const RecordDetail = Type.Object(
  {
    ...RecordSummary.properties,
    bytes_base64: Type.String(),
    parsers: Type.Optional(Type.Array(Type.String())),
    event: Type.Optional(Type.Unknown({ description: 'OCSF.' })),
    signals: Type.Array(SignalView),
  },
  { title: 'RecordDetail' },
);
export type RecordDetail = Static<typeof RecordDetail>;

export const DeadLetterView = Type.Object(
  {
    offset: Type.Integer(),
    source_id: Type.String(),
    at: Time,
    stage: Type.String({ description: 'normalise, detect, decide, store, think' }),
    problem: ProblemView,
    text: Type.Optional(Type.String({ description: 'The record, while it is there.' })),
  },
  { title: 'DeadLetterView' },
);
export type DeadLetterView = Static<typeof DeadLetterView>;

/** A record and how the parsers that are in force read it, step by step. */
export const RecordTraceView = Type.Object(
  {
    ...RecordSummary.properties,
    program: Type.Optional(Type.String({ description: 'Of its syslog header.' })),
    outcome: Type.Union([
      Type.Literal('parsed'),
      Type.Literal('skipped'),
      Type.Literal('unparsed'),
    ]),
    problem: Type.Optional(ProblemView),
    steps: Type.Array(
      Type.Object({ parser_id: Type.String(), took: Type.Boolean(), why: Type.String() }),
      { description: 'Every parser that was asked, until one took it.' },
    ),
    fields: Type.Record(Type.String(), Type.Unknown(), {
      description: 'The fields of the record by their own names.',
    }),
    event: Type.Optional(Type.Unknown({ description: 'OCSF.' })),
  },
  { title: 'RecordTraceView' },
);
export type RecordTraceView = Static<typeof RecordTraceView>;

/** Dead letters whose records have one template. */
export const LetterGroupView = Type.Object(
  {
    source_id: Type.String(),
    shape: Type.String({ description: 'The template: what stays when values are taken out.' }),
    count: Type.Integer(),
    newest: DeadLetterView,
  },
  { title: 'LetterGroupView' },
);
export type LetterGroupView = Static<typeof LetterGroupView>;

export const RetryBody = Type.Object(
  {
    source_id: Type.Optional(Type.String({ maxLength: 128 })),
    shape: Type.Optional(Type.String({ maxLength: 200 })),
    cursor: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { title: 'RetryBody', additionalProperties: false },
);
export type RetryBody = Static<typeof RetryBody>;

export const RetryResult = Type.Object(
  {
    asked: Type.Integer(),
    parsed: Type.Integer(),
    skipped: Type.Integer(),
    unread: Type.Integer({ description: 'Still not read.' }),
    gone: Type.Integer({ description: 'Past their retention; their letters stay.' }),
    next_cursor: Type.Optional(Type.String({ description: 'Ask again with it for the rest.' })),
  },
  { title: 'RetryResult' },
);
export type RetryResult = Static<typeof RetryResult>;

export const recordRoutes = {
  getRecord: defineRoute({
    method: 'GET',
    path: '/records/:offset',
    access: 'viewer',
    summary: 'One record, verbatim, with the event and the signals made from it.',
    params: Type.Object({ offset: Type.Integer({ minimum: 0 }) }),
    response: RecordDetail,
  }),
  searchRecords: defineRoute({
    method: 'GET',
    path: '/search',
    access: 'viewer',
    summary: 'Records whose text holds the words, newest first.',
    query: Type.Object({
      text: Type.String({ minLength: 1, maxLength: 500 }),
      from: Type.Optional(Time),
      to: Type.Optional(Time),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
    }),
    response: Type.Object({ items: Type.Array(RecordSummary), took_ms: Type.Integer() }),
  }),
  listDeadLetters: defineRoute({
    method: 'GET',
    path: '/dead-letters',
    access: 'viewer',
    summary: 'Records that no parser took or that a stage failed on.',
    query: Type.Object({
      ...pageQuery,
      source_id: Type.Optional(Type.String({ maxLength: 128 })),
    }),
    response: pageOf(DeadLetterView),
  }),
  listLetterGroups: defineRoute({
    method: 'GET',
    path: '/dead-letters/groups',
    access: 'viewer',
    summary: 'Dead letters by source and template, the most frequent first; at most 200.',
    response: Type.Object({ items: Type.Array(LetterGroupView) }),
  }),
  retryLetters: defineRoute({
    method: 'POST',
    path: '/dead-letters/retry',
    access: 'responder',
    summary: 'Runs dead letters again through the pipeline; at most 10,000 at a call.',
    body: RetryBody,
    response: RetryResult,
  }),
  traceRecord: defineRoute({
    method: 'GET',
    path: '/records/:offset/trace',
    access: 'viewer',
    summary: 'How the parsers that are in force read a record, and why each passed.',
    params: Type.Object({ offset: Type.Integer({ minimum: 0 }) }),
    response: RecordTraceView,
  }),
};
