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
    stage: Type.String({ description: 'normalise, detect, decide, store' }),
    problem: ProblemView,
    text: Type.Optional(Type.String({ description: 'The record, while it is there.' })),
  },
  { title: 'DeadLetterView' },
);
export type DeadLetterView = Static<typeof DeadLetterView>;

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
};
