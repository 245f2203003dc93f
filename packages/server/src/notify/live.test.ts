import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MatterView, NotificationView, OnCallView } from '@cordon/contract';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../main.ts';

/*
 * The whole way in the real process: lines of a log in, an incident, a real mail in a real SMTP server,
 * its link opened as a scanner does, then answered as a person does, and the incident page that tells.
 */

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');

interface Mail {
  readonly to: readonly string[];
  readonly text: string;
}
const mails: Mail[] = [];
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onData(stream, session, done) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      mails.push({
        to: session.envelope.rcptTo.map(({ address }) => address),
        text: unfold(Buffer.concat(chunks).toString()),
      });
      done();
    });
  },
});

/** Quoted-printable, as far as links need it. */
const unfold = (text: string): string =>
  text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));

const settings = (port: number, dataDir: string): string => `
data_dir: ${dataDir}
log_level: silent
server: {port: 0}
people:
  - {id: ann, name: Ann, time_zone: Europe/Berlin, page: [{channel: mail, to: ann@example.org}]}
teams:
  - {id: soc, title: SOC, members: [ann], escalation: [{tell: ['schedule:first'], wait_minutes: 30}]}
on_call:
  - {id: first, title: First line, time_zone: Europe/Berlin, rotations: [{people: [ann], from: '2026-01-05'}]}
notify:
  urgency: {P2: page, P3: page, P4: page}
  group_seconds: 0
  channels: [{id: mail, kind: email, host: 127.0.0.1, port: ${port}, security: none, from: 'Cordon <cordon@example.org>'}]
`;

let dataDir: string;
let server: RunningServer;
let cookie = '';

async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  const headers = { cookie, origin: server.url, 'content-type': 'application/json' };
  const response = await fetch(`${server.url}/api/v1${path}`, { ...init, headers });
  cookie ||= (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return (await response.json()) as T;
}
const post = <T>(path: string, body: object): Promise<T> =>
  call<T>(path, { method: 'POST', body: JSON.stringify(body) });

const attack = (): string =>
  Array.from({ length: 30 }, (_, n) => {
    const at = new Date(Date.now() - 30_000 + n * 1_000).toISOString();
    return `<86>1 ${at} web-1 sshd ${900 + n} - - Failed password for root from 203.0.113.99 port ${40_000 + n} ssh2`;
  }).join('\n');

const mattersOf = async (): Promise<readonly MatterView[]> =>
  (await call<{ items: MatterView[] }>('/matters')).items.filter(({ kind }) => kind === 'incident');

beforeAll(async () => {
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const { port } = (smtp.server as Server).address() as AddressInfo;
  dataDir = await mkdtemp(join(tmpdir(), 'cordon-notify-'));
  const configFile = join(dataDir, 'cordon.yml');
  await writeFile(configFile, settings(port, dataDir));
  server = await startServer({ root, env: {}, configFile });
  const token = new URL(server.setupLink ?? '').searchParams.get('token');
  await post('/setup', { token, name: 'ann', password: 'correct horse battery staple' });
});
afterAll(async () => {
  await server.stop();
  await new Promise<void>((resolve) => smtp.close(resolve));
  await rm(dataDir, { recursive: true });
});

describe('an incident, a mail, an answer', () => {
  it('says who is on call, and sends a test that arrives', async () => {
    const onCall = await call<OnCallView>('/on-call');
    expect(onCall.schedules[0]?.shifts[0]?.person?.name).toBe('Ann');
    const sent = await post<NotificationView>('/on-call/test', { person_id: 'ann' });
    await expect.poll(() => mails.length, { timeout: 10_000 }).toBe(1);
    expect(mails[0]?.text).toContain(`Message-ID: <${sent.id}@example.org>`);
    await expect
      .poll(async () => (await call<NotificationView>(`/notifications/${sent.id}`)).status, {
        timeout: 10_000,
      })
      .toBe('delivered');
  });

  it('mails the person on call, whom no scanner of links answers for, and is told', async () => {
    const source = await post<{ token: string }>('/sources/push', { id: 'edge', title: 'Edge' });
    await fetch(`${server.url}/api/v1/ingest/edge`, {
      method: 'POST',
      headers: { authorization: `Bearer ${source.token}`, 'content-type': 'text/plain' },
      body: attack(),
    });
    await expect.poll(() => mails.length, { timeout: 30_000 }).toBeGreaterThan(1);
    const mail = mails[1];
    expect(mail?.to).toEqual(['ann@example.org']);
    expect(mail?.text).toContain('you are on call for First line');
    const link = /http:\/\/[^\s"]+\/answer\/[^\s"<]+/.exec(mail?.text ?? '')?.[0] ?? '';
    const opened = await fetch(link);
    expect(await opened.text()).toContain('I have it');
    await fetch(link, { method: 'HEAD' });
    expect((await mattersOf())[0]?.status).toBe('open');
    const answered = await fetch(link, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'answer=acknowledge',
    });
    expect(await answered.text()).toContain('Ann has it.');
    const [matter] = await mattersOf();
    expect(matter).toMatchObject({ status: 'acknowledged', text: 'Ann has it.' });
    expect(matter?.told[0]?.items[0]?.answer).toBe('acknowledged');
    const { items } = await call<{ items: { what: string; actor: string }[] }>('/audit');
    expect(items.find(({ what }) => what === 'matter_acknowledged')?.actor).toBe('Ann');
  });

  it('takes no link that it did not make', async () => {
    const forged = await fetch(
      `${server.url}/answer/ntf_${'0'.repeat(26)}.zzzzzzz.${'A'.repeat(43)}`,
    );
    expect(forged.status).toBe(410);
  });
});
