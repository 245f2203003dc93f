/*
 * The page behind the link of a notification. Opening it changes nothing, since mail scanners and
 * previews open links; only its buttons act. It needs no script and no log-in: the link names the person.
 */
import type { Matter } from '@cordon/core';
import type { FastifyInstance } from 'fastify';
import type { LinkAnswer, OnCallDesk, OpenedLink } from '../notify/ports.ts';
import { type Html, html } from '../report/escape.ts';
import { tellState } from './present/on-call.ts';
import {
  fieldOf,
  framePage,
  PUBLIC_PAGE,
  PUBLIC_STYLE,
  PUBLIC_STYLE_PATH,
  sendPage,
} from './public-page.ts';

/** Registers `/answer/…`; without a desk every link is one that is over. */
export async function registerAnswerPage(
  app: FastifyInstance,
  desk: OnCallDesk | undefined,
): Promise<void> {
  app.get(PUBLIC_STYLE_PATH, PUBLIC_PAGE, async (_, reply) =>
    reply
      .type('text/css; charset=utf-8')
      .header('cache-control', 'max-age=3600')
      .send(PUBLIC_STYLE),
  );
  app.get<{ Params: { token: string } }>(
    '/answer/:token',
    PUBLIC_PAGE,
    async ({ params }, reply) => {
      const opened = await desk?.open(params.token);
      return sendPage(reply, opened && toPage(opened), OVER);
    },
  );
  app.post<{ Params: { token: string }; Body: unknown }>(
    '/answer/:token',
    PUBLIC_PAGE,
    async ({ params, body }, reply) => {
      const answer = readAnswer(body);
      const opened = answer && (await desk?.answer(params.token, answer));
      return sendPage(reply, opened && toPage(opened, answer), OVER);
    },
  );
}

function readAnswer(body: unknown): LinkAnswer | undefined {
  const given = fieldOf(body, 'answer');
  return given === 'acknowledge' || given === 'pass_on' ? given : undefined;
}

const OVER = html`<p>It was not made here, or its time is over. Log in to answer.</p><p><a href="/on-call">Open Cordon</a></p>`;

function toPage({ notification, person, matters }: OpenedLink, answered?: LinkAnswer): Html {
  const isOpen = matters.some(
    ({ state }) => state.status !== 'over' && state.status !== 'acknowledged',
  );
  const said =
    answered === 'pass_on'
      ? html`<p role="status">Passed on: the next step is told.</p>`
      : undefined;
  const whys = notification.items.flatMap(({ why }) => why);
  return framePage(
    isOpen ? `${person.name}, do you have it?` : 'Nothing is left to answer',
    html`${said}${matters.map(toArticle)}${isOpen && answered === undefined ? BUTTONS : undefined}
<p class="quiet">${[...new Set(whys)].join(' ')}</p>`,
  );
}

const BUTTONS = html`<form method="post">
<button class="main" name="answer" value="acknowledge">I have it</button>
<button name="answer" value="pass_on">I cannot: pass it on</button></form>`;

const toArticle = ({
  need,
  state,
}: Matter): Html => html`<article><h2>${need.priority} ${need.title}</h2>
<ul>${need.lines.map((line) => html`<li>${line}</li>`)}</ul>
<p><strong>${tellState({ state })}</strong> <a href="${need.path}">Open in Cordon</a></p></article>`;
