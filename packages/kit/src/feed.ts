import type { IndicatorSet, Json, Result, Warninglist } from '@cordon/core';
import { type Static, Type } from 'typebox';

const Column = Type.Union([Type.Integer({ minimum: 1 }), Type.String({ minLength: 1 })]);

/** One feed of threat intelligence as it is configured: where it is, what it is, how far it is trusted. */
export const FeedConfig = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 64, pattern: '^[a-z0-9][a-z0-9-]*$' }),
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    format: Type.Union(
      [
        Type.Literal('taxii'),
        Type.Literal('stix'),
        Type.Literal('misp'),
        Type.Literal('misp_feed'),
        Type.Literal('warninglist'),
        Type.Literal('list'),
        Type.Literal('csv'),
        Type.Literal('json'),
        Type.Literal('report'),
        Type.Literal('kev'),
        Type.Literal('epss'),
        Type.Literal('csaf'),
        Type.Literal('osv'),
      ],
      {
        description:
          'What is sent: a TAXII 2.1 server, one document of that form, a MISP feed, or a folder of CSAF.',
      },
    ),
    url: Type.String({
      pattern: '^(https?://|file:/)',
      maxLength: 2_000,
      description:
        'Of a MISP feed the folder of `manifest.json`, of CSAF a document, a ROLIE feed or, with a slash at the end, the folder of `changes.csv`; `file:/path` reads a file.',
    }),
    every_minutes: Type.Integer({ minimum: 5, maximum: 43_200, default: 60 }),
    confidence: Type.Integer({
      minimum: 0,
      maximum: 100,
      default: 70,
      description: 'Of what the feed says, where it does not say itself.',
    }),
    valid_days: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 3_650,
        description: 'What the feed gives no end is over after so many days.',
      }),
    ),
    username: Type.Optional(Type.String({ minLength: 1 })),
    password: Type.Optional(Type.String({ minLength: 1 })),
    token: Type.Optional(Type.String({ minLength: 1, description: 'Sent as a bearer token.' })),
    headers: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'Further headers, such as an API key.',
      }),
    ),
    ca_file: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Certificates (PEM) to trust instead of the usual ones.',
      }),
    ),
    floor: Type.Optional(
      Type.Union([Type.Literal('never'), Type.Literal('ask'), Type.Literal('ignore')], {
        description:
          'Of a warninglist: actions on what it knows are refused, need a yes even in enforce, or are not touched by it. Without it: ask for ranges of clouds and the like, never for the rest.',
      }),
    ),
    allow_private: Type.Boolean({
      default: false,
      description: 'Private and local addresses may be asked.',
    }),
    max_megabytes: Type.Integer({ minimum: 1, maximum: 1_024, default: 100 }),
    collections: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'Of TAXII: ids or titles; all that can be read without any.',
    }),
    separator: Type.Optional(Type.String({ minLength: 1, maxLength: 3 })),
    comment: Type.Optional(Type.String({ minLength: 1, maxLength: 8 })),
    header: Type.Optional(Type.Boolean({ description: 'Is the first line a header?' })),
    value: Type.Optional(Column),
    type: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Of every value: ip, domain, url, hash, ip:port …',
      }),
    ),
    type_column: Type.Optional(Column),
    label_column: Type.Optional(Column),
    confidence_column: Type.Optional(Column),
    time_column: Type.Optional(Column),
  },
  { additionalProperties: false },
);
export type FeedConfig = Static<typeof FeedConfig>;

/** What one reading of a feed gave. */
export type FeedReading =
  | { readonly kind: 'unchanged'; readonly memory: Json }
  | {
      readonly kind: 'read';
      readonly indicators: IndicatorSet;
      readonly warninglists: readonly Warninglist[];
      /** With it only what changed was read: everything kept under these references goes first. */
      readonly replaced?: readonly string[];
      /** What the feed holds beside indicators, for people to see. */
      readonly facts: Readonly<Record<string, number>>;
      /** Given back at the next reading. */
      readonly memory: Json;
    };

/** Reads a feed once; the memory is what the last reading that was stored gave. */
export type ReadFeed = (
  feed: FeedConfig,
  memory: Json | undefined,
  around: { readonly signal: AbortSignal; readonly now: () => number },
) => Promise<Result<FeedReading>>;
