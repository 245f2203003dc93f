import { type Static, Type } from 'typebox';

/** What the bucket source can be told. */
export const S3Config = Type.Object(
  {
    endpoint: Type.String({
      pattern: '^https?://',
      description: 'Such as https://s3.eu-central-1.amazonaws.com, or that of another product.',
    }),
    bucket: Type.String({ minLength: 3, maxLength: 63, pattern: '^[a-z0-9][a-z0-9.-]+$' }),
    region: Type.String({ default: 'us-east-1' }),
    prefixes: Type.Array(Type.String(), {
      default: [''],
      minItems: 1,
      description:
        'Parts of the bucket whose keys sort by time, one for each account and region of CloudTrail.',
    }),
    accessKeyId: Type.String(),
    secretAccessKey: Type.String(),
    sessionToken: Type.Optional(Type.String()),
    pollSeconds: Type.Number({ minimum: 0.01, maximum: 86_400, default: 60 }),
    settleHours: Type.Number({
      minimum: 0,
      maximum: 720,
      default: 24,
      description:
        'How long an object may still appear before keys that were read already; so long their names are remembered.',
    }),
    allowPrivate: Type.Boolean({
      default: false,
      description: 'The endpoint may have a private or local address.',
    }),
  },
  { additionalProperties: false },
);
export type S3Config = Static<typeof S3Config>;
