import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { API_PREFIX } from '@cordon/contract';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  action,
  alerts,
  auditLines,
  bareIncident,
  contentView,
  fullIncident,
  held,
  incidents,
  letterGroups,
  overviewOf,
  parsedTrace,
  playbooks,
  record,
  sourcesOf,
  unreadTrace,
} from './fixtures/console.ts';
import { roundToSum } from './parts/format.ts';

const CHROMIUM = '/usr/bin/chromium';
const hasChromium = existsSync(CHROMIUM);
const ROOT = join(import.meta.dirname, '..');
const SHOTS = join(ROOT, '../../screenshots');
const ARGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(
    ' ',
  );
const CSP = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

type World = 'full' | 'empty' | 'error';
let world: World = 'full';
let isSetUp = true;
let isStranger = false;
let hasArrived = false;
const streams = new Set<ServerResponse>();
const calls: { readonly line: string; readonly body: string }[] = [];

const problem = (code: string, status: number) => ({
  type: `urn:cordon:problem:${code}`,
  title: 'The store cannot be read.',
  status,
  code,
  detail: 'The state store cannot be read: the disk is full.',
  hint: 'Free some space; nothing that was accepted is lost.',
  retryable: false,
});
const page = (items: readonly unknown[]) => ({ items: world === 'empty' ? [] : items });
const me = { id: 'u1', name: 'alice', role: 'administrator', via: 'session' };
const MADE_AT = '2026-11-01T08:00:00.000Z';

/** Answers that every world gives. */
const steady: Readonly<Record<string, () => unknown>> = {
  'GET /status': () => ({ is_set_up: isSetUp, version: '0.1.0', demo_available: true }),
  'POST /session': () => me,
  'POST /setup': () => me,
};
const answers: Readonly<Record<string, () => unknown>> = {
  'GET /kill-switch': () => ({ engaged: false }),
  'GET /overview': () => overviewOf(world === 'empty'),
  'GET /incidents': () => page(incidents),
  'GET /incidents/incident-40': () => (world === 'empty' ? bareIncident : fullIncident),
  'POST /incidents/incident-40/close': () => incidents[0],
  'POST /incidents/incident-40/assign': () => incidents[0],
  'POST /incidents/incident-40/unassign': () => incidents[0],
  'POST /incidents/incident-40/reopen': () => incidents[0],
  'POST /incidents/incident-40/runs': () => fullIncident.runs[0],
  'GET /playbooks': () => page(playbooks),
  'GET /alerts': () => page(alerts),
  'GET /alerts/alert-0': () => ({ ...alerts[0], score: fullIncident.score, signals: [] }),
  'POST /alerts/alert-0/close': () => ({ ...alerts[0], status: 'closed' }),
  'POST /alerts/alert-0/reopen': () => alerts[0],
  'GET /actions': () => page([action, held]),
  'POST /actions/action-1/approve': () => action,
  'POST /actions/action-2/undo': () => ({ ...held, status: 'undoing', allowed_acts: [] }),
  'GET /sources': () => sourcesOf(world === 'empty'),
  'GET /dead-letters/groups': () => page(letterGroups),
  'POST /dead-letters/retry': () => ({ asked: 9, parsed: 8, skipped: 0, unread: 1, gone: 0 }),
  'GET /content': () => contentView,
  'POST /content/reload': () => ({ ...contentView, problems: [] }),
  'GET /records/1199/trace': () => unreadTrace,
  'GET /sources/edge/sample': () => ({ sample: unreadTrace }),
  'GET /sources/curl-1/sample': () => (hasArrived ? { sample: parsedTrace } : {}),
  'POST /sources/push': () => ({
    id: 'curl-1',
    title: 'curl',
    token: 'cdn_src_made-up',
    path: '/api/v1/ingest/curl-1',
  }),
  'GET /records/1201': () => record,
  'GET /tokens': () =>
    page([{ id: 't1', label: 'grafana', role: 'viewer', owner: 'u1', created_at: MADE_AT }]),
  'GET /users': () => page([{ ...me, created_at: MADE_AT, is_disabled: false }]),
  'GET /never-touch': () => page([{ value: '10.0.0.0/24', why: 'The domain controllers.' }]),
  'GET /audit': () => page(auditLines),
  'GET /audit/verify': () => ({ intact: true, entries: 12 }),
  'GET /demo': () => ({ available: true, playing: world === 'full', fraction: 0.4, records: 812 }),
};

