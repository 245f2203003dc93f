import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { axe, describeConsole, openTab, SHOTS, settled, stage } from '../fixtures/stage.ts';

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
  {
    name: 'incident-similar',
    path: '/incidents/incident-40?tab=similar',
    ready: 'What resembles it',
  },
  { name: 'incident-actions', path: '/incidents/incident-40?tab=actions', ready: WHY },
  { name: 'alerts', path: '/alerts', ready: 'Alerts' },
  { name: 'actions', path: '/actions', ready: 'Actions' },
  { name: 'connectors', path: '/connectors', ready: 'what Cordon can act on' },
  { name: 'rules', path: '/rules', ready: 'Rules' },
  { name: 'coverage', path: '/rules?view=coverage', ready: 'Coverage' },
  { name: 'hunt', path: '/hunt', ready: 'Hunt' },
  { name: 'systems', path: '/systems', ready: 'what is asked again and again' },
  { name: 'diagnose', path: '/diagnose', ready: 'Asked lately' },
  { name: 'reports', path: '/reports', ready: 'Time to detect' },
  { name: 'sources', path: '/sources', ready: 'Set aside' },
  { name: 'add-source', path: '/add-source', ready: 'What sends?' },
  { name: 'intel', path: '/intel', ready: 'Indicators in use' },
  { name: 'on-call', path: '/on-call', ready: 'On-call' },
  { name: 'incident-room', path: '/incidents/incident-40?tab=room', ready: WHY },
  { name: 'incident-told', path: '/incidents/incident-40?tab=told', ready: WHY },
  { name: 'settings', path: '/settings', ready: 'Never touched' },
  { name: 'welcome', path: '/welcome', ready: 'Where do you want to begin?' },
] as const;

/** The themes differ in colours alone: all of axe looks at one of them. */
const RULES = { dark: undefined, light: ['color-contrast'] };
/** What a narrow screen can break. */
const NARROW_RULES = ['target-size', 'scrollable-region-focusable', 'aria-hidden-focus'];

describeConsole('every page', () => {
  const CASES = (['dark', 'light'] as const).flatMap((theme) =>
    (['full', 'empty', 'error'] as const).map((state) => [state, theme] as const),
  );
  it.each(CASES)(
    'every page shows its %s state in the %s theme without errors and is accessible',
    async (state, theme) => {
      stage.world = state;
      const { tab, errors, close } = await openTab(theme);
      for (const { name, path, ready } of PAGES) {
        await tab.goto(stage.base + path);
        const isProblem = state === 'error' && name !== 'welcome' && name !== 'add-source';
        const text = isProblem ? 'the disk is full' : ready;
        await tab.getByText(text).first().waitFor({ timeout: 30_000 });
        await settled(tab);
        if (name === 'incident-graph' && state === 'full') {
          await tab.locator('.react-flow__node').first().waitFor();
        }
        await tab.screenshot({ path: join(SHOTS, `${name}-${state}-${theme}.png`) });
        expect(await axe(tab, RULES[theme]), `${name} ${state} ${theme}`).toEqual([]);
      }
      expect(errors).toEqual([]);
      await close();
    },
    240_000,
  );

  it('every page fits a phone: nothing is wider than the screen, and it is accessible', async () => {
    stage.world = 'full';
    const found: string[] = [];
    const { tab, errors, close } = await openTab('light', { width: 390, height: 844 });
    for (const { name, path, ready } of PAGES) {
      await tab.goto(stage.base + path);
      await tab.getByText(ready).first().waitFor();
      await settled(tab);
      await tab.screenshot({ path: join(SHOTS, `${name}-phone.png`) });
      const over = await tab.evaluate(() => {
        const main = document.querySelector('main');
        return main ? main.scrollWidth - main.clientWidth : 0;
      });
      expect([name, over]).toEqual([name, 0]);
      found.push(...(await axe(tab, NARROW_RULES)).map((one) => `${name} ${one}`));
    }
    expect(found).toEqual([]);
    expect(errors).toEqual([]);
    await close();
  }, 240_000);

  it.each(['dark', 'light'] as const)(
    'where the system asks for more contrast, every text has 7 to 1 in the %s theme; a key takes it back',
    async (theme) => {
      stage.world = 'full';
      const { tab, close } = await openTab(theme, undefined, { contrast: 'more' });
      const wanted = ['overview', 'alerts', 'incident-story', 'sources', 'rules', 'actions'];
      for (const { name, path, ready } of PAGES.filter((page) => wanted.includes(page.name))) {
        await tab.goto(stage.base + path);
        await tab.getByText(ready).first().waitFor({ timeout: 30_000 });
        await settled(tab);
        await tab.screenshot({ path: join(SHOTS, `${name}-more-${theme}.png`) });
        expect(await axe(tab, ['color-contrast-enhanced']), `${name} ${theme}`).toEqual([]);
      }
      const contrast = () => tab.evaluate(() => document.documentElement.dataset['contrast']);
      expect(await contrast()).toBe('more');
      await tab.keyboard.press('g');
      await tab.keyboard.press('b');
      expect(await contrast()).toBe('ordinary');
      await close();
    },
    120_000,
  );

  it('what is loaded first stays under 190 KB when packed', () => {
    const html = readFileSync(join(stage.dist, 'index.html'), 'utf8');
    const files = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(
      ([, path]) => path ?? '',
    );
    const size = files.reduce(
      (sum, path) => sum + gzipSync(readFileSync(join(stage.dist, path))).length,
      0,
    );
    expect(files.length).toBeGreaterThan(0);
    expect(size).toBeLessThan(190_000);
  });
});
