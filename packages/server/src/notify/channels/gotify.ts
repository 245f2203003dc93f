import { ok } from '@cordon/core';
import { type Static, Type } from 'typebox';
import type { Channel, HandOver, Post } from '../channel.ts';
import { toText } from '../wording.ts';
import { addressOf, baseOf, createHttpChannel, JSON_HEADERS } from './by-http.ts';

/** Gotify; the address of a person is the token of the application that they read. */
export const GotifyYml = Type.Object({ url: Type.String({ pattern: '^https?://\\S+$' }) });

const LOUDNESS = { page: 10, note: 5, digest: 2 } as const;

const toGotify = (handOver: HandOver) => ({
  title: handOver.letter.subject,
  message: toText(handOver),
  priority: LOUDNESS[handOver.letter.urgency],
  extras: {
    'client::display': { contentType: 'text/plain' },
    'client::notification': { click: { url: handOver.answerUrl } },
  },
});

export const createGotify = (id: string, { url }: Static<typeof GotifyYml>, post: Post): Channel =>
  createHttpChannel({
    id,
    kind: 'gotify',
    knowsKeys: false,
    post,
    toPosting: (handOver) =>
      ok({
        what: `Gotify (${id})`,
        url: `${baseOf(url)}/message`,
        headers: { ...JSON_HEADERS, 'x-gotify-key': addressOf(handOver) },
        body: JSON.stringify(toGotify(handOver)),
      }),
  });
