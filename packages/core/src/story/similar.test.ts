import { describe, expect, it } from 'vitest';
import type { Incident } from '../correlate/incident.ts';
import { createDecider } from '../decide/create-decider.ts';
import { bruteForce, decide, host, makeSignal, user } from '../decide/fixtures/signals.ts';
import { findSimilar } from './similar.ts';

const theft = (name: string, who: string, minute: number) =>
  makeSignal({
    rule: 'dump',
    severity: 4,
    minute,
    behaviour: 'credential_theft',
    tactics: ['credential-access'],
    techniques: ['T1003.001'],
    entities: [host(name), user(who)],
  });

const incidentsOf = (): readonly Incident[] =>
  decide(createDecider(), [
    theft('ws-1', 'eve', 0),
    theft('ws-2', 'mallory', 1),
    bruteForce('203.0.113.7', 2),
  ]).incidents;

describe('similar incidents', () => {
  it('are those that do the same, with what both have in common', () => {
    const [first, second] = incidentsOf();
    if (!first || !second) throw new Error('incidents are missing');
    const [best, ...rest] = findSimilar(first, incidentsOf());
    expect(best?.incidentId).toBe(second.id);
    expect(best?.common).toContain('techniques: T1003.001');
    expect(best?.common).toContain('behaviour: credential theft');
    expect(rest).toEqual([]);
  });

  it('are never the incident itself, nor one that was merged away', () => {
    const [first, second] = incidentsOf();
    if (!first || !second) throw new Error('incidents are missing');
    const verdict = {
      kind: 'duplicate',
      by: 'cordon',
      reason: 'Merged.',
      at: second.lastAt,
    } as const;
    const merged: Incident = { ...second, state: { status: 'closed', verdict } };
    expect(findSimilar(first, [first, merged])).toEqual([]);
  });

  it('are as alike one way as the other', () => {
    const [first, second] = incidentsOf();
    if (!first || !second) throw new Error('incidents are missing');
    expect(findSimilar(first, [second])[0]?.likeness).toBe(
      findSimilar(second, [first])[0]?.likeness,
    );
  });
});
