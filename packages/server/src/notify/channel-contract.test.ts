import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCaller, signWebhook } from '@cordon/extensions';
import { SMTPServer } from 'smtp-server';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPost } from '../compose-notify.ts';
import type { Channel, HandOver } from './channel.ts';
import { CHANNEL_KINDS } from './open-channels.ts';

/*
 * What every channel keeps to, against real servers on loopback: it hands over once, under the key; it
 * tells what passes from what stays; nothing in a title can be markup or a header; it ends when told to.
 */

const SECRET = 'whsec_c2VjcmV0LW9mLXRoZS10ZXN0cy0xMjM0';
const SETTINGS: Readonly<Record<string, object>> = {
  opsgenie: { key: 'secret-genie' },
  ntfy: { token: 'secret-ntfy' },
  sms: {
    headers: { authorization: 'secret-sms' },
    form: 'form',
    fields: { to: '{to}', body: '{text}', key: '{key}' },
  },
  webhook: { secret: SECRET },
};
const HOSTILE = 'INC-7 <!channel> <b>x</b> & {to} \\r\\nBcc: evil@example.org';

const handOver = (more: Partial<HandOver> = {}): HandOver => ({
  key: `ntf_${'k'.repeat(26)}`,
  to: 'ann@example.org',
  letter: {
    urgency: 'page',
    subject: `[P1] ${HOSTILE}`,
    items: [
      {
        matterId: 'mat_1',
        title: HOSTILE,
        priority: 'P1',
        lines: ['A fact.'],
        why: ['You got this.'],
        path: '/incidents/inc_1',
      },
    ],
    leftOut: 2,
  },
  link: (path) => `https://cordon.example${path}`,
  answerUrl: 'https://cordon.example/answer/token',
  isRepeat: false,
  at: Date.now(),
  ...more,
});

interface Got {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What the receivers of all kinds do next, and got. */
const receiver = { got: [] as Got[], status: 200, isStuck: false, mailStatus: 250, arrived: 0 };

const http = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    receiver.arrived += 1;
    receiver.got.push({
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    });
    if (!receiver.isStuck) response.writeHead(receiver.status).end('{"said":"so"}');
  });
});
const smtp = new SMTPServer({
  authOptional: true,
  closeTimeout: 50,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onRcptTo(_address, _session, done) {
    receiver.arrived += 1;
    if (receiver.isStuck) return;
    if (receiver.mailStatus === 250) return done();
    done(Object.assign(new Error('not now'), { responseCode: receiver.mailStatus }));
  },
  onData(stream, session, done) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const path = session.envelope.rcptTo.map(({ address }) => address).join();
      receiver.got.push({ path, headers: {}, body: Buffer.concat(chunks).toString() });
      done();
    });
  },
});
const open = createCaller(true);
const guarded = createCaller(false);
const ports = { http: 0, smtp: 0 };

beforeAll(async () => {
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  await new Promise<void>((done) => smtp.listen(0, '127.0.0.1', done));
  ports.http = (http.address() as AddressInfo).port;
  ports.smtp = (smtp.server.address() as AddressInfo).port;
});
afterAll(async () => {
  await Promise.all([open.close(), guarded.close()]);
  http.closeAllConnections();
  http.close();
  await new Promise<void>((done) => smtp.close(done));
});
beforeEach(() => {
  Object.assign(receiver, { got: [], status: 200, isStuck: false, mailStatus: 250, arrived: 0 });
});

const openChannel = (kind: string, caller = open): Channel => {
  const settings =
    kind === 'email'
      ? {
          host: '127.0.0.1',
          port: ports.smtp,
          security: 'none',
          from: 'Cordon <cordon@example.org>',
        }
      : { url: `http://127.0.0.1:${ports.http}`, ...SETTINGS[kind] };
  const known = CHANNEL_KINDS[kind];
  if (!known) throw new Error(kind);
  return known.open('it', settings, { post: createPost(caller), sign: signWebhook });
};
const never = new AbortController().signal;

