import type { FastifyInstance } from 'fastify';
import { type Html, html } from '../report/escape.ts';
import type { GuestVisit, RoomDesk } from '../room/ports.ts';
import { toTime } from './present/present.ts';
import { fieldOf, framePage, PUBLIC_PAGE, sendPage } from './public-page.ts';

const MAX_CHARS = 4_000;
const MAX_SHOWN = 200;
const OVER = html`<p>It was not made here, its time is over, it was taken back, or it was opened too often. Ask whoever sent it.</p>`;

interface Linked {
  readonly Params: { readonly token: string };
  readonly Body: unknown;
}

/** The room of one incident as a guest sees it; each look is noted. */
export async function registerGuestPage(app: FastifyInstance, rooms: RoomDesk): Promise<void> {
  const open = { ...PUBLIC_PAGE, exposeHeadRoute: false };
  app.get<Linked>('/guest/:token', open, async ({ params }, reply) => {
    const visit = await rooms.visit(params.token);
    return sendPage(reply, visit && toPage(visit), OVER);
  });
  app.post<Linked>('/guest/:token', PUBLIC_PAGE, async ({ params, body }, reply) => {
    const text = fieldOf(body, 'text').trim().slice(0, MAX_CHARS);
    const visit =
      text === ''
        ? await rooms.visit(params.token)
        : await rooms.commentAsGuest(params.token, text);
    return sendPage(reply, visit && toPage(visit), OVER);
  });
}

function toPage({ guest, incident, room }: GuestVisit): Html {
  const { name, right, expiresAt } = guest.invited;
  const open = room.tasks.filter(({ done }) => done === undefined);
  return framePage(
    `INC-${incident.number} ${incident.title}`,
    html`<p>${incident.priority.level}, ${incident.state.status.replaceAll('_', ' ')}. You look as ${name}; every look is noted. The link holds until ${toTime(expiresAt)}.</p>
<article><h2>What happened</h2><ul>${incident.story.map((line) => html`<li>${line}</li>`)}</ul></article>
<article><h2>Decisions</h2>${listOf(room.decisions.map(({ text, why, by }) => html`<li><strong>${text}</strong> (${by}): ${why}</li>`))}</article>
<article><h2>Open tasks</h2>${listOf(open.map(({ text, owner }) => html`<li>${text} (${owner ?? 'nobody'})</li>`))}</article>
<article><h2>Comments</h2>${room.comments.slice(-MAX_SHOWN).map(
      ({
        by,
        at,
        text,
      }) => html`<p class="text"><strong>${by}</strong> <span class="quiet">${toTime(at)}</span>
${text}</p>`,
    )}${right === 'comment' ? FORM : undefined}</article>`,
  );
}

const listOf = (items: readonly Html[]): Html =>
  items.length === 0 ? html`<p class="quiet">None yet.</p>` : html`<ul>${items}</ul>`;

const FORM = html`<form method="post"><label for="text">Your comment</label>
<textarea id="text" name="text" required maxlength="${MAX_CHARS}"></textarea>
<button class="main">Comment</button></form>`;
