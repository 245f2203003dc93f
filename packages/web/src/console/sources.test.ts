import { join } from 'node:path';
import { expect, it } from 'vitest';
import { letterGroups } from '../fixtures/console.ts';
import {
  axe,
  bodyOf,
  describeConsole,
  openTab,
  SHOTS,
  sent,
  stage,
  streams,
} from '../fixtures/stage.ts';

describeConsole('connecting a source, and what was set aside', () => {
  it('the wizard shows what to paste, waits for the first event and shows how it is read', async () => {
    stage.world = 'full';
    for (const theme of ['dark', 'light'] as const) {
      stage.hasArrived = false;
      const { tab, errors, close } = await openTab(theme);
      await tab.goto(`${stage.base}/add-source`);
      await tab.getByRole('button', { name: 'curl' }).click();
      await tab.getByRole('button', { name: 'Create' }).click();
      await tab.getByText('Authorization: Bearer cdn_src_made-up').waitFor();
      expect(bodyOf('POST /sources/push')).toEqual({ id: 'curl-1', title: 'curl (curl-1)' });
      await tab.getByText('Waiting for the first record of').waitFor();
      await tab.screenshot({ path: join(SHOTS, `wizard-waits-${theme}.png`), fullPage: true });
      stage.hasArrived = true;
      const change = { seq: 7, topic: 'source', id: 'curl-1' };
      for (const stream of streams)
        stream.write(`id: 7\nevent: change\ndata: ${JSON.stringify(change)}\n\n`);
      await tab.getByText('It arrived and is understood').waitFor();
      await tab.getByText('src_endpoint.ip').waitFor();
      expect(await axe(tab)).toEqual([]);
      await tab.screenshot({ path: join(SHOTS, `wizard-arrived-${theme}.png`), fullPage: true });
      expect(errors).toEqual([]);
      await close();
    }
  }, 120_000);

  it('dead letters say why, are run again by group after the parsers were read anew', async () => {
    stage.world = 'full';
    for (const theme of ['dark', 'light'] as const) {
      const { tab, errors, close } = await openTab(theme);
      await tab.goto(`${stage.base}/sources`);
      await tab.getByText('content/parsers/iptables/parser.yml:14:3').waitFor();
      await tab.getByRole('button', { name: 'Why?' }).click();
      await tab.getByText('Why each of 2 parsers passed').click();
      await tab.getByText('none of its 4 messages has this form').waitFor();
      await tab.getByRole('button', { name: /Edge firewall/ }).click();
      await tab.getByText('Where its records went').waitFor();
      expect(await axe(tab)).toEqual([]);
      const letters = tab.getByRole('region', { name: 'Set aside' });
      await letters.screenshot({ path: join(SHOTS, `letters-${theme}.png`) });
      await tab.getByRole('button', { name: 'Read parsers and rules anew' }).click();
      await expect.poll(() => sent('POST /content/reload').length).toBeGreaterThan(0);
      await tab.getByRole('button', { name: 'Try again', exact: true }).click();
      await tab.getByText('9 records tried again: 8 are parsed now, 1 as before.').waitFor();
      expect(bodyOf('POST /dead-letters/retry')).toEqual({
        source_id: 'edge',
        shape: letterGroups[0]?.shape,
      });
      expect(errors).toEqual([]);
      await close();
    }
  }, 120_000);
});
