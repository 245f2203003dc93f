import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { API_PREFIX } from '@cordon/contract';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  auditLines,
  bareIncident,
  deadLetters,
  fullIncident,
  incidents,
  overviewOf,
  record,
  sourcesOf,
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
  'POST /actions/action-1/approve': () => fullIncident.actions[0],
  'GET /sources': () => sourcesOf(world === 'empty'),
  'GET /dead-letters': () => page(deadLetters),
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

const PAGES = [
  { name: 'overview', path: '/', ready: 'Nothing is lost silently' },
  { name: 'incidents', path: '/incidents', ready: 'Incidents' },
  { name: 'incident-story', path: '/incidents/incident-40', ready: 'What happened' },
  { name: 'incident-timeline', path: '/incidents/incident-40?tab=timeline', ready: 'Why P1' },
  { name: 'incident-graph', path: '/incidents/incident-40?tab=graph', ready: 'Why P1' },
  {
    name: 'incident-origin',
    path: '/incidents/incident-40?tab=origin',
    ready: 'What would settle',
  },
  { name: 'incident-evidence', path: '/incidents/incident-40?tab=evidence', ready: 'Sum =' },
  { name: 'incident-actions', path: '/incidents/incident-40?tab=actions', ready: 'Why P1' },
  { name: 'sources', path: '/sources', ready: 'Set aside' },
  { name: 'settings', path: '/settings', ready: 'Never touched' },
  { name: 'welcome', path: '/welcome', ready: 'Where do you want to begin?' },
] as const;
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

let browser: Browser;
let server: Server;
let base = '';

/** A tab whose console errors and uncaught exceptions are collected. */
async function openTab(theme: 'dark' | 'light') {
  const context = await browser.newContext({
    colorScheme: theme,
    viewport: { width: 1360, height: 860 },
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

describe.skipIf(!hasChromium)(
  `the console in a browser${hasChromium ? '' : ' (skipped: /usr/bin/chromium is missing)'}`,
  () => {
    beforeAll(async () => {
      await build({ root: ROOT, configFile: join(ROOT, 'vite.config.ts'), logLevel: 'error' });
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
          const isProblem = state === 'error' && name !== 'welcome';
          const text = isProblem ? 'the disk is full' : ready;
          await tab.getByText(text).first().waitFor({ timeout: 8_000 });
          if (name === 'incident-graph' && state === 'full') {
            await tab.locator('.react-flow__node').first().waitFor();
          }
          await tab.screenshot({ path: join(SHOTS, `${name}-${state}-${theme}.png`) });
          expect(await axe(tab), `${name} ${state} ${theme}`).toEqual([]);
        }
        expect(errors).toEqual([]);
        await close();
      },
      120_000,
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
      await tab.getByText('logger --server').first().waitFor();
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
