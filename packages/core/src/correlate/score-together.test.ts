import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecider } from '../decide/create-decider.ts';
import { decide, host, makeSignal, user } from '../decide/fixtures/signals.ts';
import type { Alert } from '../triage/alert.ts';
import type { Member } from './member.ts';
import { scoreTogether } from './score-together.ts';

const alertOf = (n: number, severity: 1 | 2 | 3 | 4 | 5): Alert => {
  const signal = makeSignal({
    rule: `r${n}`,
    severity,
    minute: n % 50,
    count: 1 + n,
    entities: [host(`ws-${n}`), user('eve')],
  });
  const [alert] = decide(createDecider(), [signal]).alerts;
  if (!alert) throw new Error('no alert');
  return alert;
};

const toMember = (alert: Alert): Member => ({
  alert,
  trace: {
    firstAt: alert.firstAt,
    lastAt: alert.lastAt,
    behaviour: alert.rule.behaviour,
    isAddressOnly: false,
    externalIps: [],
    fromHosts: [],
    users: [],
    processKeys: [],
  },
});

const members = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 90 }), fc.constantFrom(1, 2, 3, 4, 5)), {
    minLength: 1,
    maxLength: 12,
    selector: ([n]) => n,
  })
  .map((all) => all.map(([n, severity]) => toMember(alertOf(n, severity as 1))));

describe('alerts taken together', () => {
  it('are at least as likely genuine as the likeliest, and a weaker one more never makes them less so', () => {
    fc.assert(
      fc.property(members, (all) => {
        const score = scoreTogether('x', all);
        const strongest = Math.max(...all.map(({ alert }) => alert.score.logit));
        expect(score.logit).toBeGreaterThanOrEqual(strongest);
        const byLogit = all.toSorted((a, b) => b.alert.score.logit - a.alert.score.logit);
        const without = byLogit.slice(0, Math.max(1, byLogit.length - 1));
        expect(score.logit).toBeGreaterThanOrEqual(scoreTogether('x', without).logit);
        const parts = score.contributions.reduce((sum, one) => sum + one.contribution, 0);
        expect(score.priorLogit + parts).toBe(score.logit);
      }),
      { numRuns: 40 },
    );
  });

  it('say no more for being a thousand of the same kind', () => {
    const many = Array.from({ length: 90 }, (_, n) => toMember(alertOf(n, 4)));
    expect(scoreTogether('x', many).logit).toBe(scoreTogether('x', many.slice(0, 5)).logit);
  });
});
