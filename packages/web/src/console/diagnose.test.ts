import { join } from 'node:path';
import { expect, it } from 'vitest';
import { axe, bodyOf, describeConsole, openTab, SHOTS, sent, stage } from '../fixtures/stage.ts';

describeConsole('finding out why something cannot be reached', () => {
  it('the tree is seen while it is walked, ends with the cause, and our own block is undone there', async () => {
    stage.world = 'full';
    for (const theme of ['dark', 'light'] as const) {
      const { tab, errors, close } = await openTab(theme);
      await tab.goto(`${stage.base}/diagnose?to=db.corp.example:5432`);
      await tab.getByLabel('Service').selectOption('postgres');
      const before = sent('GET /diagnoses/d1').length;
      await tab.getByRole('button', { name: 'Find out' }).click();
      expect(bodyOf('POST /diagnoses')).toEqual({
        target: 'db.corp.example:5432',
        service: 'postgres',
      });
      await tab.getByText('does 192.0.2.20 port 5432 accept a connection?').waitFor();
      await tab.getByText('The cause was found').waitFor();
      expect(sent('GET /diagnoses/d1').length - before).toBeGreaterThanOrEqual(4);
      await tab.getByText('rules out a name that leads nowhere').waitFor();
      await tab.getByText('could not be asked: ').waitFor();
      await tab.getByText('cordon diagnose db.corp.example:5432').waitFor();
      expect(tab.url()).toContain('id=d1');
      expect(await axe(tab)).toEqual([]);
      await tab.screenshot({ path: join(SHOTS, `diagnose-cause-${theme}.png`), fullPage: true });
      await tab.getByRole('button', { name: 'Undo…' }).click();
      await tab.getByLabel('Reason').fill('It is the database of our own.');
      await tab.getByRole('button', { name: 'Undo', exact: true }).click();
      await expect
        .poll(() => bodyOf('POST /actions/action-2/undo'))
        .toEqual({ reason: 'It is the database of our own.' });
      expect(errors).toEqual([]);
      await close();
    }
  }, 120_000);

  it('what was asked lately is listed, and opens', async () => {
    stage.world = 'full';
    const { tab, close } = await openTab('dark', { width: 390, height: 844 });
    await tab.goto(`${stage.base}/diagnose`);
    await tab.getByRole('link', { name: 'https://[2001:db8::7]:443/login' }).waitFor();
    await tab.getByRole('link', { name: 'db.corp.example:5432' }).click();
    await tab.getByText('The cause was found').waitFor();
    await tab.screenshot({ path: join(SHOTS, 'diagnose-cause-phone.png'), fullPage: true });
    await close();
  }, 60_000);
});
