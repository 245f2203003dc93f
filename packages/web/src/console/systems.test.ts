import { join } from 'node:path';
import { expect, it } from 'vitest';
import { axe, describeConsole, openTab, SHOTS, sent, stage } from '../fixtures/stage.ts';

describeConsole('systems', () => {
  it('shows the worst first, why it fails, and asks again', async () => {
    stage.world = 'full';
    for (const theme of ['dark', 'light'] as const) {
      const { tab, errors, close } = await openTab(theme);
      await tab.goto(`${stage.base}/systems`);
      await tab.getByRole('heading', { name: 'shop-1' }).waitFor();
      const names = await tab.getByRole('heading', { level: 2 }).allTextContents();
      expect(names).toEqual(['shop-1', 'mail-1', 'dns-1']);
      await tab.getByText('It waits for shop, which fails itself.').waitFor();
      expect(await axe(tab)).toEqual([]);
      await tab.screenshot({ path: join(SHOTS, `systems-${theme}.png`), fullPage: true });
      await tab.setViewportSize({ width: 390, height: 844 });
      await tab.screenshot({ path: join(SHOTS, `systems-phone-${theme}.png`), fullPage: true });
      await tab.getByRole('button', { name: 'Ask now' }).first().click();
      await expect.poll(() => sent('POST /checks/shop/ask').length).toBeGreaterThan(0);
      await tab.getByRole('link', { name: /behind the gateway/ }).click();
      await tab.getByRole('heading', { name: 'Diagnose' }).waitFor();
      expect(new URL(tab.url()).searchParams.get('id')).toBe('d1');
      expect(errors).toEqual([]);
      await close();
    }
  }, 120_000);

  it('an incident that is a fault shows where it began', async () => {
    stage.world = 'full';
    const { tab, errors, close } = await openTab('dark');
    await tab.goto(`${stage.base}/incidents/incident-41?tab=origin`);
    await tab.getByRole('heading', { name: 'Root cause' }).waitFor();
    await tab.getByText('errors of db-1 (db) went from 0 to 1').waitFor();
    expect(await axe(tab)).toEqual([]);
    await tab.screenshot({ path: join(SHOTS, 'root-cause-dark.png'), fullPage: true });
    await tab.goto(`${stage.base}/incidents/incident-40?tab=origin`);
    await tab.getByRole('heading', { name: 'What would settle it' }).waitFor();
    expect(await tab.getByRole('heading', { name: 'Root cause' }).count()).toBe(0);
    expect(errors).toEqual([]);
    await close();
  }, 120_000);
});
