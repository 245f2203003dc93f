import { join } from 'node:path';
import { expect, it } from 'vitest';
import { axe, bodyOf, describeConsole, openTab, SHOTS, sent, stage } from '../fixtures/stage.ts';

describeConsole('what a person does', () => {
  it('words from outside are shown as text, never as markup', async () => {
    stage.world = 'full';
    const { tab, close } = await openTab('dark');
    await tab.goto(`${stage.base}/sources`);
    await tab.getByText('<script>alert(1)</script>').waitFor();
    await tab.goto(`${stage.base}/incidents/incident-40`);
    await tab.getByText('<b>/tmp/.x</b>').waitFor();
    await close();
  });

  it('an approval sends the hash of the plan that was shown and the reason; a record opens', async () => {
    stage.world = 'full';
    const { tab, errors, close } = await openTab('light');
    await tab.goto(`${stage.base}/incidents/incident-40?tab=actions`);
    await tab.getByRole('button', { name: 'Approve…' }).click();
    await tab.getByLabel('Reason').fill('Seen and agreed.');
    expect(await axe(tab)).toEqual([]);
    await tab.screenshot({ path: join(SHOTS, 'approve-light.png') });
    await tab.getByRole('button', { name: 'Approve', exact: true }).click();
    await tab.getByRole('dialog').waitFor({ state: 'detached' });
    expect(bodyOf('POST /actions/action-1/approve')).toEqual({
      plan_hash: 'a'.repeat(64),
      reason: 'Seen and agreed.',
    });
    await tab.getByRole('tab', { name: /Timeline/ }).click();
    await tab.getByRole('button', { name: 'Show record 1201' }).click();
    await tab.getByText('Accepted password for deploy from 203.0.113.66 port').waitFor();
    expect(await axe(tab)).toEqual([]);
    await tab.screenshot({ path: join(SHOTS, 'record-light.png') });
    expect(errors).toEqual([]);
    await close();
  });

  it('an incident is taken, given back, and closed with a verdict that z undoes', async () => {
    stage.world = 'full';
    const { tab, errors, close } = await openTab('dark');
    await tab.goto(`${stage.base}/incidents/incident-40`);
    await tab.getByText('What happened').waitFor();
    await tab.keyboard.press('a');
    await tab.getByText('INC-40 is yours.').waitFor();
    await tab.keyboard.press('z');
    await expect.poll(() => sent('POST /incidents/incident-40/unassign').length).toBe(1);
    await tab.keyboard.press('e');
    await tab.getByRole('dialog', { name: 'Close INC-40' }).waitFor();
    await tab.keyboard.press('3');
    await tab.getByLabel('Reason').fill('A test of ours.');
    expect(await axe(tab)).toEqual([]);
    await tab.screenshot({ path: join(SHOTS, 'close-dark.png') });
    await tab.keyboard.press('Control+Enter');
    await tab.getByText('INC-40 closed').waitFor();
    expect(bodyOf('POST /incidents/incident-40/close')).toEqual({
      verdict: 'false_positive',
      reason: 'A test of ours.',
    });
    await tab.keyboard.press('z');
    await expect.poll(() => sent('POST /incidents/incident-40/reopen').length).toBe(1);
    expect(errors).toEqual([]);
    await close();
  });

  it('a playbook is run by hand, after it said what it may do', async () => {
    stage.world = 'full';
    const { tab, close } = await openTab('light');
    await tab.goto(`${stage.base}/incidents/incident-40`);
    await tab.getByText('What happened').waitFor();
    await tab.keyboard.press('r');
    const dialog = tab.getByRole('dialog');
    await dialog.getByText('net.ip.block').waitFor();
    await dialog.getByLabel('On', { exact: true }).selectOption('203.0.113.66');
    expect(await axe(tab)).toEqual([]);
    await tab.screenshot({ path: join(SHOTS, 'run-light.png') });
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await tab.getByText('Contain an address was started').waitFor();
    expect(bodyOf('POST /incidents/incident-40/runs')).toEqual({
      playbook_id: 'contain-address',
      inputs: { item: '203.0.113.66' },
    });
    await close();
  });

  it('in a room, what a click was refused says why', async () => {
    stage.world = 'full';
    const { tab, close } = await openTab('dark');
    const refusal = { code: 'room_full', detail: 'This room is full.', retryable: false };
    await tab.route('**/incidents/incident-40/room', (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({ status: 409, json: refusal })
        : route.continue(),
    );
    await tab.goto(`${stage.base}/incidents/incident-40?tab=room`);
    const told = tab.locator('.toast').getByText('This room is full.');
    await tab.getByRole('checkbox', { name: /Use keys alone/ }).press('Space');
    await told.waitFor();
    await tab.getByRole('button', { name: 'End: Anna Berg lead' }).click();
    await expect.poll(() => told.count()).toBe(2);
    await tab.screenshot({ path: join(SHOTS, 'room-refused-dark.png'), fullPage: true });
    await close();
  });

  it('an alert is looked into and closed with a verdict; the drawer stands in the address', async () => {
    stage.world = 'full';
    const { tab, errors, close } = await openTab('dark');
    await tab.goto(`${stage.base}/alerts`);
    await tab.getByText('Many failed logins').waitFor();
    await tab.keyboard.press('Enter');
    await tab.waitForURL('**/alerts?alert=alert-0');
    await tab.getByText('Sum =').waitFor();
    expect(await axe(tab)).toEqual([]);
    await tab.screenshot({ path: join(SHOTS, 'alert-dark.png') });
    await tab.keyboard.press('Escape');
    await tab.getByRole('dialog').waitFor({ state: 'detached' });
    await tab.keyboard.press('e');
    await tab.getByRole('dialog', { name: /Close the alert/ }).waitFor();
    await tab.keyboard.press('2');
    await tab.getByLabel('Reason').fill('Planned work.');
    await tab.keyboard.press('Control+Enter');
    await tab.getByText('Closed: Login after many failures.').waitFor();
    expect(bodyOf('POST /alerts/alert-0/close')).toEqual({
      verdict: 'benign',
      reason: 'Planned work.',
    });
    expect(errors).toEqual([]);
    await close();
  });
});
