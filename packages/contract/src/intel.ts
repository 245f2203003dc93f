import { type Static, Type } from 'typebox';
import { defineRoute, IdParams } from './route.ts';
import { ProblemView, Time } from './value.ts';

const Counts = Type.Record(Type.String(), Type.Integer());

/** A feed as it runs: what is in use of it, and when it is asked again. */
export const FeedItem = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    format: Type.String(),
    where: Type.String({ description: 'The address, without what may be a key.' }),
    is_reading: Type.Boolean(),
    checked_at: Type.Optional(Time),
    next_at: Time,
    problem: Type.Optional(ProblemView),
    content: Type.Optional(
      Type.Object({
        read_at: Time,
        kept: Type.Integer(),
        by_type: Counts,
        refused: Type.Record(Type.String(), Type.Integer(), {
          description: 'What could not be used, by reason.',
        }),
        warninglist_entries: Type.Integer(),
        added: Type.Integer(),
        removed: Type.Integer(),
        facts: Counts,
      }),
    ),
  },
  { title: 'FeedItem' },
);
export type FeedItem = Static<typeof FeedItem>;

export const IntelOverview = Type.Object(
  {
    feeds: Type.Array(FeedItem),
    indicators: Type.Integer(),
    warninglist_entries: Type.Integer(),
    bytes: Type.Integer(),
    matches: Type.Object({
      found: Type.Integer({ description: 'Values of events that an indicator names.' }),
      signals: Type.Integer(),
      repeated: Type.Integer({ description: 'The same again within a day; no second signal.' }),
      passed_over: Type.Integer({
        description: 'Past their time, faded, without their port, private, or context only.',
      }),
    }),
    look_back: Type.Optional(
      Type.Object(
        {
          waiting: Type.Integer({
            description: 'Readings whose new indicators are still to be looked for.',
          }),
          days_left: Type.Integer({ description: 'Of the one that is being looked for.' }),
          looked: Type.Integer({ description: 'Values of stored events.' }),
          found: Type.Integer({ description: 'Signals.' }),
          passed_over: Type.Integer({ description: 'Records that were too many on one day.' }),
        },
        { description: 'Stored events searched for new indicators, since the start.' },
      ),
    ),
  },
  { title: 'IntelOverview' },
);
export type IntelOverview = Static<typeof IntelOverview>;

/** One indicator that names the value asked for. */
export const IndicatorView = Type.Object(
  {
    feed: Type.String(),
    type: Type.String(),
    value: Type.String(),
    label: Type.String(),
    role: Type.Union([Type.Literal('bad'), Type.Literal('context')]),
    confidence: Type.Integer({ description: 'As the feed says.' }),
    confidence_now: Type.Integer({ description: 'What time has left of it.' }),
    is_valid: Type.Boolean(),
    tlp: Type.Optional(Type.String()),
    port: Type.Optional(Type.Integer()),
    valid_from: Type.Optional(Time),
    valid_until: Type.Optional(Time),
    reference: Type.Optional(Type.String()),
  },
  { title: 'IndicatorView' },
);
export type IndicatorView = Static<typeof IndicatorView>;

export const IndicatorSearch = Type.Object(
  {
    type: Type.Optional(Type.String({ description: 'What the text was read as.' })),
    value: Type.Optional(Type.String()),
    items: Type.Array(IndicatorView),
    warninglists: Type.Array(
      Type.Object({
        list: Type.String(),
        name: Type.String(),
        is_identifier: Type.Boolean(),
        floor: Type.Union([Type.Literal('never'), Type.Literal('ask'), Type.Literal('ignore')], {
          description: 'What it means for actions.',
        }),
      }),
    ),
  },
  { title: 'IndicatorSearch' },
);
export type IndicatorSearch = Static<typeof IndicatorSearch>;

export const intelRoutes = {
  getIntel: defineRoute({
    method: 'GET',
    path: '/intel',
    access: 'viewer',
    summary: 'Feeds of threat intelligence, what is in use of them, and what they found.',
    response: IntelOverview,
  }),
  searchIndicator: defineRoute({
    method: 'GET',
    path: '/intel/search',
    access: 'viewer',
    summary: 'What feeds and warninglists know of a value; defanged input is taken.',
    query: Type.Object({ value: Type.String({ minLength: 1, maxLength: 2_000 }) }),
    response: IndicatorSearch,
  }),
  refreshFeed: defineRoute({
    method: 'POST',
    path: '/intel/feeds/:id/refresh',
    access: 'responder',
    summary: 'Reads a feed now.',
    params: IdParams,
    response: FeedItem,
  }),
};
