import { expect, it } from 'vitest';
import { axe, bodyOf, describeConsole, openTab, settled, stage } from '../fixtures/stage.ts';

describeConsole('rules and hunts', () => {
  it('a rule is put in shadow with a reason, and taken back with one key', async () => {
    stage.world = 'full';
    const { tab, errors, close } = await openTab('dark');
    await tab.goto(`${stage.base}/rules`);
    await tab.getByRole('button', { name: 'Password guessing from one address' }).click();
    await tab.getByText('our own scanner', { exact: false }).waitFor();
    await settled(tab);
    expect(await axe(tab)).toEqual([]);
    await tab.getByRole('group', { name: 'How it runs' }).getByText('Shadow').click();
    await tab.getByLabel('Reason').fill('too loud');
    await tab.keyboard.press('Control+Enter');
    await expect
      .poll(() => bodyOf('POST /rules/auth-bruteforce/mode'))
      .toEqual({ mode: 'shadow', reason: 'too loud' });
    await tab.getByLabel('Reason').waitFor({ state: 'detached' });
    await tab.keyboard.press('Escape');
    await tab.keyboard.press('z');
    await expect
      .poll(() => bodyOf('POST /rules/auth-bruteforce/mode'))
      .toEqual({ mode: 'on', reason: 'Undone: too loud' });
    expect(errors).toEqual([]);
    await close();
  });

  it('a rule is suppressed for one address, with an owner and an end', async () => {
    const { tab, errors, close } = await openTab('light');
    await tab.goto(`${stage.base}/rules?rule=auth-bruteforce`);
    await tab.getByRole('button', { name: 'Suppress…' }).click();
    await tab.getByLabel('Kind of entity').selectOption('ip');
    await tab.getByLabel('Which one').fill('192.0.2.50');
    await tab.getByLabel('Reason').fill('scanner');
    expect(await axe(tab)).toEqual([]);
    await tab.keyboard.press('Control+Enter');
    await expect
      .poll(() => bodyOf('POST /rules/auth-bruteforce/suppressions'))
      .toMatchObject({
        owner: 'alice',
        reason: 'scanner',
        entity: { kind: 'ip', id: '192.0.2.50' },
      });
    expect(errors).toEqual([]);
    await close();
  });

  it('a back-test tells how often and on whom', async () => {
    const { tab, errors, close } = await openTab('dark');
    await tab.goto(`${stage.base}/rules?rule=auth-bruteforce`);
    await tab.getByRole('button', { name: 'Run over stored events' }).click();
    await tab.getByText('7 times').waitFor();
    await tab.getByText('203.0.113.77').first().waitFor();
    expect(bodyOf('POST /backtests')).toEqual({ rule_id: 'auth-bruteforce', days: 30 });
    expect(await axe(tab)).toEqual([]);
    expect(errors).toEqual([]);
    await close();
  });

  it('a hunt is narrowed to a span of its histogram, by dragging and by keys', async () => {
    const { tab, errors, close } = await openTab('dark');
    const asked = () => new URL(tab.url()).searchParams.get('q');
    const span = 'time >= 2026-11-24T10:00:00.000Z and time < 2026-11-24T10:03:00.000Z';
    await tab.goto(`${stage.base}/hunt?q=user.name%20%3D%20root`);
    const bars = tab.locator('.bars-figure .bars button');
    const [first, last] = [await bars.first().boundingBox(), await bars.last().boundingBox()];
    await tab.mouse.move((first?.x ?? 0) + 3, (first?.y ?? 0) + 30);
    await tab.mouse.down();
    await tab.mouse.move((last?.x ?? 0) + 3, (last?.y ?? 0) + 30, { steps: 3 });
    expect(await tab.locator('.bars-figure .in').count()).toBe(3);
    await tab.mouse.up();
    await expect.poll(asked).toBe(`user.name = root and ${span}`);
    await tab.goto(`${stage.base}/hunt`);
    await bars.first().focus();
    await tab.keyboard.press('Shift+ArrowRight');
    await tab.keyboard.press('Shift+ArrowRight');
    await tab.keyboard.press('Enter');
    await expect.poll(asked).toBe(span);
    expect(await axe(tab)).toEqual([]);
    expect(errors).toEqual([]);
    await close();
  });

  it('a hunt is written by keys, narrowed by a pivot, and made a rule', async () => {
    const { tab, errors, close } = await openTab('light');
    await tab.goto(`${stage.base}/hunt`);
    await tab.getByRole('button', { name: 'Only any.ip 203.0.113.77' }).waitFor();
    await tab.keyboard.press('/');
    await tab.keyboard.type('us');
    await tab.getByRole('listbox', { name: 'Fields' }).getByText('user.name').first().waitFor();
    await tab.keyboard.press('ArrowDown');
    expect(await axe(tab)).toEqual([]);
    await tab.keyboard.press('Enter');
    await tab.keyboard.type('= root');
    await tab.keyboard.press('Enter');
    await expect.poll(() => new URL(tab.url()).searchParams.get('q')).toBe('user.name = root');
    await tab.getByRole('button', { name: 'Only any.ip 203.0.113.77' }).click();
    await expect
      .poll(() => new URL(tab.url()).searchParams.get('q'))
      .toBe('user.name = root and any.ip = 203.0.113.77');
    await tab.getByText('Failed password for root', { exact: false }).click();
    await tab.getByRole('button', { name: 'Without user.name root' }).waitFor();
    expect(await axe(tab)).toEqual([]);
    await tab.keyboard.press('Escape');
    await tab.getByRole('button', { name: 'Save as rule…' }).click();
    await tab.getByLabel('Title').fill('Root');
    await tab.keyboard.press('Enter');
    await tab.getByText('category: authentication', { exact: false }).waitFor();
    expect(bodyOf('POST /hunt/rule')).toMatchObject({ title: 'Root', level: 'medium' });
    expect(await axe(tab)).toEqual([]);
    await tab.getByLabel('Why it is wanted').fill('seen in March');
    await tab.getByRole('button', { name: 'Put it in force' }).click();
    await tab.getByText('3 cases of what it finds', { exact: false }).waitFor();
    expect(bodyOf('POST /rules')).toMatchObject({
      q: 'user.name = root and any.ip = 203.0.113.77',
      is_shadow: true,
      reason: 'seen in March',
    });
    expect(errors).toEqual([]);
    await close();
  });
});
