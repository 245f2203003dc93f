import { parse } from 'node:querystring';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Html, html } from '../report/escape.ts';

/*
 * Pages behind signed links: no script, no log-in, nothing from elsewhere. Opening one changes nothing
 * that its reader did not ask for, since scanners and previews open links.
 */

export const PUBLIC_PAGE = { config: { access: 'public' as const }, schema: { hide: true } };
const MOST_FORM_BYTES = 32 * 1_024;
/** Where every such page finds its look. */
export const PUBLIC_STYLE_PATH = '/answer/style.css';
export const PUBLIC_STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:40rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}h1{font-size:1.3rem}
article{border:1px solid #8886;border-radius:8px;padding:.5rem 1rem;margin:1rem 0}
h2{font-size:1.05rem;margin:.25rem 0}.quiet{opacity:.8}p.text{white-space:pre-wrap}
button{font:inherit;padding:.7rem 1.2rem;margin:.25rem .5rem .25rem 0;border-radius:8px;border:1px solid #8889;cursor:pointer}
textarea{font:inherit;width:100%;box-sizing:border-box;min-height:5rem;padding:.5rem;border-radius:8px;border:1px solid #8889}
.main{background:#1f5fbf;color:#fff;border-color:#1f5fbf}a{color:inherit}`;

/** A whole page. */
export const framePage = (title: string, body: Html): Html => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title} · Cordon</title><link rel="stylesheet" href="${PUBLIC_STYLE_PATH}"></head>
<body><main><h1>${title}</h1>${body}</main></body></html>`;

/** Sends the page; without one the link is over, and why is told by `over`. */
export const sendPage = (reply: FastifyReply, page: Html | undefined, over: Html) =>
  reply
    .code(page ? 200 : 410)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('x-robots-tag', 'noindex')
    .send((page ?? framePage('This link is over', over)).text);

/** Lets pages send forms; of a size that fits what people write. */
export function takeForms(app: FastifyInstance): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: MOST_FORM_BYTES },
    (_, body, done) => done(null, parse(String(body))),
  );
}

/** The member of a form, as text. */
export const fieldOf = (body: unknown, name: string): string => {
  const value = (body as Readonly<Record<string, unknown>> | null | undefined)?.[name];
  return typeof value === 'string' ? value : '';
};