function send(response: ServerResponse, status: number, body: unknown): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
}

function answer(line: string, response: ServerResponse): void {
  if (line === 'GET /stream') {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
    streams.add(response);
    return;
  }
  if (line === 'GET /me') {
    send(response, isStranger ? 401 : 200, isStranger ? problem('not_logged_in', 401) : me);
    return;
  }
  const make = steady[line] ?? (world === 'error' ? undefined : answers[line]);
  if (make) send(response, 200, make());
  else send(response, world === 'error' ? 500 : 404, problem('store_failed', 500));
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://console.test').pathname;
  if (path.startsWith(API_PREFIX)) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const line = `${request.method} ${path.slice(API_PREFIX.length)}`;
    calls.push({ line, body: Buffer.concat(chunks).toString() });
    answer(line, response);
    return;
  }
  const file = join(ROOT, 'dist', path);
  const found = extname(path) && existsSync(file) ? file : join(ROOT, 'dist/index.html');
  const type = TYPES[extname(found)] ?? 'application/octet-stream';
  response.writeHead(200, { 'content-type': type, 'content-security-policy': CSP });
  response.end(readFileSync(found));
}

const WHY = 'Almost certainly genuine';
const PAGES = [
  { name: 'overview', path: '/', ready: 'Nothing is lost silently' },
  { name: 'incidents', path: '/incidents', ready: 'Incidents' },
  { name: 'incident-story', path: '/incidents/incident-40', ready: 'What happened' },
  { name: 'incident-timeline', path: '/incidents/incident-40?tab=timeline', ready: WHY },
  { name: 'incident-graph', path: '/incidents/incident-40?tab=graph', ready: WHY },
  {
    name: 'incident-origin',
    path: '/incidents/incident-40?tab=origin',
    ready: 'What would settle',
  },
  { name: 'incident-evidence', path: '/incidents/incident-40?tab=evidence', ready: 'Sum =' },
  { name: 'incident-actions', path: '/incidents/incident-40?tab=actions', ready: WHY },
  { name: 'alerts', path: '/alerts', ready: 'Alerts' },
  { name: 'actions', path: '/actions', ready: 'Actions' },
  { name: 'sources', path: '/sources', ready: 'Set aside' },
  { name: 'add-source', path: '/add-source', ready: 'What sends?' },
  { name: 'settings', path: '/settings', ready: 'Never touched' },
  { name: 'welcome', path: '/welcome', ready: 'Where do you want to begin?' },
] as const;
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

let browser: Browser;
let server: Server;
let base = '';

/** A tab whose console errors and uncaught exceptions are collected. */
async function openTab(theme: 'dark' | 'light', viewport = { width: 1360, height: 860 }) {
  const context = await browser.newContext({
    colorScheme: theme,
    viewport,
    reducedMotion: 'reduce',
    bypassCSP: false,
  });
  const tab = await context.newPage();
  const errors: string[] = [];
  tab.on('pageerror', (error) => errors.push(String(error)));
  tab.on('console', (message) => {
    const isStatus = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isStatus) errors.push(message.text());
  });
  return { tab, errors, close: () => context.close() };
}

/** Serious and critical findings of axe, as `rule: selector`. */
async function axe(tab: Page): Promise<readonly string[]> {
  await tab.evaluate(readFileSync(axePath, 'utf8'));
  return tab.evaluate(async () => {
    const runner = (globalThis as unknown as { axe: typeof import('axe-core') }).axe;
    const { violations } = await runner.run(document, { resultTypes: ['violations'] });
    return violations
      .filter((found) => found.impact === 'serious' || found.impact === 'critical')
      .map(
        (found) => `${found.id}: ${found.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`,
      );
  });
}

/** Presses Tab until the field with the label has the focus. */
async function reach(tab: Page, label: string): Promise<void> {
  for (let presses = 0; presses < 20; presses += 1) {
    const isThere = await tab
      .getByLabel(label)
      .evaluate((field) => field === document.activeElement);
    if (isThere) return;
    await tab.keyboard.press('Tab');
  }
  throw new Error(`${label} cannot be reached by Tab`);
}

const sent = (line: string) => calls.filter((call) => call.line === line);
const bodyOf = (line: string): unknown => JSON.parse(sent(line).at(-1)?.body ?? 'null');

