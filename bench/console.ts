/*
 * The console as a tired person feels it, on a data folder that holds a great many alerts: how long a list
 * takes to come, how long from a key to the picture, how much is loaded first, and whether a tab that stays
 * open grows.
 */
import { existsSync } from 'node:fs';
import { type Alert, idOf, toEpochMs } from '@cordon/core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { openStores } from '../packages/server/src/store/open-stores.ts';
import { type Product, startProduct } from './product.ts';
import { check, load, quantile, type Report } from './report.ts';

export interface ConsoleOptions {
  readonly alerts: number;
  /** Changes that the open tab hears of. */
  readonly updates: number;
}

const CHROMIUM = '/usr/bin/chromium';
const BATCH = 5_000;
const START = Date.UTC(2026, 0, 1);
/** One in so many is open; the others were closed. */
const OPEN_EVERY = 10;
const LISTS = 200;
const PAGE = 100;
const KEYS = 100;
const LIMITS = { listMs: 150, keyMs: 50, scriptBytes: 190 * 1024 };

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const ms = (value: number): number => Math.round(value * 10) / 10;

export async function runConsole({ alerts, updates }: ConsoleOptions): Promise<Report> {
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is missing; install chromium.`);
  const loadBefore = load();
  const product = await startProduct({ config: {}, prepare: (dir) => seed(dir, alerts) });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  try {
    const lists = await timeLists(product);
    const times = lists.map(({ tookMs }) => tookMs);
    const tab = await openTab(browser, product);
    const keys = await timeKeys(tab.page);
    const heap = await growBy(tab.page, product, updates);
    const keyTimes = keys.map(({ tookMs }) => tookMs);
    const [listMs, keyMs] = [quantile(times, 0.95), quantile(keyTimes, 0.95)];
    return {
      bench: 'console',
      node: process.versions.node,
      loadBefore,
      loadAfter: load(),
      checks: [
        check(
          'every list was whole',
          lists.every(({ rows }) => rows === PAGE),
        ),
        check(
          'every key moved the cursor',
          keys.every(({ row }, at) => row !== (keys[at - 1]?.row ?? 'alert-row-0')),
        ),
      ],
      rows: [],
      facts: {
        alerts,
        'a page of alerts, ms, p50': ms(quantile(times, 0.5)),
        [`a page of alerts, ms, p95 (at most ${LIMITS.listMs})`]: ms(listMs),
        'key to picture, ms, p50': ms(quantile(keyTimes, 0.5)),
        [`key to picture, ms, p95 (at most ${LIMITS.keyMs})`]: ms(keyMs),
        [`script loaded first, bytes as sent (at most ${LIMITS.scriptBytes})`]: tab.scriptBytes,
        'changes heard by the open tab': updates,
        'its heap before, MB': ms(heap.before / 1e6),
        'its heap after, MB': ms(heap.after / 1e6),
      },
    };
  } finally {
    await browser.close();
    await product.stop();
  }
}

async function seed(dataDir: string, count: number): Promise<void> {
  const stores = await openStores(dataDir);
  try {
    for (let from = 0; from < count; from += BATCH) {
      const size = Math.min(BATCH, count - from);
      await stores.state.commitBatch({
        committedOffset: 0,
        tallies: [],
        deadLetters: [],
        signals: [],
        outcomes: [],
        alerts: Array.from({ length: size }, (_, index) => alertAt(from + index)),
        incidents: [],
        runs: [],
      });
      if (from % (20 * BATCH) === 0) say(`${from} of ${count} alerts …`);
    }
  } finally {
    await stores.close();
  }
}

/** As ordinary ones are: of a few hundred rules, on a few thousand machines. */
function alertAt(n: number): Alert {
  const at = toEpochMs(START + n * 1_000);
  const host = `host-${n % 3_000}`;
  return {
    id: idOf('alr', [n]),
    dedupKey: String(n),
    rule: {
      id: `rule-${n % 300}`,
      title: `Rule number ${n % 300}`,
      techniques: ['T1110'],
      tactics: ['credential-access'],
      falsepositives: [],
      behaviour: 'bruteforce',
    },
    severity_id: 2 + (n % 3),
    firstAt: at,
    lastAt: at,
    signalCount: 1,
    eventCount: 1,
    signalIds: [],
    eventIds: [],
    offsets: [n],
    entities: [{ kind: 'host', id: host, role: 'target' }],
    logsource: { product: 'linux', service: 'sshd' },
    text: `Something that a rule looks for was seen ${n % 40} times on ${host}.`,
    matched: { host },
    score: { priorLogit: 0, contributions: [], logit: 0, p: (n % 100) / 100 },
    state:
      n % OPEN_EVERY === 0
        ? { status: 'open', why: 'No verdict was given yet.' }
        : {
            status: 'closed',
            verdict: { kind: 'benign', by: 'ann', reason: 'known', at },
          },
  } as Alert;
}

/** Pages of the list as the console asks for them, the first ones and those further down. */
async function timeLists({ api }: Product) {
  const lists: { readonly tookMs: number; readonly rows: number }[] = [];
  let cursor: string | undefined;
  for (let turn = 0; turn < LISTS; turn += 1) {
    const begun = performance.now();
    const page = await api.listAlerts({
      query: { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) },
    });
    lists.push({ tookMs: performance.now() - begun, rows: page.items.length });
    cursor = turn % 4 === 3 ? undefined : page.next_cursor;
  }
  return lists;
}

/** A tab on the list of alerts, logged in; what came as script until the list was there. */
async function openTab(
  browser: Browser,
  { url, account }: Product,
): Promise<{ readonly page: Page; readonly scriptBytes: number }> {
  const page = await browser.newPage({ viewport: { width: 1360, height: 860 } });
  await page.goto(`${url}/login`);
  await page.getByLabel('Name').fill(account.name);
  await page.getByLabel('Password').fill(account.password);
  const scriptBytes = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.endsWith('.js'))
      .reduce((sum, one) => sum + (one as PerformanceResourceTiming).encodedBodySize, 0),
  );
  await page.keyboard.press('Enter');
  await page.waitForURL((there) => !there.pathname.startsWith('/login'));
  await page.goto(`${url}/alerts`);
  await page.locator('#alert-row-2').waitFor();
  return { page, scriptBytes };
}

/** One key: how long it took, and where the cursor was then. */
interface Pressed {
  readonly tookMs: number;
  readonly row: string | undefined;
}

/** From the key's own time to the first task after the picture it led to. */
async function timeKeys(page: Page): Promise<readonly Pressed[]> {
  await page.evaluate(() => {
    const pressed: Pressed[] = [];
    Object.assign(window, { pressed });
    addEventListener(
      'keydown',
      ({ timeStamp }) =>
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () =>
            pressed.push({
              tookMs: performance.now() - timeStamp,
              row: document.querySelector('.alert-list [aria-current]')?.id,
            });
          port2.postMessage(undefined);
        }),
      true,
    );
  });
  for (let turn = 0; turn < KEYS; turn += 1) {
    await page.keyboard.press(turn % 20 === 19 ? 'k' : 'j');
    await page.waitForFunction(
      (count) => (window as unknown as { pressed: Pressed[] }).pressed.length >= count,
      turn + 1,
    );
  }
  return page.evaluate(() => (window as unknown as { pressed: Pressed[] }).pressed);
}

/** What the tab holds after garbage was collected, before and after it heard of many changes. */
async function growBy(page: Page, { api }: Product, updates: number) {
  const session = await page.context().newCDPSession(page);
  const heap = async (): Promise<number> => {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return usedSize;
  };
  const { items } = await api.listAlerts({ query: { limit: 50, status: ['open'] } });
  const before = await heap();
  for (let turn = 0; turn < updates; turn += 1) {
    const id = items[(turn >> 1) % items.length]?.id ?? '';
    if (turn % 2 === 0)
      await api.closeAlert({ params: { id }, body: { verdict: 'benign', reason: 'a change' } });
    else await api.reopenAlert({ params: { id }, body: { reason: 'a change' } });
    if (turn % 500 === 0) say(`${turn} of ${updates} changes …`);
  }
  await page.waitForTimeout(1_000);
  return { before, after: await heap() };
}
