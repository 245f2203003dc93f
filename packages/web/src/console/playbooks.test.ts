import { join } from 'node:path';
import { expect, it } from 'vitest';
import { axe, bodyOf, describeConsole, openTab, SHOTS, settled, stage } from '../fixtures/stage.ts';

describeConsole('playbooks', () => {
  it('shows the picture in step with the text, and what is wrong as it is typed', async () => {
    stage.world = 'full';
    const { tab, errors, close } = await openTab('dark');
    await tab.goto(`${stage.base}/playbooks`);
    await tab.getByText('side by side').waitFor();
    await settled(tab);
    expect(await axe(tab)).toEqual([]);
    await tab.screenshot({ path: join(SHOTS, 'playbooks-dark.png'), fullPage: true });
    const text = tab.getByLabel('Text', { exact: true });
    const before = await text.inputValue();
    await text.fill(before.replace('for: 4h', 'for: 2h'));
    await tab.getByText('for 2h').waitFor();
    await text.fill(before.replace('net.ip.block', 'net.ip.nuke'));
    await tab.getByText('"net.ip.nuke" is not a verb of the catalogue.').waitFor();
    await tab.getByText('6:5', { exact: true }).waitFor();
    expect(errors).toEqual([]);
    await close();
  });

  it('tells what a draft would have done about an incident', async () => {
    const { tab, errors, close } = await openTab('light');
    await tab.goto(`${stage.base}/playbooks`);
    await tab.getByLabel('note').fill('seen');
    await tab.getByRole('button', { name: 'What would it have done?' }).click();
    await tab.getByText('It would start by itself.').waitFor();
    await tab.getByText('net.ip.block {"ip":"203.0.113.7"}').waitFor();
    await tab.getByText('203.0.113.7 made 41 events').waitFor();
    await tab.getByText('A person is asked: Approve: a person decides.').waitFor();
    expect(bodyOf('POST /playbooks/dry-run')).toMatchObject({ inputs: { note: 'seen' } });
    expect(await axe(tab)).toEqual([]);
    await tab.screenshot({ path: join(SHOTS, 'playbooks-light.png'), fullPage: true });
    expect(errors).toEqual([]);
    await close();
  });

  it('takes an answer to a question, with its reason', async () => {
    const { tab, errors, close } = await openTab('dark');
    await tab.setViewportSize({ width: 390, height: 844 });
    await tab.goto(`${stage.base}/playbooks`);
    await tab.getByRole('button', { name: 'Yes' }).waitFor();
    await tab.screenshot({ path: join(SHOTS, 'playbooks-phone.png'), fullPage: true });
    await tab.getByRole('button', { name: 'Yes' }).click();
    await tab.getByLabel('Reason').fill('ours');
    await tab.keyboard.press('Control+Enter');
    await expect
      .poll(() => bodyOf('POST /runs/run-1/answer'))
      .toEqual({ step_id: 'sure', approved: true, reason: 'ours' });
    expect(errors).toEqual([]);
    await close();
  });

  it('puts a draft in force with its difference and a reason, and takes it back with one key', async () => {
    const { tab, errors, close } = await openTab('dark');
    await tab.goto(`${stage.base}/playbooks`);
    const text = tab.getByLabel('Text', { exact: true });
    const before = await text.inputValue();
    await text.fill(before.replace('for: 4h', 'for: 2h'));
    await tab.getByText('Versions').click();
    await tab.getByText('A day was too long.').waitFor();
    await tab.getByRole('button', { name: 'Save…' }).click();
    await tab.getByText('+     for: 2h').waitFor();
    expect(await axe(tab)).toEqual([]);
    await tab.screenshot({ path: join(SHOTS, 'playbook-save-dark.png') });
    await tab.getByLabel('Reason').fill('shorter');
    await tab.keyboard.press('Control+Enter');
    const put = 'PUT /playbooks/contain-address';
    await expect
      .poll(() => bodyOf(put))
      .toMatchObject({ text: before.replace('4h', '2h'), base_version: 2, reason: 'shorter' });
    await tab.getByText('Contain an address v3 is in force.').waitFor();
    await tab.keyboard.press('z');
    await expect
      .poll(() => bodyOf(put))
      .toEqual({ text: before, base_version: 3, reason: 'Undone: shorter' });
    await tab.getByRole('button', { name: 'Take this text' }).first().click();
    expect(await text.inputValue()).toContain('for: 4h');
    expect(errors).toEqual([]);
    await close();
  });
});
