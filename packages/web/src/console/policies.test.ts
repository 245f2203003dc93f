import { join } from 'node:path';
import { expect, it } from 'vitest';
import { axe, bodyOf, describeConsole, openTab, SHOTS, settled, stage } from '../fixtures/stage.ts';

describeConsole('policies', () => {
  it('makes an automation live with the number that was shown and a reason', async () => {
    stage.world = 'full';
    const { tab, errors, close } = await openTab('dark');
    await tab.goto(`${stage.base}/policies`);
    await tab.getByText('Proven: at least 91 %').waitFor();
    await tab.getByText('64 incidents on which it acted').click();
    await tab.getByText('disagreed').waitFor();
    await settled(tab);
    expect(await axe(tab)).toEqual([]);
    await tab.screenshot({ path: join(SHOTS, 'policies-dark.png'), fullPage: true });
    await tab.getByRole('button', { name: 'Make it live…' }).first().click();
    await tab.getByText('Your name and this number are kept.').waitFor();
    await tab.getByLabel('Reason').fill('it is right');
    await tab.keyboard.press('Control+Enter');
    await expect
      .poll(() => bodyOf('PUT /automations/contain-address/stage'))
      .toEqual({ stage: 'live', reason: 'it is right' });
    expect(errors).toEqual([]);
    await close();
  });

  it('says what is missing where the number is too small, on a phone as well', async () => {
    const { tab, errors, close } = await openTab('light');
    await tab.goto(`${stage.base}/policies`);
    await tab.getByText('which is too few to tell').waitFor();
    expect(await tab.getByRole('button', { name: 'Make it live…' }).last().isDisabled()).toBe(true);
    expect(await axe(tab)).toEqual([]);
    await tab.screenshot({ path: join(SHOTS, 'policies-light.png'), fullPage: true });
    await tab.setViewportSize({ width: 390, height: 844 });
    await settled(tab);
    const width = await tab.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
    await tab.screenshot({ path: join(SHOTS, 'policies-phone.png'), fullPage: true });
    expect(errors).toEqual([]);
    await close();
  });

  it('has a word for a house without automations', async () => {
    stage.world = 'empty';
    const { tab, errors, close } = await openTab('dark');
    await tab.goto(`${stage.base}/policies`);
    await tab.getByText('No playbook starts by itself').waitFor();
    expect(errors).toEqual([]);
    await close();
  });
});
