import { join } from 'node:path';
import { expect, it } from 'vitest';
import { axe, bodyOf, describeConsole, openTab, SHOTS, sent, stage } from '../fixtures/stage.ts';

describeConsole('what acts move', () => {
  it('a verdict tells which rules, incidents and alerts it moved, until that is put away', async () => {
    stage.world = 'full';
    const { tab, errors, close } = await openTab('dark');
    await tab.goto(`${stage.base}/alerts`);
    await tab.getByText('Login after many failures').first().waitFor();
    await tab.keyboard.press('e');
    await tab.getByRole('dialog').getByLabel('Reason').fill('Seen it.');
    await tab.keyboard.press('Control+Enter');
    const panel = tab.getByRole('region', { name: 'What that changed' });
    await panel.getByText('4 of 12 verdicts genuine, before 3 of 11').waitFor();
    await panel.getByText('31 % → 58 %, Open → in incident').waitFor();
    await panel.getByText('3 alerts, before 2').waitFor();
    await panel.getByText('12 more alerts').waitFor();
    expect(await axe(tab)).toEqual([]);
    await tab.screenshot({ path: join(SHOTS, 'what-changed-dark.png') });
    await panel.getByRole('button', { name: 'Put away' }).click();
    await panel.waitFor({ state: 'detached' });
    expect(errors).toEqual([]);
    await close();
  });

  it('what closed by itself reopens with one click, and its report tells what was hidden', async () => {
    stage.world = 'full';
    const { tab, errors, close } = await openTab('light');
    await tab.goto(`${stage.base}/alerts`);
    await tab.getByRole('button', { name: 'Reopen the alert Package update' }).click();
    await tab.getByText('It does not close by itself again.').waitFor();
    expect(sent('POST /alerts/alert-closed/reopen')).toHaveLength(1);
    await tab.getByRole('button', { name: 'What closes by itself…' }).click();
    await tab.getByText('At most 5 % of genuine alerts fall below that').waitFor();
    expect(await axe(tab)).toEqual([]);
    await tab.screenshot({ path: join(SHOTS, 'closing-light.png') });
    expect(errors).toEqual([]);
    await close();
  });

  it('an incident is split and merged by hand, with a reason', async () => {
    stage.world = 'full';
    const { tab, errors, close } = await openTab('dark');
    await tab.goto(`${stage.base}/incidents/incident-40`);
    await tab.getByRole('button', { name: 'Split…' }).click();
    const dialog = tab.getByRole('dialog');
    await dialog.getByRole('checkbox').first().check();
    await dialog.getByLabel('Reason').fill('Two things.');
    expect(await axe(tab)).toEqual([]);
    await tab.screenshot({ path: join(SHOTS, 'split-dark.png') });
    await dialog.getByRole('button', { name: 'Split', exact: true }).click();
    await tab.getByText('INC-39 holds what was split off.').waitFor();
    expect(bodyOf('POST /incidents/incident-40/split')).toMatchObject({ reason: 'Two things.' });
    await tab.getByRole('button', { name: 'Merge…' }).click();
    await dialog.getByLabel('Incident that is part of this one').selectOption({ index: 1 });
    await dialog.getByLabel('Reason').fill('One intruder.');
    expect(await axe(tab)).toEqual([]);
    await tab.screenshot({ path: join(SHOTS, 'merge-dark.png') });
    expect(errors).toEqual([]);
    await close();
  });
});
