/*
 * Two people in the room of one incident, in the real process and two real browsers, and the mails of
 * that room in a real SMTP server: what one does the other sees, without anything moving under the eyes;
 * the affected person is asked and their answer moves the score by exactly its share.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IncidentDetail, RoomView } from '@cordon/contract';
import { type Browser, chromium, type Page } from 'playwright-core';
import { SMTPServer } from 'smtp-server';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RunningServer, startServer } from '../packages/server/src/index.ts';
import { axe } from '../packages/web/src/fixtures/stage.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CHROMIUM = '/usr/bin/chromium';
const hasChromium = existsSync(CHROMIUM);
const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-quic'];
const SHOTS = join(ROOT, 'screenshots');
const PASSWORD = 'correct horse battery staple';

const mails: { readonly to: readonly string[]; readonly text: string }[] = [];
const unfold = (text: string): string =>
  text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onData(stream, session, done) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const to = session.envelope.rcptTo.map(({ address }) => address);
      mails.push({ to, text: unfold(Buffer.concat(chunks).toString()) });
      done();
    });
  },
});

const settings = (port: number, dataDir: string): string => `
data_dir: ${dataDir}
log_level: silent
server: {port: 0}
people:
  - {id: ann, name: Ann, time_zone: UTC, page: [{channel: mail, to: ann@example.org}]}
  - {id: ben, name: Ben, time_zone: UTC, page: [{channel: mail, to: ben@example.org}]}
teams:
  - {id: soc, members: [ann, ben], escalation: [{tell: ['person:ann'], wait_minutes: 30}]}
notify:
  group_seconds: 0
  channels: [{id: mail, kind: email, host: 127.0.0.1, port: ${port}, security: none, from: 'Cordon <cordon@example.org>'}]
`;

const attack = (): string =>
  Array.from({ length: 30 }, (_, n) => {
    const at = new Date(Date.now() - 30_000 + n * 1_000).toISOString();
    return `<86>1 ${at} web-1 sshd ${900 + n} - - Failed password for root from 203.0.113.99 port ${40_000 + n} ssh2`;
  }).join('\n');

let house: string;
let server: RunningServer;
let browser: Browser;
let incidentId = '';
const cookies = new Map<string, string>();

async function call<T>(who: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      cookie: cookies.get(who) ?? '',
      origin: server.url,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const cookie = response.headers.get('set-cookie')?.split(';')[0];
  if (cookie) cookies.set(who, cookie);
  const answer = (await response.json()) as T;
  if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer;
}
const roomOf = () => call<RoomView>('ann', `/incidents/${incidentId}/room`);
const incident = () => call<IncidentDetail>('ann', `/incidents/${incidentId}`);

/** The product with a console of its own, and one incident about the account root. */
async function openHouse(): Promise<void> {
  house = await mkdtemp(join(tmpdir(), 'cordon-room-'));
  await mkdir(join(house, 'packages', 'web'), { recursive: true });
  for (const name of ['content', 'scenarios']) await symlink(join(ROOT, name), join(house, name));
  vi.stubEnv('NODE_ENV', 'production');
  await build({
    root: join(ROOT, 'packages/web'),
    configFile: join(ROOT, 'packages/web/vite.config.ts'),
    logLevel: 'error',
    build: { outDir: join(house, 'packages/web/dist') },
  });
  vi.unstubAllEnvs();
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const { port } = (smtp.server as Server).address() as AddressInfo;
  const configFile = join(house, 'cordon.yml');
  await writeFile(configFile, settings(port, join(house, 'data')));
  server = await startServer({ root: house, env: {}, configFile });
  const token = new URL(server.setupLink ?? '').searchParams.get('token');
  await call('ann', '/setup', { token, name: 'ann', password: PASSWORD });
  await call('ann', '/users', { name: 'ben', password: PASSWORD, role: 'responder' });
  await call('ben', '/session', { name: 'ben', password: PASSWORD });
  const source = await call<{ token: string }>('ann', '/sources/push', { id: 'edge', title: 'E' });
  await fetch(`${server.url}/api/v1/ingest/edge`, {
    method: 'POST',
    headers: { authorization: `Bearer ${source.token}`, 'content-type': 'text/plain' },
    body: attack(),
  });
  const findFirst = async (): Promise<string> => {
    const { items } = await call<{ items: { id: string }[] }>('ann', '/incidents');
    if (items[0] === undefined) throw new Error('no incident yet');
    return items[0].id;
  };
  incidentId = await vi.waitFor(findFirst, { timeout: 30_000, interval: 200 });
}

async function enter(who: string, theme: 'dark' | 'light', width = 1360): Promise<Page> {
  const context = await browser.newContext({
    colorScheme: theme,
    viewport: { width, height: 860 },
    reducedMotion: 'reduce',
  });
  const [name = '', value = ''] = (cookies.get(who) ?? '').split('=');
  await context.addCookies([{ name, value, url: server.url }]);
  const tab = await context.newPage();
  await tab.goto(`${server.url}/incidents/${incidentId}?tab=room`);
  await tab.getByRole('heading', { name: 'Comments' }).waitFor();
  return tab;
}

const comment = async (tab: Page, text: string): Promise<void> => {
  await tab.getByLabel('Your comment').fill(text);
  await tab.getByRole('button', { name: 'Comment', exact: true }).press('Enter');
  await tab.getByText(text, { exact: true }).waitFor();
};

