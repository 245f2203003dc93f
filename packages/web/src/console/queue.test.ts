import { join } from 'node:path';
import { expect, it } from 'vitest';
import { axe, describeConsole, openTab, SHOTS, stage } from '../fixtures/stage.ts';

describeConsole('moving about', () => {
  it('j and k move in the queue, Enter opens, filters stand in the address', async () => {
    stage.world = 'full';
    const { tab, close } = await openTab('dark');
    await tab.goto(`${stage.base}/incidents`);
    const selected = tab.locator('[role=row][aria-selected=true]');
    await selected.getByText('INC-40').waitFor();
    await tab.keyboard.press('j');
    await tab.keyboard.press('j');
    await selected.getByText('INC-38').waitFor();
    await tab.keyboard.press('k');
    await tab.keyboard.press('k');
    await tab.keyboard.press('Enter');
    await tab.waitForURL('**/incidents/incident-40');
    await tab.goBack();
    await tab.getByRole('button', { name: 'P1' }).click();
    await tab.waitForURL('**/incidents?priority=P1');
    await close();
  });

  it('? shows the keys, Ctrl K finds commands and incidents, single keys can be turned off', async () => {
    stage.world = 'full';
    const { tab, errors, close } = await openTab('dark');
    await tab.goto(`${stage.base}/incidents`);
    await tab.getByText('INC-40').waitFor();
    await tab.keyboard.press('?');
    await tab.getByText('Undo what was just done').waitFor();
    const keys = await tab.locator('.keys-list dd').allTextContents();
    expect(keys.filter((one, at) => keys.indexOf(one) !== at)).toEqual([]);
    expect(await axe(tab)).toEqual([]);
    await tab.screenshot({ path: join(SHOTS, 'keys-dark.png') });
    await tab.keyboard.press('Escape');
    await tab.keyboard.press('Control+k');
    await tab.getByRole('combobox').fill('sources');
    await tab.getByRole('option', { name: /Go to: Sources/ }).waitFor();
    expect(await axe(tab)).toEqual([]);
    await tab.screenshot({ path: join(SHOTS, 'palette-dark.png') });
    await tab.keyboard.press('Enter');
    await tab.waitForURL('**/sources');
    await tab.keyboard.press('?');
    await tab.keyboard.press('Space');
    await tab.keyboard.press('Escape');
    await tab.getByRole('dialog').waitFor({ state: 'detached' });
    await tab.keyboard.press('?');
    await tab.keyboard.press('Control+k');
    await tab.getByRole('combobox').waitFor();
    expect(await tab.getByRole('dialog').count()).toBe(1);
    expect(errors).toEqual([]);
    await close();
  });

  it('a thing of an incident tells whose name it was then, and what can be reached from it', async () => {
    stage.world = 'full';
    const { tab, errors, close } = await openTab('dark');
    await tab.goto(`${stage.base}/incidents/incident-40?tab=graph`);
    await tab
      .getByRole('combobox', { name: 'What is known of' })
      .selectOption({ label: 'ip 203.0.113.66' });
    await tab.getByText('95 % sure, by a lease').waitFor();
    await tab.getByText('From there can be reached: web-01, db-01').waitFor();
    expect(await axe(tab)).toEqual([]);
    const panel = tab.getByRole('region', { name: 'What is known of' });
    await panel.screenshot({ path: join(SHOTS, 'incident-entity-dark.png') });
    await tab.setViewportSize({ width: 390, height: 844 });
    await panel.screenshot({ path: join(SHOTS, 'incident-entity-phone.png') });
    expect(await panel.evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0);
    expect(errors).toEqual([]);
    await close();
  });

  it('what needs a person leads to the list of exactly that; a sandbox is called a sandbox', async () => {
    stage.world = 'full';
    const { tab, close } = await openTab('light');
    await tab.goto(stage.base);
    await tab.getByText('Approve: nothing happens without a person').waitFor();
    await tab.getByRole('link', { name: /actions awaiting approval/ }).click();
    await tab.waitForURL('**/actions?status=awaiting_approval');
    await tab.goBack();
    await tab.getByRole('link', { name: /incidents without an owner/ }).click();
    await tab.waitForURL('**/incidents?status=new');
    stage.world = 'empty';
    await tab.goto(stage.base);
    await tab.getByText('Sandbox: actions run').waitFor();
    await close();
  });

  it('what feeds know of a value is found; a feed that failed says why and what still holds', async () => {
    stage.world = 'full';
    const { tab, errors, close } = await openTab('dark');
    await tab.goto(`${stage.base}/intel`);
    await tab.getByText('ended after 4,096 of 81,920 bytes').waitFor();
    await tab.getByRole('textbox', { name: 'Value' }).fill('203[.]0.113.66');
    await tab.keyboard.press('Enter');
    await tab.getByText('Seen guessing passwords').waitFor();
    expect(await axe(tab)).toEqual([]);
    await tab.screenshot({ path: join(SHOTS, 'intel-found-dark.png') });
    expect(errors).toEqual([]);
    await close();
  });
});
