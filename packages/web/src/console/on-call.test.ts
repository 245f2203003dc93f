import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  axe,
  bodyOf,
  describeConsole,
  openTab,
  SHOTS,
  sent,
  settled,
  stage,
} from '../fixtures/stage.ts';

describeConsole('on call', () => {
  it('shows who is on call, takes a page, sends a test, lets somebody stand in and takes it back', async () => {
    stage.world = 'full';
    for (const theme of ['dark', 'light'] as const) {
      const { tab, errors, close } = await openTab(theme);
      await tab.goto(`${stage.base}/on-call`);
      await tab
        .getByText('Channel phone answered HTTP 503', { exact: false })
        .first()
        .waitFor({ state: 'attached' });
      await settled(tab);
      expect(await axe(tab)).toEqual([]);
      await tab.screenshot({ path: join(SHOTS, `on-call-${theme}.png`), fullPage: true });
      await tab.getByRole('button', { name: 'I have it: INC-40' }).click();
      await expect.poll(() => sent('POST /matters/mat_1/acknowledge').length).toBeGreaterThan(0);
      await tab.getByRole('button', { name: 'Send a test to Anna Berg' }).click();
      await tab.getByText('The test for Anna Berg: taken (mail: 250 OK: queued as 4F1)').waitFor();
      expect(bodyOf('POST /on-call/test')).toEqual({ person_id: 'anna' });
      await tab.getByLabel('Person').selectOption('ben');
      await tab.getByRole('button', { name: 'Stand in' }).click();
      await expect
        .poll(() => bodyOf('POST /on-call/overrides'))
        .toMatchObject({ schedule_id: 'first', person_id: 'ben' });
      await tab.getByRole('button', { name: 'Undo' }).click();
      await expect.poll(() => sent('DELETE /on-call/overrides/ovr_1').length).toBeGreaterThan(0);
      expect(errors).toEqual([]);
      await close();
    }
  }, 120_000);

  it('fits a phone', async () => {
    stage.world = 'full';
    const { tab, close } = await openTab('dark');
    await tab.setViewportSize({ width: 390, height: 844 });
    await tab.goto(`${stage.base}/on-call`);
    await tab.getByText('What paging cost').waitFor();
    await settled(tab);
    const wide = await tab.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(wide).toBe(false);
    await tab.screenshot({ path: join(SHOTS, 'on-call-phone.png'), fullPage: true });
    await close();
  }, 60_000);
});
