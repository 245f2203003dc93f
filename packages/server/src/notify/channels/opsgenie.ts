import { ok } from '@cordon/core';
import { type Static, Type } from 'typebox';
import type { Channel, HandOver, Post } from '../channel.ts';
import { toText } from '../wording.ts';
import { addressOf, baseOf, createHttpChannel, JSON_HEADERS } from './by-http.ts';

/** The Alert API of Opsgenie, and of what speaks it; the address of a person is their user name there. */
export const OpsgenieYml = Type.Object({
  url: Type.String({ default: 'https://api.opsgenie.com', pattern: '^https?://\\S+$' }),
  key: Type.String({
    minLength: 1,
    pattern: '^[\\x21-\\x7e]+$',
    description: 'GenieKey of an API integration.',
  }),
});

const MOST_TITLE = 130;
const MOST_DESCRIPTION = 15_000;

const toAlert = (handOver: HandOver) => ({
  message: handOver.letter.subject.slice(0, MOST_TITLE),
  alias: handOver.key,
  description: toText(handOver).slice(0, MOST_DESCRIPTION),
  responders: [{ type: 'user', username: addressOf(handOver) }],
  priority: handOver.letter.items[0]?.priority ?? 'P3',
  source: 'cordon',
});

export const createOpsgenie = (
  id: string,
  { url, key }: Static<typeof OpsgenieYml>,
  post: Post,
): Channel =>
  createHttpChannel({
    id,
    kind: 'opsgenie',
    knowsKeys: true,
    post,
    toPosting: (handOver) =>
      ok({
        what: `Opsgenie (${id})`,
        url: `${baseOf(url)}/v2/alerts`,
        headers: { ...JSON_HEADERS, authorization: `GenieKey ${key}` },
        body: JSON.stringify(toAlert(handOver)),
      }),
  });
