import { SECOND_MS } from '@cordon/core';
import { type Static, Type } from 'typebox';

/** `narrator` of cordon.yml. */
export const NarratorYml = Type.Object(
  {
    url: Type.String({
      pattern: '^https?://[^\\s?#]+$',
      maxLength: 2_000,
      description:
        'Base of an OpenAI-compatible endpoint, such as `https://llm.example.com/v1`; plain http only with allow_private.',
    }),
    model: Type.String({ minLength: 1, maxLength: 200 }),
    key: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 4_000,
        pattern: '^[\\x21-\\x7e]+$',
        description: 'Bearer token; `!env NAME` or `!file path` keeps it out of this file.',
      }),
    ),
    allow_private: Type.Boolean({
      default: false,
      description: 'The endpoint may have a private or local address.',
    }),
    timeout_seconds: Type.Integer({ minimum: 1, maximum: 60, default: 30 }),
  },
  {
    additionalProperties: false,
    description:
      'A language model that retells incidents, read-only. Absent: nothing is sent anywhere.',
  },
);

/** Which language model tells incidents, and how it is reached. */
export interface NarratorSettings {
  readonly url: string;
  readonly model: string;
  readonly key?: string;
  readonly allowPrivate: boolean;
  readonly timeoutMs: number;
}

export const toNarrator = (yml: Static<typeof NarratorYml>): NarratorSettings => ({
  url: yml.url,
  model: yml.model,
  ...(yml.key === undefined ? {} : { key: yml.key }),
  allowPrivate: yml.allow_private,
  timeoutMs: yml.timeout_seconds * SECOND_MS,
});
