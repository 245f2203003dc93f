import { join } from 'node:path';
import { expect, it } from 'vitest';
import { axe, bodyOf, describeConsole, openTab, reach, SHOTS, stage } from '../fixtures/stage.ts';

describeConsole('the way in', () => {
  it('the set-up link and the login lead into the console', async () => {
    stage.world = 'full';
    stage.isSetUp = false;
    const { tab, errors, close } = await openTab('dark');
    await tab.goto(`${stage.base}/setup?token=abc`);
    await tab.getByLabel('Name').fill('alice');
    await tab.getByLabel('Password').fill('correct horse battery');
    expect(await axe(tab)).toEqual([]);
    await tab.screenshot({ path: join(SHOTS, 'setup-dark.png') });
    await tab.getByRole('button', { name: 'Create administrator' }).click();
    await tab.getByText('Where do you want to begin?').waitFor();
    await tab.getByRole('button', { name: /Connect my first source/ }).click();
    await tab.getByRole('button', { name: 'rsyslog' }).click();
    await tab.getByText('action(type="omfwd"').first().waitFor();
    await tab.screenshot({ path: join(SHOTS, 'connect-dark.png'), fullPage: true });
    expect(bodyOf('POST /setup')).toEqual({
      token: 'abc',
      name: 'alice',
      password: 'correct horse battery',
    });
    stage.isSetUp = true;
    stage.isStranger = true;
    await tab.goto(stage.base);
    await tab.getByRole('heading', { name: 'Log in' }).waitFor();
    expect(await axe(tab)).toEqual([]);
    await tab.screenshot({ path: join(SHOTS, 'login-dark.png') });
    stage.isStranger = false;
    await tab.getByLabel('Name').fill('alice');
    await tab.getByLabel('Password').fill('correct horse battery');
    await tab.keyboard.press('Enter');
    await tab.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  it('by keyboard alone: from the login over the queue to the undo of a block', async () => {
    stage.world = 'full';
    stage.isStranger = true;
    const { tab, errors, close } = await openTab('dark');
    await tab.goto(stage.base);
    await tab.getByRole('heading', { name: 'Log in' }).waitFor();
    stage.isStranger = false;
    await reach(tab, 'Name');
    await tab.keyboard.type('alice');
    await reach(tab, 'Password');
    await tab.keyboard.type('correct horse battery');
    await tab.keyboard.press('Enter');
    await tab.getByRole('heading', { name: 'Overview' }).waitFor();
    await tab.keyboard.press('g');
    await tab.keyboard.press('i');
    await tab.getByText('INC-40').waitFor();
    await tab.keyboard.press('Enter');
    await tab.waitForURL('**/incidents/incident-40');
    await tab.getByText('What happened').waitFor();
    for (const name of ['similar', 'told', 'room', 'actions']) {
      await tab.keyboard.press('[');
      await tab.waitForURL(`**/incidents/incident-40?tab=${name}`);
    }
    await tab.keyboard.press('U');
    await tab.getByRole('dialog', { name: /Undo/ }).waitFor();
    await tab.keyboard.type('The block is not needed any more.');
    await tab.keyboard.press('Control+Enter');
    await tab.getByRole('dialog').waitFor({ state: 'detached' });
    expect(bodyOf('POST /actions/action-2/undo')).toEqual({
      reason: 'The block is not needed any more.',
    });
    expect(errors).toEqual([]);
    await close();
  });
});
