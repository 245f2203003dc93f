import { ok } from '@cordon/core';
import { type Static, Type } from 'typebox';
import type { Channel, HandOver, Post } from '../channel.ts';
import { itemLines, leftOutLine, repeatNote } from '../wording.ts';
import { createHttpChannel, JSON_HEADERS } from './by-http.ts';

/** A Slack incoming webhook; also what Mattermost and Rocket.Chat take. */
export const SlackYml = Type.Object({
  url: Type.String({
    pattern: '^https?://\\S+$',
    description: 'Incoming webhook; `!env` or `!file` keeps it out of here.',
  }),
});

const MOST_BLOCK = 2_900;

/** Slack's three control characters; what is between angle brackets would be a link or a mention. */
const toSlackText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const section = (text: string) => ({
  type: 'section',
  text: { type: 'mrkdwn', text: toSlackText(text).slice(0, MOST_BLOCK), verbatim: true },
});

const toBlocks = (handOver: HandOver) => [
  ...repeatNote(handOver).map(section),
  ...handOver.letter.items.map((item) => section(itemLines(item, handOver).join('\n'))),
  ...leftOutLine(handOver).map(section),
  {
    type: 'actions',
    elements: [
      {
        type: 'button',
        text: { type: 'plain_text', text: 'Answer' },
        url: handOver.answerUrl,
        style: 'primary',
      },
    ],
  },
];

export const createSlack = (id: string, { url }: Static<typeof SlackYml>, post: Post): Channel =>
  createHttpChannel({
    id,
    kind: 'slack',
    knowsKeys: false,
    post,
    toPosting: (handOver) =>
      ok({
        what: `Slack (${id})`,
        url,
        headers: JSON_HEADERS,
        body: JSON.stringify({
          text: toSlackText(handOver.letter.subject),
          blocks: toBlocks(handOver),
        }),
      }),
  });
