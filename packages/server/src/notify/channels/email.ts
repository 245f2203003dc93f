import { err, ok, type Problem, SECOND_MS, tidy } from '@cordon/core';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { type Static, Type } from 'typebox';
import { html } from '../../report/escape.ts';
import type { Channel, HandOver, PlainMail } from '../channel.ts';
import { leftOutLine, repeatNote, toText } from '../wording.ts';
import { addressOf } from './by-http.ts';

/** Mail over SMTP; the address of a person is their mail address. */
export const EmailYml = Type.Object({
  host: Type.String({ minLength: 1 }),
  port: Type.Integer({ minimum: 1, maximum: 65_535, default: 587 }),
  security: Type.Union([Type.Literal('starttls'), Type.Literal('tls'), Type.Literal('none')], {
    default: 'starttls',
    description:
      'starttls: TLS or nothing is sent; none: in the clear, for a relay on this machine.',
  }),
  username: Type.Optional(Type.String({ minLength: 1 })),
  password: Type.Optional(
    Type.String({ minLength: 1, description: '!file or !env keeps it out of here.' }),
  ),
  from: Type.String({
    pattern: '^[^\\r\\n<>]*<?[^\\s<>@]+@[^\\s<>@]+>?$',
    description: '`Cordon <cordon@example.org>`.',
  }),
  ca: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'Certificate (PEM) of an authority of the house; `!file ca.pem`.',
    }),
  ),
});
type EmailYml = Static<typeof EmailYml>;

const WAIT_MS = 10 * SECOND_MS;
const MOST_SAID = 200;

/** No image, no script, nothing from elsewhere: a mail that can be read anywhere and tells nobody that it was. */
function toHtml(handOver: HandOver): string {
  const { letter, link, answerUrl } = handOver;
  const notes = [...repeatNote(handOver), ...leftOutLine(handOver)].map(
    (line) => html`<p>${line}</p>`,
  );
  const items = letter.items.map(
    (item) => html`<h3 style="margin:16px 0 4px">${item.priority} ${item.title}</h3>
<ul style="margin:0;padding-left:20px">${item.lines.map((line) => html`<li>${line}</li>`)}</ul>
<p style="color:#555;margin:4px 0">Why you got this: ${item.why.join(' ')}</p>
<p style="margin:4px 0"><a href="${link(item.path)}">Look</a></p>`,
  );
  return html`<div style="font-family:sans-serif;font-size:15px;max-width:640px">${notes}${items}
<p style="margin:20px 0"><a href="${answerUrl}" style="background:#1f5fbf;color:#fff;padding:10px 16px;border-radius:6px;text-decoration:none">Answer</a></p>
<p style="color:#555">The link is for you alone: it says who took it.</p></div>`.text;
}

/** Answers of 5xx will be the same the next time; all else may pass (RFC 5321, section 4.2.1). */
function toProblem(id: string, error: unknown): Problem {
  const status = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
  const said = tidy(error instanceof Error ? error.message : String(error), MOST_SAID);
  const isRefused = status >= 500 && status < 600;
  return {
    code: isRefused ? 'channel_refused' : 'channel_unreachable',
    detail: `Channel ${id}: ${said.replace(/\.$/, '')}.`,
    retryable: !isRefused,
  };
}

/** Rejects once the signal is aborted: the library has no signal of its own. */
const whenAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('It took too long')), { once: true });
  });

/** Opens connections as it needs them and keeps one. */
export function createEmail(id: string, yml: EmailYml): Channel {
  const { host, port, security, username, password, from, ca } = yml;
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    connectionTimeout: WAIT_MS,
    greetingTimeout: WAIT_MS,
    socketTimeout: WAIT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(ca === undefined ? {} : { tls: { ca } }),
    ...(username === undefined ? {} : { auth: { user: username, pass: password ?? '' } }),
  });
  const domain = /@([^\s<>@]+)>?$/.exec(from)?.[1] ?? 'cordon.invalid';
  const submit = async (
    { key, to, subject, text, at }: PlainMail,
    signal: AbortSignal,
    more: SendMailOptions = {},
  ) => {
    if (signal.aborted) return err(toProblem(id, 'It took too long'));
    try {
      const sending = transport.sendMail({
        from,
        to: { name: '', address: to },
        subject,
        text,
        messageId: `<${key}@${domain}>`,
        date: new Date(at),
        ...more,
      });
      const sent = await Promise.race([sending, whenAborted(signal)]);
      return ok(tidy(sent.response, MOST_SAID));
    } catch (error) {
      return err(toProblem(id, error));
    }
  };
  return {
    id,
    kind: 'email',
    // Mail boxes may show both of two with one Message-ID: only many leave one out.
    knowsKeys: false,
    send: (handOver, signal) =>
      submit(
        {
          key: handOver.key,
          to: addressOf(handOver),
          subject: handOver.letter.subject,
          text: toText(handOver),
          at: handOver.at,
        },
        signal,
        {
          html: toHtml(handOver),
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
          ...(handOver.letter.urgency === 'page' ? { priority: 'high' } : {}),
        },
      ),
    mail: (mail, signal) => submit(mail, signal),
    close: async () => transport.close(),
  };
}
