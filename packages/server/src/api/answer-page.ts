/*
 * The page behind the link of a notification. Opening it changes nothing, since mail scanners and
 * previews open links; only its buttons act. It needs no script and no log-in: the link names the person.
 */
import { parse } from 'node:querystring';
import type { Matter } from '@cordon/core';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { LinkAnswer, OnCallDesk, OpenedLink } from '../notify/ports.ts';
import { type Html, html } from '../report/escape.ts';
import { tellState } from './present/on-call.ts';

const PUBLIC = { config: { access: 'public' as const }, schema: { hide: true } };
const MOST_BYTES = 1_024;
const STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:40rem;margin:2rem auto;padding:0 1rem}h1{font-size:1.3rem}
article{border:1px solid #8886;border-radius:8px;padding:.5rem 1rem;margin:1rem 0}
h2{font-size:1.05rem;margin:.25rem 0}.quiet{opacity:.8}
button{font:inherit;padding:.7rem 1.2rem;margin:.25rem .5rem .25rem 0;border-radius:8px;border:1px solid #8889;cursor:pointer}
.main{background:#1f5fbf;color:#fff;border-color:#1f5fbf}a{color:inherit}`;

/** Registers `/answer/…`; without a desk every link is one that is over. */
export async function registerAnswerPage(
  app: FastifyInstance,
  desk: OnCallDesk | undefined,
): Promise<void> {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: MOST_BYTES },
    (_, body, done) => done(null, parse(String(body))),
  );
  app.get('/answer/style.css', PUBLIC, async (_, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'max-age=3600').send(STYLE),
  );
  app.get<{ Params: { token: string } }>('/answer/:token', PUBLIC, async ({ params }, reply) => {
    const opened = await desk?.open(params.token);
    return send(reply, opened && toPage(opened));
  });
  app.post<{ Params: { token: string }; Body: unknown }>(
    '/answer/:token',
    PUBLIC,
    async ({ params, body }, reply) => {
      const answer = readAnswer(body);
      const opened = answer && (await desk?.answer(params.token, answer));
      return send(reply, opened && toPage(opened, answer));
    },
  );
}

function readAnswer(body: unknown): LinkAnswer | undefined {
  const given = typeof body === 'object' && body !== null && 'answer' in body ? body.answer : '';
  return given === 'acknowledge' || given === 'pass_on' ? given : undefined;
}

function send(reply: FastifyReply, page: Html | undefined) {
  return reply
    .code(page ? 200 : 410)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('x-robots-tag', 'noindex')
    .send(
      (
        page ??
        frame(
          'This link is over',
          html`<p>It was not made here, or its time is over. Log in to answer.</p><p><a href="/on-call">Open Cordon</a></p>`,
        )
      ).text,
    );
}

const frame = (title: string, body: Html): Html => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title} · Cordon</title><link rel="stylesheet" href="/answer/style.css"></head>
<body><h1>${title}</h1>${body}</body></html>`;

function toPage({ notification, person, matters }: OpenedLink, answered?: LinkAnswer): Html {
  const isOpen = matters.some(
    ({ state }) => state.status !== 'over' && state.status !== 'acknowledged',
  );
  const said =
    answered === 'pass_on'
      ? html`<p role="status">Passed on: the next step is told.</p>`
      : undefined;
  const whys = notification.items.flatMap(({ why }) => why);
  return frame(
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
