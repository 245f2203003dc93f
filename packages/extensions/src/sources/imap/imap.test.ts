import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { describeCrashes, describeSource, startSource } from '@cordon/kit/source-contract';
import { ImapFlow, type StatusObject } from 'imapflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOVECOT, type MailServer, PASSWORD, startMailServer } from './fixtures/mail-server.ts';
import { defang, findLinks } from './links.ts';
import { readMail } from './mail.ts';
import { imap } from './source.ts';

let server: MailServer;
let users = 0;

const newUser = () => {
  users += 1;
  return `user${users}`;
};
const configOf = (user: string, more: object = {}) => ({
  host: '127.0.0.1',
  port: server.port,
  security: 'none',
  user,
  password: PASSWORD,
  mailbox: 'INBOX',
  after: 'seen',
  moveTo: 'Done',
  pollSeconds: 30,
  ...more,
});

async function asUser<T>(user: string, work: (client: ImapFlow) => Promise<T>): Promise<T> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port: server.port,
    secure: false,
    auth: { user, pass: PASSWORD },
    logger: false,
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

const mailOf = (subject: string, body: Uint8Array): Buffer =>
  Buffer.from(
    [
      'From: Mia <mia@example.com>',
      'To: abuse@example.org',
      `Subject: ${subject}`,
      `Message-ID: <${subject}@example.com>`,
      'MIME-Version: 1.0',
      'Content-Type: application/octet-stream; name="it.bin"',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from(body).toString('base64'),
      '',
    ].join('\r\n'),
  );

const deliver = (user: string, ...mails: readonly Buffer[]) =>
  asUser(user, async (client) => {
    for (const mail of mails) await client.append('INBOX', mail);
  });

interface Record {
  readonly subject: string;
  readonly attachments: readonly { readonly sha256: string }[];
}
const parse = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString('utf8')) as Record;
const subjects = (source: ReturnType<typeof startSource>) =>
  source.sink.records.map(({ bytes }) => parse(bytes).subject);
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const countOf = (status: StatusObject | false, name: 'messages' | 'unseen'): number =>
  status === false ? 0 : (status[name] ?? 0);
const stop = async (source: ReturnType<typeof startSource>) => {
  source.abort();
  await source.done;
};

describe.skipIf(!existsSync(DOVECOT))('a mailbox (needs dovecot-imapd)', () => {
  beforeAll(async () => {
    server = await startMailServer();
  });
  afterAll(() => server.close());

  let sent = 0;
  describeSource(imap, {
    config: async () => configOf(newUser()),
    send: (where, bytes) => {
      sent += 1;
      return deliver(new URL(where).username, mailOf(`m${sent}`, bytes));
    },
    holds: (record, bytes) => parse(record).attachments[0]?.sha256 === digest(bytes),
  });

  describe.concurrent('at every point', () => {
    describeCrashes(imap, {
      points: 6,
      maxTwice: 1,
      setUp: async () => {
        const user = newUser();
        const names = ['a', 'b', 'c'];
        await deliver(user, ...names.map((name) => mailOf(name, Buffer.from(name))));
        const nameOf = (record: Uint8Array) => parse(record).subject;
        return { config: configOf(user, { after: 'move' }), names, nameOf };
      },
    });
  });

  it('marks a mail as seen, or moves it, only when the sink has taken it', async () => {
    const user = newUser();
    await deliver(user, mailOf('one', Buffer.of(1)));
    const unseen = () =>
      asUser(user, async (client) =>
        countOf(await client.status('INBOX', { unseen: true }), 'unseen'),
      );
    const source = startSource(imap, configOf(user));
    source.sink.hold();
    await source.where;
    expect(await unseen()).toBe(1);
    source.sink.release();
    await expect.poll(unseen).toBe(0);
    await stop(source);
    const mover = startSource(imap, configOf(user, { after: 'move' }));
    await expect
      .poll(() =>
        asUser(user, async (client) =>
          countOf(await client.status('Done', { messages: true }), 'messages'),
        ).catch(() => 0),
      )
      .toBe(1);
    await stop(mover);
  });

  it('reads a mailbox that was numbered anew again, and takes what it knows once', async () => {
    const user = newUser();
    await deliver(user, mailOf('one', Buffer.of(1)), mailOf('two', Buffer.of(2)));
    const first = startSource(imap, configOf(user));
    await first.sink.until(() => first.sink.records.length === 2);
    await expect.poll(() => JSON.stringify(first.memory.state)).toContain('"lastUid":2');
    await stop(first);
    const state = { ...(first.memory.state as object), uidValidity: '1' };
    await deliver(user, mailOf('three', Buffer.of(3)));
    const second = startSource(imap, configOf(user), { state });
    await second.sink.until(() => second.sink.records.length === 1);
    expect(subjects(second)).toEqual(['three']);
    expect(second.sink.losses.map(({ reason }) => reason)).toEqual(['duplicate', 'duplicate']);
    await stop(second);
  });

  it('says that the log-in was refused, without the password', async () => {
    const source = startSource(imap, configOf(newUser(), { password: 'wrong-secret' }));
    await source.sink.until(() => source.sink.problems.length > 0);
    expect(source.sink.problems[0]).toMatchObject({ code: 'source_denied' });
    expect(JSON.stringify(source.sink.problems)).not.toContain('wrong-secret');
    await stop(source);
  });
});

