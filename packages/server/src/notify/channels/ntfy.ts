import { ok } from '@cordon/core';
import { type Static, Type } from 'typebox';
import type { Channel, HandOver, Post } from '../channel.ts';
import { toText } from '../wording.ts';
import { addressOf, baseOf, createHttpChannel, JSON_HEADERS } from './by-http.ts';

/** ntfy, published as JSON; the address of a person is their topic. */
export const NtfyYml = Type.Object({
  url: Type.String({ default: 'https://ntfy.sh', pattern: '^https?://\\S+$' }),
  token: Type.Optional(Type.String({ minLength: 1, pattern: '^[\\x21-\\x7e]+$' })),
});

const LOUDNESS = { page: 5, note: 3, digest: 2 } as const;
const MOST_TEXT = 3_800;

const toPublication = (handOver: HandOver) => {
  const [first] = handOver.letter.items;
  const look = first ? [{ action: 'view', label: 'Look', url: handOver.link(first.path) }] : [];
  return {
    topic: addressOf(handOver),
    // One of two with the same id is shown by servers and phones that know it (ntfy 2.16).
    sequence_id: handOver.key,
    title: handOver.letter.subject,
    message: Buffer.from(toText(handOver)).subarray(0, MOST_TEXT).toString(),
    priority: LOUDNESS[handOver.letter.urgency],
    click: handOver.answerUrl,
    actions: [{ action: 'view', label: 'Answer', url: handOver.answerUrl }, ...look],
  };
};

export const createNtfy = (
  id: string,
  { url, token }: Static<typeof NtfyYml>,
  post: Post,
): Channel =>
  createHttpChannel({
    id,
    kind: 'ntfy',
    knowsKeys: false,
    post,
    toPosting: (handOver) =>
      ok({
        what: `ntfy (${id})`,
        url: `${baseOf(url)}/`,
        headers: {
          ...JSON_HEADERS,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(toPublication(handOver)),
      }),
  });
