import { join } from 'node:path';
import { expect, it } from 'vitest';
import { axe, bodyOf, describeConsole, openTab, SHOTS, sent, stage } from '../fixtures/stage.ts';

describeConsole('how a week went', () => {
  it('every figure shows the rows behind it, and says where there are too few', async () => {
    stage.world = 'full';
    for (const theme of ['dark', 'light'] as const) {
      const { tab, errors, close } = await openTab(theme);
      await tab.goto(`${stage.base}/reports?back=1`);
      await tab.getByText('16 Nov to 22 Nov').waitFor();
      expect(await axe(tab)).toEqual([]);
      await tab.screenshot({ path: join(SHOTS, `reports-week-${theme}.png`), fullPage: true });
      const tile = tab.locator('.tile', { hasText: 'Time to resolve' });
      await tile.getByRole('button', { name: 'too few' }).click();
      const behind = tab.getByRole('dialog');
      await behind.getByText('resolved after').first().waitFor();
      expect(await behind.getByRole('listitem').count()).toBe(3);
      expect(await axe(tab)).toEqual([]);
      await tab.screenshot({ path: join(SHOTS, `reports-behind-${theme}.png`) });
      await tab.keyboard.press('Escape');
      await tab.getByRole('button', { name: /^3 % 1 of 29/ }).click();
      await behind.getByText('203.0.113.66').waitFor();
      await tab.keyboard.press('Escape');
      await tab.getByRole('button', { name: '09:00: 3 acts' }).click();
      await behind.getByText('alice: incident assigned').waitFor();
      await behind.getByRole('link', { name: 'its incident' }).click();
      await tab.waitForURL(/incidents\/incident-40/);
      expect(errors).toEqual([]);
      await close();
    }
  }, 120_000);

  it('is printed without what is only for a screen', async () => {
    stage.world = 'full';
    const { tab, close } = await openTab('dark', { width: 794, height: 1123 });
    await tab.goto(`${stage.base}/reports?back=1`);
    await tab.getByText('16 Nov to 22 Nov').waitFor();
    await tab.emulateMedia({ media: 'print' });
    for (const hidden of ['.side', '.button']) {
      expect(await tab.locator(hidden).first().isVisible()).toBe(false);
    }
    const colour = await tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(colour).toBe('rgb(255, 255, 255)');
    await tab.screenshot({ path: join(SHOTS, 'reports-print.png'), fullPage: true });
    await close();
  }, 60_000);

  it('an administrator sets what it assumes', async () => {
    stage.world = 'full';
    const { tab, close } = await openTab('light', { width: 390, height: 844 });
    await tab.goto(`${stage.base}/reports?back=1`);
    await tab.getByText('What this assumes').click();
    await tab.getByLabel('An hour costs').fill('90');
    await tab.getByRole('button', { name: 'Set', exact: true }).click();
    await expect.poll(() => sent('PUT /report-assumptions').length).toBe(1);
    expect(bodyOf('PUT /report-assumptions')).toMatchObject({ hourly_cost: 90, currency: 'EUR' });
    await tab.screenshot({ path: join(SHOTS, 'reports-week-phone.png'), fullPage: true });
    await close();
  }, 60_000);
});
