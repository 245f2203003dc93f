import { ok } from '@cordon/core';
import { type Static, Type } from 'typebox';
import type { Channel, HandOver, Post } from '../channel.ts';
import { toText } from '../wording.ts';
import { addressOf, baseOf, createHttpChannel, JSON_HEADERS } from './by-http.ts';

/** PagerDuty Events API v2; the address of a person is the integration key of their service. */
export const PagerDutyYml = Type.Object({
  url: Type.String({ default: 'https://events.pagerduty.com', pattern: '^https?://\\S+$' }),
});

const SEVERITY: Readonly<Record<string, string>> = { P1: 'critical', P2: 'error', P3: 'warning' };
const MOST_SUMMARY = 1_024;
const MOST_DETAILS = 8_000;

const toEvent = (handOver: HandOver) => {
  const [first] = handOver.letter.items;
  return {
    routing_key: addressOf(handOver),
    event_action: 'trigger',
    dedup_key: handOver.key,
    payload: {
      summary: handOver.letter.subject.slice(0, MOST_SUMMARY),
      source: 'cordon',
      severity: SEVERITY[first?.priority ?? ''] ?? 'info',
      timestamp: new Date(handOver.at).toISOString(),
      custom_details: { text: toText(handOver).slice(0, MOST_DETAILS) },
    },
    links: [
      { href: handOver.answerUrl, text: 'Answer' },
      ...(first ? [{ href: handOver.link(first.path), text: 'Look' }] : []),
    ],
  };
};

export const createPagerDuty = (
  id: string,
  { url }: Static<typeof PagerDutyYml>,
  post: Post,
): Channel =>
  createHttpChannel({
    id,
    kind: 'pagerduty',
    knowsKeys: true,
    post,
    toPosting: (handOver) =>
      ok({
        what: `PagerDuty (${id})`,
        url: `${baseOf(url)}/v2/enqueue`,
        headers: JSON_HEADERS,
        body: JSON.stringify(toEvent(handOver)),
      }),
  });