const note = hasChromium ? '' : ' (skipped: /usr/bin/chromium is missing)';
describe.skipIf(!hasChromium)(`the room of an incident${note}`, () => {
  beforeAll(async () => {
    await openHouse();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
    mkdirSync(SHOTS, { recursive: true });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await new Promise<void>((resolve) => smtp.close(resolve));
    await rm(house, { recursive: true, force: true });
  });

  it('shows two people what the other does, and moves nothing under their eyes', async () => {
    const [ann, ben] = [await enter('ann', 'dark'), await enter('ben', 'light')];
    await comment(ann, 'I look at the proxy');
    const seen = ben.getByText('I look at the proxy', { exact: true });
    await seen.waitFor();
    const place = async () => (await seen.boundingBox())?.y;
    const before = await place();
    await comment(ann, 'Nothing there. <b>@ben</b> can you take the mail gateway?');
    await ben.getByText('can you take the mail gateway?', { exact: false }).waitFor();
    expect(await place()).toBe(before);
    expect(await ben.locator('.talk b').count()).toBe(0);
    await ann.getByRole('button', { name: 'Change the comment: I look' }).click();
    await ann.getByLabel('New wording').fill('I looked at the proxy');
    await ann.getByRole('button', { name: 'Save' }).click();
    await ben.getByText('I looked at the proxy', { exact: true }).waitFor();
    await ben.getByText('changed 1×').waitFor();
    expect(
      await ben.getByRole('button', { name: 'Change the comment', exact: false }).count(),
    ).toBe(0);
    const form = ben.getByRole('form', { name: 'New: Tasks' });
    await form.getByLabel('Task', { exact: true }).fill('Look at the mail gateway');
    await form.getByLabel('Owner (optional)').selectOption('ben');
    await form.getByRole('button', { name: 'Add' }).click();
    const task = ann.getByRole('checkbox', { name: 'Look at the mail gateway' });
    await task.waitFor();
    await task.press('Space');
    await ann.getByText('done by ann', { exact: false }).waitFor();
    await expect.poll(() => ben.getByText('done by ann', { exact: false }).count()).toBe(1);
    await ann.getByRole('button', { name: 'Undo' }).last().click();
    await expect.poll(() => ben.getByText('done by ann', { exact: false }).count()).toBe(0);
    await expect.poll(() => mails.some(({ to }) => to.includes('ben@example.org'))).toBe(true);
    await ann.context().close();
    await ben.context().close();
  }, 120_000);

  it('asks the affected person by mail, and their answer moves the score by its share', async () => {
    const before = (await incident()).score.logit;
    const question = { account: 'root', to: 'root-holder@example.org', note: 'From 203.0.113.99.' };
    await call('ann', `/incidents/${incidentId}/room/questions`, question);
    const mail = () => mails.find(({ to }) => to.includes('root-holder@example.org'));
    await expect.poll(mail, { timeout: 15_000 }).toBeDefined();
    const link = /http:\/\/\S+\/was-it-you\/\S+/.exec(mail()?.text ?? '')?.[0] ?? '';
    expect(await (await fetch(link)).text()).toContain('No, it was not me');
    expect((await roomOf()).questions[0]?.answered).toBeUndefined();
    const answer = (said: string) =>
      fetch(link, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `answer=${said}`,
      });
    expect(await (await answer('denied')).text()).toContain('it was not you');
    expect(await (await answer('confirmed')).text()).toContain('it was not you');
    const answered = (await roomOf()).questions[0]?.answered;
    expect(answered).toMatchObject({ answer: 'denied', share: 3 });
    expect((await incident()).score.logit).toBe(before + 3);
    expect((await roomOf()).questions[0]?.deliveries[0]?.status).toBe('delivered');
    const forged = await fetch(link.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')));
    expect(forged.status).toBe(410);
  }, 60_000);

  it('mails an update that was drafted from the facts, with a receipt for each', async () => {
    const path = `/incidents/${incidentId}/room`;
    const draft = await call<{ subject: string; text: string }>(
      'ann',
      `${path}/draft?audience=technical`,
    );
    expect(draft.subject).toContain('INC-1');
    const to = ['cto@example.org', 'noc@example.org'];
    await call('ann', path, { act: { what: 'update_sent', audience: 'technical', to, ...draft } });
    await expect
      .poll(async () => (await roomOf()).updates[0]?.deliveries.map(({ status }) => status), {
        timeout: 15_000,
      })
      .toEqual(['delivered', 'delivered']);
    const got = mails.filter(({ text }) => text.includes('Held by verified actions'));
    expect(got.flatMap((mail) => mail.to).toSorted()).toEqual(to);
  }, 60_000);

  it('looks well in both themes and on a phone, without a serious finding', async () => {
    const path = `/incidents/${incidentId}/room`;
    const act = (one: object) => call('ann', path, { act: one });
    await act({ what: 'role_given', role: 'lead', person: 'ann' });
    await act({
      what: 'decided',
      text: 'Close SSH to the outside',
      why: 'Nobody needs it from there',
      reversing: 'Open it again',
    });
    await act({ what: 'cause_added', text: 'SSH is open to everybody', evidence: [] });
    await call('ann', `${path}/guests`, { name: 'Eve, insurer', right: 'look', hours: 24 });
    await call('ann', `${path}/template`, { template_id: 'account-takeover' });
    for (const [name, theme, width] of [
      ['dark', 'dark', 1360],
      ['light', 'light', 1360],
      ['phone', 'light', 390],
    ] as const) {
      const tab = await enter('ann', theme, width);
      await expect.poll(() => tab.locator('.skeleton').count()).toBe(0);
      expect(await axe(tab)).toEqual([]);
      const isWide = await tab.evaluate(
        () => document.documentElement.scrollWidth > window.innerWidth,
      );
      expect([name, isWide]).toEqual([name, false]);
      await tab.screenshot({ path: join(SHOTS, `room-${name}.png`), fullPage: true });
      await tab.context().close();
    }
  }, 120_000);
});
