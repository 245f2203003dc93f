import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';

/** How a page is looked at. */
export interface Shot {
  readonly name: string;
  readonly theme: 'dark' | 'light';
  readonly width: number;
  readonly height: number;
}

interface Ground {
  readonly url: string;
  readonly folder: string;
  readonly incidentId: string;
  readonly account: { readonly name: string; readonly password: string };
}

/** Pages that no link of the navigation leads to. */
const OTHERS = ['/welcome', '/add-source', '/rules?view=coverage'];
const TABS_READY_MS = 10_000;

/** Takes a picture of every page the navigation leads to, of every tab of an incident, and of the others. */
export async function photograph(
  browser: Browser,
  shot: Shot,
  { url, folder, incidentId, account }: Ground,
): Promise<readonly string[]> {
  const { name, theme, width, height } = shot;
  const context = await browser.newContext({
    colorScheme: theme,
    viewport: { width, height },
    reducedMotion: 'reduce',
  });
  const tab = await context.newPage();
  const found: string[] = [];
  tab.on('pageerror', (error) => found.push(`${name} ${tab.url()}: ${error.message}`));
  const take = async (page: string) => {
    await settle(tab);
    const path = join(folder, `${page}-${name}.png`);
    await tab.screenshot({ path, fullPage: true });
    const over = await overhang(tab);
    if (over > 0) found.push(`${name} ${page}: ${over} px wider than the screen`);
  };
  await tab.goto(`${url}/login`);
  await take('login');
  await logIn(tab, account);
  for (const path of [...(await linksOf(tab)), ...OTHERS]) {
    await tab.goto(url + path);
    await take(nameOf(path));
  }
  await tab.goto(`${url}/incidents/${incidentId}`);
  await tab.getByRole('tab').first().waitFor({ timeout: TABS_READY_MS });
  for (const title of await tab.getByRole('tab').allTextContents()) {
    await tab.getByRole('tab', { name: title }).click();
    await take(`incident-${nameOf(title)}`);
  }
  await context.close();
  return found;
}

const nameOf = (path: string): string =>
  path
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
    .trim()
    .replaceAll(' ', '-') || 'overview';

async function logIn(tab: Page, account: Ground['account']): Promise<void> {
  await tab.getByLabel('Name').fill(account.name);
  await tab.getByLabel('Password').fill(account.password);
  await tab.getByRole('button', { name: 'Log in' }).click();
  await tab.locator('nav a').first().waitFor();
}

const linksOf = (tab: Page): Promise<readonly string[]> =>
  tab
    .locator('nav a')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? '/'));

/** Waits until nothing is loading any more. */
async function settle(tab: Page): Promise<void> {
  await tab.waitForLoadState('load');
  await tab.waitForFunction(() => document.querySelectorAll('.skeleton').length === 0);
}

/** By how many pixels the content sticks out of its screen. */
const overhang = (tab: Page): Promise<number> =>
  tab.evaluate(() => {
    const main = document.querySelector('main') ?? document.documentElement;
    return Math.max(0, main.scrollWidth - main.clientWidth);
  });
