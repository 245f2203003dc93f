import { ok } from '@cordon/core';
import { type Static, Type } from 'typebox';
import type { Channel, HandOver, Post } from '../channel.ts';
import { createHttpChannel, JSON_HEADERS } from './by-http.ts';

/** Any receiver, signed as the Standard Webhooks specification has it. */
export const WebhookYml = Type.Object({
  url: Type.String({ pattern: '^https?://\\S+$' }),
  secret: Type.String({
    minLength: 16,
    maxLength: 200,
    description: '`whsec_` and base 64, or any text.',
  }),
});

/** Signs a body; handed in by the composition root. */
export type SignWebhook = (
  secret: string,
  given: { readonly id: string; readonly timestampS: number; readonly body: string },
) => string;

const toBody = (handOver: HandOver): string =>
  JSON.stringify({
    type: 'cordon.notification',
    timestamp: new Date(handOver.at).toISOString(),
    data: {
      to: handOver.to,
      urgency: handOver.letter.urgency,
      subject: handOver.letter.subject,
      answer_url: handOver.answerUrl,
      items: handOver.letter.items.map(({ matterId, title, priority, lines, why, path }) => ({
        id: matterId,
        title,
        priority,
        lines,
        why,
        url: handOver.link(path),
      })),
      left_out: handOver.letter.leftOut,
    },
  });

export const createWebhook = (
  id: string,
  { url, secret }: Static<typeof WebhookYml>,
  { post, sign }: { readonly post: Post; readonly sign: SignWebhook },
): Channel =>
  createHttpChannel({
    id,
    kind: 'webhook',
    knowsKeys: true,
    post,
    toPosting: (handOver) => {
      const body = toBody(handOver);
      const timestampS = Math.floor(handOver.at / 1_000);
      return ok({
        what: `Webhook (${id})`,
        url,
        headers: {
          ...JSON_HEADERS,
          'webhook-id': handOver.key,
          'webhook-timestamp': String(timestampS),
          'webhook-signature': sign(secret, { id: handOver.key, timestampS, body }),
        },
        body,
      });
    },
  });
