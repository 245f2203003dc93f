import { createHash } from 'node:crypto';
import { Html, html } from './escape.ts';
import { STYLE } from './style.ts';

/**
 * A self-contained page: no script, nothing loaded, and a content security policy that allows its own
 * style sheet alone.
 */
export function toPage(title: string, body: Html): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer">
<title>${title}</title><style>${new Html(STYLE)}</style></head><body>
${body}</body></html>
`.text;
}

/** A figure with its word below it. */
export const figureOf = (value: string, word: string): Html =>
  html`<div class="figure"><b>${value}</b>${word}</div>`;

export const many = (count: number): string => count.toLocaleString('en-GB');

/** `1 alert`, `2 alerts` */
export const counted = (count: number, word: string): string =>
  `${many(count)} ${word}${count === 1 ? '' : 's'}`;
