import { ok } from '@cordon/core';
import { type Static, Type } from 'typebox';
import type { Channel, HandOver, Post } from '../channel.ts';
import { leftOutLine, repeatNote } from '../wording.ts';
import { createHttpChannel, JSON_HEADERS } from './by-http.ts';

/** A workflow of Microsoft Teams that starts with a webhook and posts the adaptive card it is sent. */
export const TeamsYml = Type.Object({
  url: Type.String({
    pattern: '^https?://\\S+$',
    description: 'Of the workflow "Post to a channel when a webhook request is received".',
  }),
});

/** Text runs have no markup, unlike text blocks. */
const plain = (text: string, more: object = {}) => ({
  type: 'RichTextBlock',
  inlines: [{ type: 'TextRun', text, ...more }],
});

const toCard = (handOver: HandOver) => ({
  type: 'AdaptiveCard',
  version: '1.4',
  body: [
    ...repeatNote(handOver).map((line) => plain(line)),
    ...handOver.letter.items.flatMap((item) => [
      plain(`${item.priority}  ${item.title}`, { weight: 'Bolder' }),
      ...item.lines.map((line) => plain(line)),
      plain(`Why you got this: ${item.why.join(' ')}`, { isSubtle: true }),
    ]),
    ...leftOutLine(handOver).map((line) => plain(line)),
  ],
  actions: [
    { type: 'Action.OpenUrl', title: 'Answer', url: handOver.answerUrl },
    ...handOver.letter.items.slice(0, 3).map(({ title, path }) => ({
      type: 'Action.OpenUrl',
      title: `Look: ${title}`.slice(0, 60),
      url: handOver.link(path),
    })),
  ],
});

export const createTeams = (id: string, { url }: Static<typeof TeamsYml>, post: Post): Channel =>
  createHttpChannel({
    id,
    kind: 'teams',
    knowsKeys: false,
    post,
    toPosting: (handOver) =>
      ok({
        what: `Teams (${id})`,
        url,
        headers: JSON_HEADERS,
        body: JSON.stringify({
          type: 'message',
          attachments: [
            { contentType: 'application/vnd.microsoft.card.adaptive', content: toCard(handOver) },
          ],
        }),
      }),
  });