const REPORT = [
  'Received: from mx.example.org (mx.example.org [203.0.113.5]) by in.example.org; Wed, 4 Mar 2026 08:00:02 +0000',
  'Received: from user.example.org by mx.example.org; Wed, 4 Mar 2026 08:00:01 +0000',
  'Authentication-Results: in.example.org; spf=pass; dkim=fail',
  'From: "Mia Smith" <mia@example.org>',
  'To: abuse@example.org, soc@example.org',
  'Subject: =?utf-8?q?Verd=C3=A4chtig?=',
  'Message-ID: <r1@example.org>',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/html',
  '',
  '<p>see <a href="https://evil.example.net/login">https://bank.example.com</a><script>x()</script></p>',
  '--b',
  'Content-Type: message/rfc822',
  '',
  'From: "Bank" <no-reply@evil.example.net>',
  'Subject: Your account',
  'Content-Type: text/plain',
  '',
  'Go to https://evil.example.net/login?u=1.',
  '--b',
  'Content-Type: application/pdf; name="invoice.pdf"',
  'Content-Disposition: attachment; filename="invoice.pdf"',
  'Content-Transfer-Encoding: base64',
  '',
  'JVBERi0=',
  '--b--',
  '',
].join('\r\n');

describe('a mail', () => {
  it('is read with its chain, links, attachments and the mail it reports', async () => {
    const mail = await readMail(Buffer.from(REPORT));
    expect(mail).toMatchObject({
      from: 'mia@example.org',
      from_name: 'Mia Smith',
      to: ['abuse@example.org', 'soc@example.org'],
      subject: 'Verdächtig',
      message_id: '<r1@example.org>',
      authentication_results: ['in.example.org; spf=pass; dkim=fail'],
    });
    expect(mail.received).toHaveLength(2);
    expect(mail.links).toEqual([
      {
        url: 'https://evil.example.net/login',
        host: 'evil.example.net',
        shown: 'hxxps://bank[.]example[.]com',
        differs: true,
      },
    ]);
    expect(mail.attachments.map(({ name, type, bytes }) => ({ name, type, bytes }))).toEqual([
      { name: null, type: 'message/rfc822', bytes: expect.any(Number) },
      { name: 'invoice.pdf', type: 'application/pdf', bytes: 5 },
    ]);
    expect(mail.attachments[1]?.sha256).toBe(digest(Buffer.from('%PDF-')));
    expect(mail.attachments[0]?.mail).toMatchObject({
      from: 'no-reply@evil.example.net',
      subject: 'Your account',
      links: [{ url: 'https://evil.example.net/login?u=1' }],
    });
  });

  it('that nests without end, or is no mail, still becomes a record of bounded size', async () => {
    const nested = `${'Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n'.repeat(200)}x`;
    const bomb = `${'Content-Type: message/rfc822\r\n\r\n'.repeat(500)}x`;
    const noise = Buffer.from(Array.from({ length: 5_000 }, (_, n) => (n * 7919) % 256));
    for (const bytes of [Buffer.from(nested), Buffer.from(bomb), noise, Buffer.of()]) {
      const mail = await readMail(bytes);
      expect(mail.sha256).toBe(digest(bytes));
      expect(JSON.stringify(mail).length).toBeLessThan(500_000);
    }
  });
});

describe('links', () => {
  it.each([
    ['<a href="https://a.example/x">click</a>', false],
    ['<a href="https://a.example/x">a.example</a>', false],
    ['<a href="https://evil.example/x"><b>bank</b>.example/login</a>', true],
    ['<a href=https://evil.example>https://bank.example', true],
  ])('of %s', (html, differs) => {
    expect(findLinks('', html)).toMatchObject([{ differs }]);
  });

  it('are defanged where they are shown', () =>
    expect(defang('http://a.b/c')).toBe('hxxp://a[.]b/c'));
});
