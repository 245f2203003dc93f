import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Criticality, DATA_CLASSES, type DataClass } from '../enrich/asset.ts';
import type { PriorityInput, Privilege } from './priority.ts';
import { assessPriority, killChainLength } from './priority.ts';

/** A million: `CORDON_FUZZ_RUNS=1000000 npx vitest run packages/core/src/triage/priority.test.ts --testTimeout 600000`. */
const RUNS = Number(process.env['CORDON_FUZZ_RUNS'] ?? 20_000);
const TACTICS = [
  'reconnaissance',
  'initial-access',
  'execution',
  'privilege-escalation',
  'credential-access',
  'command-and-control',
  'lateral-movement',
  'collection',
  'exfiltration',
];
const critical = (criticality: Criticality) => ({
  criticality,
  text: `asset db-01 is criticality ${criticality} (inventory)`,
});
const entitled = (privilege: Privilege) => ({ privilege, text: `alice: ${privilege}` });
const holding = (dataClass: DataClass) => ({ dataClass, text: `db-01 holds ${dataClass} data` });
const base: PriorityInput = { p: 0.9, hosts: 1, knownHosts: 10, tactics: ['credential-access'] };
const probability = fc.double({ min: 0, max: 1, noNaN: true });
const input = fc.record({
  p: probability,
  asset: fc.constantFrom(1, 2, 3, 4, 5).map((level) => critical(level as Criticality)),
  rights: fc.constantFrom('user' as const, 'admin' as const, 'domain' as const).map(entitled),
  data: fc.constantFrom(...DATA_CLASSES).map(holding),
  reach: fc.record({
    machines: fc.integer({ min: 1, max: 50 }),
    asset: fc.constantFrom(1, 2, 3, 4, 5).map((level) => critical(level as Criticality)),
    rights: fc.constantFrom('user' as const, 'admin' as const, 'domain' as const).map(entitled),
  }),
  hosts: fc.integer({ min: 1, max: 50 }),
  knownHosts: fc.integer({ min: 50, max: 100 }),
  tactics: fc.array(fc.constantFrom(...TACTICS), { maxLength: 8 }),
});

describe('assessPriority', () => {
  it.each([
    ['a sure credential theft on the directory server', { ...base, asset: critical(5) }, 'P1'],
    ['the same with little behind it', { ...base, asset: critical(5), p: 0.05 }, 'P4'],
    [
      'a machine of criticality 5 is never below P2 from 30 % on',
      { ...base, asset: critical(5), p: 0.3, tactics: ['reconnaissance'] },
      'P2',
    ],
    [
      'data that leaves is P1',
      { ...base, asset: critical(2), p: 0.25, tactics: ['exfiltration'] },
      'P1',
    ],
    [
      'a scan of an unimportant machine',
      { ...base, asset: critical(2), p: 0.4, tactics: ['reconnaissance'] },
      'P4',
    ],
  ])('%s', (_name, one, level) => {
    expect(assessPriority(one).level).toBe(level);
  });

  it('says that a criticality was assumed, and why the level is what it is', () => {
    const priority = assessPriority(base);
    expect(priority.why).toMatch(/^P1 because it is genuine with 90 %/);
    expect(priority.factors.map((factor) => factor.text)).toContain(
      'Most important machine: criticality 3, assumed',
    );
  });

  it('gives the reason of each input as it was told', () => {
    const { factors } = assessPriority({ ...base, asset: critical(5), exposure: 'web-01 is open' });
    expect(factors.map(({ axis, text }) => `${axis}: ${text}`)).toEqual(
      expect.arrayContaining([
        'impact: asset db-01 is criticality 5 (inventory)',
        'urgency: web-01 is open',
      ]),
    );
  });

  it('keeps every axis and the score in their ranges, the score being 100·√(p·I·U)', () => {
    fc.assert(
      fc.property(input, (one) => {
        const { likelihood, impact, urgency, score } = assessPriority(one);
        for (const axis of [likelihood, impact, urgency]) expect(axis >= 0 && axis <= 1).toBe(true);
        expect(score).toBeCloseTo(100 * Math.sqrt(likelihood * impact * urgency), 9);
      }),
      { numRuns: 500 },
    );
  });

  it('never falls when any risk grows', () => {
    fc.assert(
      fc.property(input, probability, fc.constantFrom(...TACTICS), (one, more, tactic) => {
        const all: readonly PriorityInput[] = [
          { ...one, p: Math.min(1, one.p + more) },
          { ...one, asset: critical(Math.min(5, one.asset.criticality + 1) as Criticality) },
          { ...one, asset: critical(5) },
          { ...one, rights: entitled('domain') },
          { ...one, reach: { ...one.reach, machines: one.reach.machines + 1 } },
          { ...one, reach: { ...one.reach, asset: critical(5) } },
          { ...one, reach: { ...one.reach, rights: entitled('domain') } },
          { ...one, data: holding('restricted') },
          { ...one, exposure: 'web-01 can be reached from the internet (inventory)' },
          { ...one, hosts: one.hosts + 1 },
          { ...one, tactics: [...one.tactics, tactic] },
        ];
        const worse = all.filter(
          (changed) => one.tactics.length > 0 || changed.tactics.length === 0,
        );
        const { score, level } = assessPriority(one);
        const fallen = worse.filter((changed) => {
          const raised = assessPriority(changed);
          return raised.score < score - 1e-9 || raised.level > level;
        });
        expect(fallen).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('killChainLength', () => {
  it.each([
    [[], 0],
    [['execution'], 1],
    [['initial-access', 'execution', 'credential-access', 'exfiltration'], 4],
    [['exfiltration', 'execution', 'credential-access'], 2],
    [['execution', 'execution'], 1],
    [['not-a-tactic'], 0],
  ])('%j has %i tactics in order', (tactics, expected) => {
    expect(killChainLength(tactics)).toBe(expected);
  });
});
