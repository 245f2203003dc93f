/*
 * `npm run screens`: starts the product on a data folder of its own, plays the demo attack, and takes a
 * picture of every page, dark, light and as on a phone, into `screenshots/real/`. Says what a page
 * complained of and what is wider than its screen; exit 3 then.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createClient } from '@cordon/contract';
import { type Browser, chromium } from 'playwright-core';
import { startServer } from '../../packages/server/src/index.ts';
import { photograph, type Shot } from './photograph.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CHROMIUM = '/usr/bin/chromium';
const ARGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run'];
const LONGEST_DEMO_S = 180;
const ACCOUNT = { name: 'ann', password: 'a password for pictures only' };
const say = (line: string): void => void process.stderr.write(`${line}\n`);

const SHOTS: readonly Shot[] = [
  { name: 'dark', theme: 'dark', width: 1360, height: 860 },
  { name: 'light', theme: 'light', width: 1360, height: 860 },
  { name: 'phone', theme: 'light', width: 390, height: 844 },
];

async function main(): Promise<number> {
  if (!existsSync(CHROMIUM)) {
    say(`${CHROMIUM} is missing.\n  hint: install chromium`);
    return 1;
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'cordon-screens-'));
  const folder = join(ROOT, 'screenshots', 'real');
  await mkdir(folder, { recursive: true });
  const server = await startServer({
    root: ROOT,
    env: { CORDON_DATA_DIR: dataDir, CORDON_SERVER__PORT: '0', CORDON_LOG_LEVEL: 'silent' },
    demo: true,
  });
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  try {
    const incidentId = await playDemo(server.url, server.setupLink ?? '');
    return await takeAll(browser, { url: server.url, folder, incidentId });
  } finally {
    await browser.close();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Makes the first account, waits for the attack to end, asks for a diagnosis; gives the gravest incident. */
async function playDemo(url: string, setupLink: string): Promise<string> {
  let cookie = '';
  const client = createClient({
    baseUrl: url,
    fetch: async (input, init = {}) => {
      const headers = { ...(init.headers as Record<string, string>), cookie, origin: url };
      const response = await fetch(input, { ...init, headers });
      cookie ||= (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
      return response;
    },
  });
  const token = new URL(setupLink).searchParams.get('token') ?? '';
  await client.setUp({ body: { ...ACCOUNT, token } });
  for (let second = 0; second < LONGEST_DEMO_S; second += 1) {
    const { playing, fraction } = await client.getDemo();
    if (!playing && fraction >= 1) break;
    await setTimeout(1_000);
  }
  await client.startDiagnosis({ body: { target: '127.0.0.1:9' } });
  const { top_incidents } = await client.getOverview();
  return top_incidents[0]?.id ?? '';
}

async function takeAll(
  browser: Browser,
  of: { readonly url: string; readonly folder: string; readonly incidentId: string },
): Promise<number> {
  const found: string[] = [];
  for (const shot of SHOTS) {
    say(`${shot.name} …`);
    found.push(...(await photograph(browser, shot, { ...of, account: ACCOUNT })));
  }
  for (const line of found) say(line);
  say(`Written to ${of.folder}.`);
  return found.length === 0 ? 0 : 3;
}

process.exitCode = await main();
