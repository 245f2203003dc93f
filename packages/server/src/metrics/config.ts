import { SECOND_MS } from '@cordon/core';
import { type Static, Type } from 'typebox';

/** `scrapes` of cordon.yml. */
export const ScrapesYml = Type.Array(
  Type.Object(
    {
      url: Type.String({
        pattern: '^https?://[^\\s#]+$',
        maxLength: 2_000,
        description: 'What an exporter shows, such as `http://db-1:9100/metrics`.',
      }),
      every_seconds: Type.Integer({ minimum: 5, maximum: 3_600, default: 30 }),
      token: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 4_000,
          pattern: '^[\\x21-\\x7e]+$',
          description: 'Bearer token; `!env NAME` or `!file path` keeps it out of this file.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  {
    default: [],
    maxItems: 500,
    description: 'Pages of series in the text format of Prometheus, and how often they are read.',
  },
);

/** A page of series that is read again and again. */
export interface Scrape {
  readonly url: string;
  readonly everyMs: number;
  readonly token?: string;
}

export const toScrapes = (yml: Static<typeof ScrapesYml>): readonly Scrape[] =>
  yml.map(({ url, every_seconds, token }) => ({
    url,
    everyMs: every_seconds * SECOND_MS,
    ...(token === undefined ? {} : { token }),
  }));