describe.skipIf(!hasChromium)(
  `the console in a browser${hasChromium ? '' : ' (skipped: /usr/bin/chromium is missing)'}`,
  () => {
    beforeAll(async () => {
      vi.stubEnv('NODE_ENV', 'production');
      await build({ root: ROOT, configFile: join(ROOT, 'vite.config.ts'), logLevel: 'error' });
      vi.unstubAllEnvs();
      mkdirSync(SHOTS, { recursive: true });
      server = createServer((request, response) => void handle(request, response));
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      const address = server.address();
      base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
    });
    afterAll(async () => {
      await browser?.close();
      server?.closeAllConnections();
      await new Promise((done) => server?.close(done));
    });

    const CASES = (['dark', 'light'] as const).flatMap((theme) =>
      (['full', 'empty', 'error'] as const).map((state) => [state, theme] as const),
    );
    it.each(CASES)(
      'every page shows its %s state in the %s theme without errors and is accessible',
      async (state, theme) => {
        world = state;
        const { tab, errors, close } = await openTab(theme);
        for (const { name, path, ready } of PAGES) {
          await tab.goto(base + path);
          const isProblem = state === 'error' && name !== 'welcome' && name !== 'add-source';
          const text = isProblem ? 'the disk is full' : ready;
          await tab.getByText(text).first().waitFor({ timeout: 30_000 });
          if (name === 'incident-graph' && state === 'full') {
            await tab.locator('.react-flow__node').first().waitFor();
          }
          await tab.screenshot({ path: join(SHOTS, `${name}-${state}-${theme}.png`) });
          expect(await axe(tab), `${name} ${state} ${theme}`).toEqual([]);
        }
        expect(errors).toEqual([]);
        await close();
      },
      240_000,
    );

    it('the set-up link and the login lead into the console', async () => {
      world = 'full';
      isSetUp = false;
      const { tab, errors, close } = await openTab('dark');
      await tab.goto(`${base}/setup?token=abc`);
      await tab.getByLabel('Name').fill('alice');
      await tab.getByLabel('Password').fill('correct horse battery');
      expect(await axe(tab)).toEqual([]);
      await tab.screenshot({ path: join(SHOTS, 'setup-dark.png') });
      await tab.getByRole('button', { name: 'Create administrator' }).click();
      await tab.getByText('Where do you want to begin?').waitFor();
      await tab.getByRole('button', { name: /Connect my first source/ }).click();
      await tab.getByRole('button', { name: 'rsyslog' }).click();
      await tab.getByText('action(type="omfwd"').first().waitFor();
      await tab.screenshot({ path: join(SHOTS, 'connect-dark.png'), fullPage: true });
      const setUp = calls.find((call) => call.line === 'POST /setup');
      expect(JSON.parse(setUp?.body ?? '{}')).toEqual({
        token: 'abc',
        name: 'alice',
        password: 'correct horse battery',
      });
      isSetUp = true;
      isStranger = true;
      await tab.goto(base);
      await tab.getByRole('heading', { name: 'Log in' }).waitFor();
      expect(await axe(tab)).toEqual([]);
      await tab.screenshot({ path: join(SHOTS, 'login-dark.png') });
      isStranger = false;
      await tab.getByLabel('Name').fill('alice');
      await tab.getByLabel('Password').fill('correct horse battery');
      await tab.keyboard.press('Enter');
      await tab.getByRole('heading', { name: 'Overview' }).waitFor();
      expect(errors).toEqual([]);
      await close();
    });

    it('j and k move in the queue, Enter opens, filters stand in the address', async () => {
      world = 'full';
      const { tab, close } = await openTab('dark');
      await tab.goto(`${base}/incidents`);
      const selected = tab.locator('[role=row][aria-selected=true]');
      await selected.getByText('INC-40').waitFor();
      await tab.keyboard.press('j');
      await tab.keyboard.press('j');
      await selected.getByText('INC-38').waitFor();
      await tab.keyboard.press('k');
      await tab.keyboard.press('k');
      await tab.keyboard.press('Enter');
      await tab.waitForURL('**/incidents/incident-40');
      await tab.goBack();
      await tab.getByRole('button', { name: 'P1' }).click();
      await tab.waitForURL('**/incidents?priority=P1');
      await close();
    });

    it('words from outside are shown as text, never as markup', async () => {
      world = 'full';
      const { tab, close } = await openTab('dark');
      await tab.goto(`${base}/sources`);
      await tab.getByText('<script>alert(1)</script>').waitFor();
      await tab.goto(`${base}/incidents/incident-40`);
      await tab.getByText('<b>/tmp/.x</b>').waitFor();
      await close();
    });

    it('an approval sends the hash of the plan that was shown and the reason; a record opens', async () => {
      world = 'full';
      const { tab, errors, close } = await openTab('light');
      await tab.goto(`${base}/incidents/incident-40?tab=actions`);
      await tab.getByRole('button', { name: 'Approve…' }).click();
      await tab.getByLabel('Reason').fill('Seen and agreed.');
      expect(await axe(tab)).toEqual([]);
      await tab.screenshot({ path: join(SHOTS, 'approve-light.png') });
      await tab.getByRole('button', { name: 'Approve', exact: true }).click();
      await tab.getByRole('dialog').waitFor({ state: 'detached' });
      const sent = calls.find((call) => call.line === 'POST /actions/action-1/approve');
      expect(JSON.parse(sent?.body ?? '{}')).toEqual({
        plan_hash: 'a'.repeat(64),
        reason: 'Seen and agreed.',
      });
      await tab.getByRole('tab', { name: /Timeline/ }).click();
      await tab.getByRole('button', { name: 'Show record 1201' }).click();
      await tab.getByText('Accepted password for deploy from 203.0.113.66 port').waitFor();
      expect(await axe(tab)).toEqual([]);
      await tab.screenshot({ path: join(SHOTS, 'record-light.png') });
      expect(errors).toEqual([]);
      await close();
    });

    it('every page fits a phone: nothing is wider than the screen, and it is accessible', async () => {
      world = 'full';
      const { tab, errors, close } = await openTab('light', { width: 390, height: 844 });
      for (const { name, path, ready } of PAGES) {
        await tab.goto(base + path);
        await tab.getByText(ready).first().waitFor();
        await tab.screenshot({ path: join(SHOTS, `${name}-phone.png`) });
        const over = await tab.evaluate(() => {
          const main = document.querySelector('main');
          return main ? main.scrollWidth - main.clientWidth : 0;
        });
        expect([name, over]).toEqual([name, 0]);
        expect(await axe(tab), name).toEqual([]);
      }
      expect(errors).toEqual([]);
      await close();
    }, 240_000);

    it('by keyboard alone: from the login over the queue to the undo of a block', async () => {
      world = 'full';
      isStranger = true;
      const { tab, errors, close } = await openTab('dark');
      await tab.goto(base);
      await tab.getByRole('heading', { name: 'Log in' }).waitFor();
      isStranger = false;
      await reach(tab, 'Name');
      await tab.keyboard.type('alice');
      await reach(tab, 'Password');
      await tab.keyboard.type('correct horse battery');
      await tab.keyboard.press('Enter');
      await tab.getByRole('heading', { name: 'Overview' }).waitFor();
      await tab.keyboard.press('g');
      await tab.keyboard.press('i');
      await tab.getByText('INC-40').waitFor();
      await tab.keyboard.press('Enter');
      await tab.waitForURL('**/incidents/incident-40');
      await tab.getByText('What happened').waitFor();
      await tab.keyboard.press('[');
      await tab.waitForURL('**/incidents/incident-40?tab=actions');
      await tab.keyboard.press('U');
      await tab.getByRole('dialog', { name: /Undo/ }).waitFor();
      await tab.keyboard.type('The block is not needed any more.');
      await tab.keyboard.press('Control+Enter');
      await tab.getByRole('dialog').waitFor({ state: 'detached' });
      expect(bodyOf('POST /actions/action-2/undo')).toEqual({
        reason: 'The block is not needed any more.',
      });
      expect(errors).toEqual([]);
      await close();
    });

    it('an incident is taken, given back, and closed with a verdict that z undoes', async () => {
      world = 'full';
      const { tab, errors, close } = await openTab('dark');
      await tab.goto(`${base}/incidents/incident-40`);
      await tab.getByText('What happened').waitFor();
      await tab.keyboard.press('a');
      await tab.getByText('INC-40 is yours.').waitFor();
      await tab.keyboard.press('z');
      await expect.poll(() => sent('POST /incidents/incident-40/unassign').length).toBe(1);
      await tab.keyboard.press('e');
      await tab.getByRole('dialog', { name: 'Close INC-40' }).waitFor();
      await tab.keyboard.press('3');
      await tab.getByLabel('Reason').fill('A test of ours.');
      expect(await axe(tab)).toEqual([]);
      await tab.screenshot({ path: join(SHOTS, 'close-dark.png') });
      await tab.keyboard.press('Control+Enter');
      await tab.getByText('INC-40 closed').waitFor();
      expect(bodyOf('POST /incidents/incident-40/close')).toEqual({
        verdict: 'false_positive',
        reason: 'A test of ours.',
      });
      await tab.keyboard.press('z');
      await expect.poll(() => sent('POST /incidents/incident-40/reopen').length).toBe(1);
      expect(errors).toEqual([]);
      await close();
    });

    it('a playbook is run by hand, after it said what it may do', async () => {
      world = 'full';
      const { tab, close } = await openTab('light');
      await tab.goto(`${base}/incidents/incident-40`);
      await tab.getByText('What happened').waitFor();
      await tab.keyboard.press('r');
      const dialog = tab.getByRole('dialog');
      await dialog.getByText('net.ip.block').waitFor();
      await dialog.getByLabel('On', { exact: true }).selectOption('203.0.113.66');
      expect(await axe(tab)).toEqual([]);
      await tab.screenshot({ path: join(SHOTS, 'run-light.png') });
      await dialog.getByRole('button', { name: 'Run', exact: true }).click();
      await tab.getByText('Contain an address was started').waitFor();
      expect(bodyOf('POST /incidents/incident-40/runs')).toEqual({
        playbook_id: 'contain-address',
        inputs: { item: '203.0.113.66' },
      });
      await close();
    });

    it('an alert is looked into and closed with a verdict; the drawer stands in the address', async () => {
      world = 'full';
      const { tab, errors, close } = await openTab('dark');
      await tab.goto(`${base}/alerts`);
      await tab.getByText('Many failed logins').waitFor();
      await tab.keyboard.press('Enter');
      await tab.waitForURL('**/alerts?alert=alert-0');
      await tab.getByText('Sum =').waitFor();
      expect(await axe(tab)).toEqual([]);
      await tab.screenshot({ path: join(SHOTS, 'alert-dark.png') });
      await tab.keyboard.press('Escape');
      await tab.getByRole('dialog').waitFor({ state: 'detached' });
      await tab.keyboard.press('e');
      await tab.getByRole('dialog', { name: /Close the alert/ }).waitFor();
      await tab.keyboard.press('2');
      await tab.getByLabel('Reason').fill('Planned work.');
      await tab.keyboard.press('Control+Enter');
      await tab.getByText('Closed: Login after many failures.').waitFor();
      expect(bodyOf('POST /alerts/alert-0/close')).toEqual({
        verdict: 'benign',
        reason: 'Planned work.',
      });
      expect(errors).toEqual([]);
      await close();
    });

    it('? shows the keys, Ctrl K finds commands and incidents, single keys can be turned off', async () => {
      world = 'full';
      const { tab, errors, close } = await openTab('dark');
      await tab.goto(`${base}/incidents`);
      await tab.getByText('INC-40').waitFor();
      await tab.keyboard.press('?');
      await tab.getByText('Undo what was just done').waitFor();
      expect(await axe(tab)).toEqual([]);
      await tab.screenshot({ path: join(SHOTS, 'keys-dark.png') });
      await tab.keyboard.press('Escape');
      await tab.keyboard.press('Control+k');
      await tab.getByRole('combobox').fill('sources');
      await tab.getByRole('option', { name: /Go to: Sources/ }).waitFor();
      expect(await axe(tab)).toEqual([]);
      await tab.screenshot({ path: join(SHOTS, 'palette-dark.png') });
      await tab.keyboard.press('Enter');
      await tab.waitForURL('**/sources');
      await tab.keyboard.press('?');
      await tab.keyboard.press('Space');
      await tab.keyboard.press('Escape');
      await tab.getByRole('dialog').waitFor({ state: 'detached' });
      await tab.keyboard.press('?');
      await tab.keyboard.press('Control+k');
      await tab.getByRole('combobox').waitFor();
      expect(await tab.getByRole('dialog').count()).toBe(1);
      expect(errors).toEqual([]);
      await close();
    });

    it('what needs a person leads to the list of exactly that; a sandbox is called a sandbox', async () => {
      world = 'full';
      const { tab, close } = await openTab('light');
      await tab.goto(base);
      await tab.getByText('Approve: nothing happens without a person').waitFor();
      await tab.getByRole('link', { name: /actions awaiting approval/ }).click();
      await tab.waitForURL('**/actions?status=awaiting_approval');
      await tab.goBack();
      await tab.getByRole('link', { name: /incidents without an owner/ }).click();
      await tab.waitForURL('**/incidents?status=new');
      world = 'empty';
      await tab.goto(base);
      await tab.getByText('Sandbox: actions run').waitFor();
      await close();
    });

    it('the wizard shows what to paste, waits for the first event and shows how it is read', async () => {
      world = 'full';
      for (const theme of ['dark', 'light'] as const) {
        hasArrived = false;
        const { tab, errors, close } = await openTab(theme);
        await tab.goto(`${base}/add-source`);
        await tab.getByRole('button', { name: 'curl' }).click();
        await tab.getByRole('button', { name: 'Create' }).click();
        await tab.getByText('Authorization: Bearer cdn_src_made-up').waitFor();
        expect(bodyOf('POST /sources/push')).toEqual({ id: 'curl-1', title: 'curl (curl-1)' });
        await tab.getByText('Waiting for the first record of').waitFor();
        await tab.screenshot({ path: join(SHOTS, `wizard-waits-${theme}.png`), fullPage: true });
        hasArrived = true;
        const change = { seq: 7, topic: 'source', id: 'curl-1' };
        for (const stream of streams)
          stream.write(`id: 7\nevent: change\ndata: ${JSON.stringify(change)}\n\n`);
        await tab.getByText('It arrived and is understood').waitFor();
        await tab.getByText('src_endpoint.ip').waitFor();
        expect(await axe(tab)).toEqual([]);
        await tab.screenshot({ path: join(SHOTS, `wizard-arrived-${theme}.png`), fullPage: true });
        expect(errors).toEqual([]);
        await close();
      }
    }, 120_000);

    it('dead letters say why, are run again by group after the parsers were read anew', async () => {
      world = 'full';
      for (const theme of ['dark', 'light'] as const) {
        const { tab, errors, close } = await openTab(theme);
        await tab.goto(`${base}/sources`);
        await tab.getByText('content/parsers/iptables/parser.yml:14:3').waitFor();
        await tab.getByRole('button', { name: 'Why?' }).click();
        await tab.getByText('Why each of 2 parsers passed').click();
        await tab.getByText('none of its 4 messages has this form').waitFor();
        await tab.getByRole('button', { name: /Edge firewall/ }).click();
        await tab.getByText('Where its records went').waitFor();
        expect(await axe(tab)).toEqual([]);
        const letters = tab.getByRole('region', { name: 'Set aside' });
        await letters.screenshot({ path: join(SHOTS, `letters-${theme}.png`) });
        await tab.getByRole('button', { name: 'Read parsers and rules anew' }).click();
        await expect.poll(() => sent('POST /content/reload').length).toBeGreaterThan(0);
        await tab.getByRole('button', { name: 'Try again', exact: true }).click();
        await tab.getByText('9 records tried again: 8 are parsed now, 1 as before.').waitFor();
        expect(bodyOf('POST /dead-letters/retry')).toEqual({
          source_id: 'edge',
          shape: letterGroups[0]?.shape,
        });
        expect(errors).toEqual([]);
        await close();
      }
    }, 120_000);

    it('what is loaded first stays under 200 KB when packed', () => {
      const html = readFileSync(join(ROOT, 'dist/index.html'), 'utf8');
      const files = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(
        ([, path]) => path ?? '',
      );
      const size = files.reduce(
        (sum, path) => sum + gzipSync(readFileSync(join(ROOT, 'dist', path))).length,
        0,
      );
      expect(files.length).toBeGreaterThan(0);
      expect(size).toBeLessThan(200_000);
    });
  },
);

describe('rounding to a sum', () => {
  it('what is shown adds up to the rounded total exactly', () => {
    const values = [-3.8918, 4.1173, 2.3391, 1.7702, -0.7204];
    const total = values.reduce((sum, value) => sum + value, 0);
    const shown = roundToSum(values, total);
    const sum = shown.reduce((all, value) => all + Math.round(value * 100), 0);
    expect(sum).toBe(Math.round(total * 100));
  });
});
