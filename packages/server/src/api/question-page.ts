import type { OwnAnswer } from '@cordon/core';
import type { FastifyInstance } from 'fastify';
import { type Html, html } from '../report/escape.ts';
import type { Asked, RoomDesk } from '../room/ports.ts';
import { toTime } from './present/present.ts';
import { fieldOf, framePage, PUBLIC_PAGE, sendPage } from './public-page.ts';

const OVER = html`<p>It was not made here, or its time is over. Write to whoever looks after security.</p>`;

interface Linked {
  readonly Params: { readonly token: string };
  readonly Body: unknown;
}

/** "Was it you?": the page behind the link of the affected person. */
export async function registerQuestionPage(app: FastifyInstance, rooms: RoomDesk): Promise<void> {
  app.get<Linked>('/was-it-you/:token', PUBLIC_PAGE, async ({ params }, reply) => {
    const asked = await rooms.openQuestion(params.token);
    return sendPage(reply, asked && toPage(asked), OVER);
  });
  app.post<Linked>('/was-it-you/:token', PUBLIC_PAGE, async ({ params, body }, reply) => {
    const answer = readAnswer(fieldOf(body, 'answer'));
    const asked = answer
      ? await rooms.answerQuestion(params.token, answer)
      : await rooms.openQuestion(params.token);
    return sendPage(reply, asked && toPage(asked), OVER);
  });
}

const readAnswer = (text: string): OwnAnswer | undefined =>
  text === 'confirmed' || text === 'denied' ? text : undefined;

function toPage({ question: { asked, answered } }: Asked): Html {
  if (answered) {
    const said = answered.answer === 'confirmed' ? 'it was you' : 'it was not you';
    return framePage(
      'Thank you',
      html`<p role="status">You said on ${toTime(answered.at)} that ${said}. Whoever looks into it knows. If that was a mistake, write to them.</p>`,
    );
  }
  return framePage(
    asked.subject,
    html`<p class="text">${asked.text}</p>
<form method="post">
<button class="main" name="answer" value="denied">No, it was not me</button>
<button name="answer" value="confirmed">Yes, it was me</button></form>
<p class="quiet">The link is for you alone and holds until ${toTime(asked.expiresAt)}. The first answer counts.</p>`,
  );
}
