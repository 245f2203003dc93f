import { join } from 'node:path';
import { expect, it } from 'vitest';
import { axe, describeConsole, openTab, SHOTS, sent, settled, stage } from '../fixtures/stage.ts';

describeConsole('connectors', () => {
  it('a product is tested, and it shows what its credentials lack', async () => {
    stage.world = 'full';
    const { tab, errors, close } = await openTab('dark');
    await tab.goto(`${stage.base}/connectors`);
    await tab.getByText('test failed').waitFor();
    expect(await tab.getByText('missing').count()).toBe(0);
    await tab.getByRole('button', { name: 'Test Microsoft Entra ID' }).click();
    await tab.getByText('missing').waitFor();
    await tab.getByText('granted').waitFor();
    expect(sent('POST /connectors/entra-id/test')).toHaveLength(1);
    await settled(tab);
    expect(await axe(tab)).toEqual([]);
    await tab.screenshot({ path: join(SHOTS, 'connectors-dark.png'), fullPage: true });
    expect(errors).toEqual([]);
    await close();
  });

  it('fits a phone', async () => {
    const { tab, errors, close } = await openTab('light', { width: 390, height: 844 });
    await tab.goto(`${stage.base}/connectors`);
    await tab.getByText('chat:write').waitFor();
    const width = await tab.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
    await tab.screenshot({ path: join(SHOTS, 'connectors-phone.png'), fullPage: true });
    expect(errors).toEqual([]);
    await close();
  });
});
