import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PriorityInput } from './priority.ts';
import { assessPriority, killChainLength } from './priority.ts';

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
const base: PriorityInput = { p: 0.9, hosts: 1, knownHosts: 10, tactics: ['credential-access'] };
const probability = fc.double({ min: 0, max: 1, noNaN: true });
const input: fc.Arbitrary<PriorityInput> = fc.record({
  p: probability,
  tier: fc.constantFrom(0, 1, 2, 3),
  privilege: fc.constantFrom('user', 'admin', 'domain'),
  hosts: fc.integer({ min: 1, max: 50 }),
  knownHosts: fc.integer({ min: 50, max: 100 }),
  tactics: fc.array(fc.constantFrom(...TACTICS), { maxLength: 8 }),
});
const levelOf = (one: PriorityInput): number => Number(assessPriority(one).level.slice(1));

describe('assessPriority', () => {
  it.each([
    ['a sure credential theft on the directory server', { ...base, tier: 0 as const }, 'P1'],
    ['the same with little behind it', { ...base, tier: 0 as const, p: 0.05 }, 'P4'],
    [
      'a tier 0 machine is never below P2 from 30 % on',
      { ...base, tier: 0 as const, p: 0.3, tactics: ['reconnaissance'] },
      'P2',
    ],
    [
      'data that leaves is P1',
      { ...base, tier: 3 as const, p: 0.25, tactics: ['exfiltration'] },
      'P1',
    ],
    [
      'a scan of an unimportant machine',
      { ...base, tier: 3 as const, p: 0.4, tactics: ['reconnaissance'] },
      'P4',
    ],
  ])('%s', (_name, one, level) => {
    expect(assessPriority(one).level).toBe(level);
  });

  it('says that a tier was assumed, and why the level is what it is', () => {
    const priority = assessPriority(base);
    expect(priority.why).toMatch(/^P1 because it is genuine with 90 %/);
    expect(priority.factors.map((factor) => factor.text)).toContain(
      'Most important machine: tier 2, assumed',
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
          { ...one, tier: 0 },
          { ...one, privilege: 'domain' },
          { ...one, hosts: one.hosts + 1 },
          { ...one, tactics: [...one.tactics, tactic] },
        ];
        const worse = all.filter(
          (changed) => one.tactics.length > 0 || changed.tactics.length === 0,
        );
        for (const changed of worse) {
          expect(assessPriority(changed).score).toBeGreaterThanOrEqual(
            assessPriority(one).score - 1e-9,
          );
          expect(levelOf(changed)).toBeLessThanOrEqual(levelOf(one));
        }
      }),
      { numRuns: 1000 },
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
