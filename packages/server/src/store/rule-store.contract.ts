import { DAY_MS, toEpochMs } from '@cordon/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batch, line, NOW, signal } from './fixtures/facts.ts';
import type { StateStore } from './ports.ts';

/** What every state store keeps of rules. `open` gives a fresh, empty one. */
export function checkRuleStore(name: string, open: () => Promise<StateStore>): void {
  describe(`rules in the state store: ${name}`, () => {
    let store: StateStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    it('keeps what is set for rules, and counts what they brought once, by hour and cause', async () => {
      const setting = {
        ruleId: 'r',
        mode: 'shadow',
        suppressions: [
          {
            id: 'sup_1',
            owner: 'ann',
            reason: "it's ours",
            createdAt: toEpochMs(1),
            expiresAt: toEpochMs(2),
          },
        ],
      } as const;
      await store.saveRuleSetting({ ruleId: 'r', suppressions: [] }, line('rule_changed'));
      await store.saveRuleSetting(setting, line('rule_changed'));
      expect(await store.listRuleSettings()).toEqual([setting]);
      const muted = [
        { signal: signal(3), cause: 'shadow' },
        { signal: { ...signal(4), at: toEpochMs(NOW + DAY_MS) }, cause: 'sup_1' },
      ] as const;
      const fired = { signals: [signal(1), signal(2)], muted };
      await store.commitBatch(batch(1, fired));
      await store.commitBatch(batch(2, fired));
      const count = (cause: string, n: number, at: number) => ({
        ruleId: 'r',
        cause,
        count: n,
        lastAt: at,
      });
      const byCause = (a: { cause: string }, b: { cause: string }) => (a.cause < b.cause ? -1 : 1);
      expect((await store.ruleCounts(toEpochMs(NOW))).toSorted(byCause)).toEqual([
        count('fired', 2, NOW + 2),
        count('shadow', 1, NOW + 3),
        count('sup_1', 1, NOW + DAY_MS),
      ]);
      expect(await store.ruleCounts(toEpochMs(NOW + DAY_MS))).toHaveLength(1);
      const hours = await store.ruleHours('r', toEpochMs(0));
      expect(hours.map(({ cause, count: n }) => [cause, n])).toEqual([
        ['fired', 2],
        ['shadow', 1],
        ['sup_1', 1],
      ]);
      expect((hours[2]?.hour ?? 0) - (hours[0]?.hour ?? 0)).toBe(DAY_MS);
      expect((await store.listMuted({ limit: 9 })).items).toEqual([muted[1], muted[0]]);
      expect((await store.listMuted({ limit: 9, ruleId: 'r', cause: 'sup_1' })).items).toHaveLength(
        1,
      );
      expect((await store.listMuted({ limit: 9, ruleId: 'other' })).items).toEqual([]);
      expect((await store.listRuleSignals('r', { limit: 1 })).items).toEqual([signal(2)]);
      await store.forgetRuleCounts(toEpochMs(NOW + DAY_MS));
      expect(await store.ruleCounts(toEpochMs(0))).toEqual([count('sup_1', 1, NOW + DAY_MS)]);
    });
  });
}