describe.each(Object.keys(CHANNEL_KINDS))('channel %s', (kind) => {
  it('hands over once, with the key, the link and why', async () => {
    const said = await openChannel(kind).send(handOver(), never);
    expect(said).toMatchObject({ ok: true });
    expect(receiver.got).toHaveLength(1);
    const whole = decodeURIComponent(
      `${receiver.got[0]?.path} ${JSON.stringify(receiver.got[0]?.headers)} ${receiver.got[0]?.body.replace(/=\r\n/g, '')}`.replace(
        /%(?![0-9A-F]{2})/g,
        '%25',
      ),
    );
    expect(whole).toContain('https://cordon.example/answer/token');
    if (kind !== 'sms') expect(whole).toContain('You got this.');
    if (openChannel(kind).knowsKeys) expect(whole).toContain(handOver().key);
  });

  it('tells what passes from what stays, and no secret', async () => {
    for (const [status, mailStatus, retryable] of [
      [503, 451, true],
      [400, 550, false],
    ] as const) {
      Object.assign(receiver, { status, mailStatus });
      const said = await openChannel(kind).send(handOver(), never);
      expect(said).toMatchObject({ ok: false, problem: { retryable } });
      expect(JSON.stringify(said)).not.toMatch(/secret|c2VjcmV0/);
    }
  });

  it('says so when it knows no keys and may have been here before', async () => {
    const channel = openChannel(kind);
    if (channel.knowsKeys) return;
    await channel.send(handOver({ isRepeat: true }), never);
    expect(receiver.got[0]?.body.replace(/=\r?\n/g, '')).toMatch(/had this already|again/);
  });

  it('ends when it is told to', async () => {
    receiver.isStuck = true;
    const ending = new AbortController();
    const sending = openChannel(kind).send(handOver(), ending.signal);
    await expect.poll(() => receiver.arrived).toBe(1);
    ending.abort();
    expect(await sending).toMatchObject({ ok: false, problem: { retryable: true } });
  });
});

describe('the guard before channels of the web', () => {
  it.each(Object.keys(CHANNEL_KINDS).filter((kind) => CHANNEL_KINDS[kind]?.isWeb))(
    '%s does not call a private address unless that is meant',
    async (kind) => {
      const said = await openChannel(kind, guarded).send(handOver(), never);
      expect(said).toMatchObject({ ok: false, problem: { code: 'target_not_allowed' } });
      expect(receiver.got).toEqual([]);
    },
  );
});

describe('what is hostile', () => {
  it('is text to Slack, never a mention', async () => {
    await openChannel('slack').send(handOver(), never);
    expect(receiver.got[0]?.body).not.toContain('<!channel>');
    expect(receiver.got[0]?.body).toContain('&lt;!channel&gt;');
  });

  it('is no header and no markup of a mail', async () => {
    await openChannel('email').send(handOver(), never);
    expect(receiver.got.map(({ path }) => path)).toEqual(['ann@example.org']);
    expect(receiver.got[0]?.body).not.toMatch(/^Bcc:/m);
    expect(receiver.got[0]?.body.replace(/=\r\n/g, '')).toContain('&lt;b&gt;x&lt;/b&gt;');
  });

  it('is not filled in again in a text message', async () => {
    await openChannel('sms').send(handOver(), never);
    const form = new URLSearchParams(receiver.got[0]?.body);
    expect(form.get('to')).toBe('ann@example.org');
    expect(form.get('body')).toContain('{to}');
  });
});

it('a webhook is signed as Standard Webhooks has it', async () => {
  await openChannel('webhook').send(handOver(), never);
  const { headers, body } = receiver.got[0] as Got;
  expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toMatchObject({
    type: 'cordon.notification',
    data: { urgency: 'page', left_out: 2 },
  });
});
