import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDecider } from './create-decider.ts';
import type { Decider, DeskCommand } from './decider.ts';
import { at, decide, host, makeSignal } from './fixtures/signals.ts';

const by = { actor: 'kim', at: at(500) };
const strong = (rule: string, on: string, minute: number) =>
  makeSignal({ rule, severity: 5, minute, entities: [host(on)] });

function actOn(decider: Decider, command: DeskCommand) {
  const done = decider.act(command, by);
  if (!done.ok) throw new Error(done.problem.detail);
  return done.value;
}

/** Incidents on machines of their own, each with its alerts. */
function openOn(decider: Decider, sizes: readonly number[]) {
  const signals = sizes.flatMap((size, n) =>
    Array.from({ length: size }, (_, m) => strong(`r${m}`, `srv-${n}`, n * 5 + m)),
  );
  return decide(decider, signals).incidents;
}

describe('merging and splitting by hand', () => {
  it('merges: the other one closes as a duplicate and every alert says who did it', () => {
    const decider = createDecider();
    const [one, other] = openOn(decider, [1, 2]);
    if (!one || !other) throw new Error('none');
    const merge = { kind: 'merge_incidents', incidentId: one.id, from: other.id } as const;
    const { incidents, alerts } = actOn(decider, { ...merge, reason: 'One intruder.' });
    expect(incidents.map(({ id, state }) => [id, state.status])).toEqual([
      [one.id, 'new'],
      [other.id, 'closed'],
    ]);
    expect(new Set(incidents[0]?.alertIds)).toEqual(new Set([...one.alertIds, ...other.alertIds]));
    expect(alerts.map(({ state }) => 'why' in state && state.why)).toEqual(
      other.alertIds.map(() => 'kim put INC-2 into INC-1: One intruder.'),
    );
  });

  it('a merge and the split that undoes it are as if nothing had been done', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), (a, b) => {
        const decider = createDecider();
        const before = openOn(decider, [a, b]);
        const learnt = decider.learnt();
        const [one, other] = before;
        if (!one || !other) throw new Error('none');
        const reason = 'Tried.';
        actOn(decider, { kind: 'merge_incidents', incidentId: one.id, from: other.id, reason });
        const { incidents } = actOn(decider, {
          kind: 'split_incident',
          incidentId: one.id,
          alertIds: other.alertIds,
          reason,
        });
        const plain = ({
          revision: _,
          story: __,
          originChanges: ___,
          ...rest
        }: (typeof before)[number]) => rest;
        expect(incidents.map(plain)).toEqual(before.map(plain));
        expect(decider.learnt()).toEqual(learnt);
      }),
      { numRuns: 16 },
    );
  });

  it('what was split stays apart, whatever ties the two, until a person merges them', () => {
    const decider = createDecider();
    const [incident] = openOn(decider, [2]);
    const [, leaving = 'alr_none'] = incident?.alertIds ?? [];
    const incidentId = incident?.id ?? 'inc_none';
    const { incidents } = actOn(decider, {
      kind: 'split_incident',
      incidentId,
      alertIds: [leaving],
      reason: 'Two things.',
    });
    expect(incidents.map(({ alertIds }) => alertIds.length)).toEqual([1, 1]);
    const later = decide(decider, [strong('r9', 'srv-0', 9)]);
    expect(later.incidents.map(({ state }) => state.status)).not.toContain('closed');
    const from = incidents[1]?.id ?? 'inc_none';
    const reason = 'One after all.';
    const merged = actOn(decider, { kind: 'merge_incidents', incidentId, from, reason });
    expect(merged.incidents.map(({ apartFrom }) => apartFrom)).toEqual([undefined, undefined]);
  });

  it('two splits teach that a machine alone does not tie those rules; a merge takes one back', () => {
    const decider = createDecider();
    const pairOn = (on: string, minute: number) =>
      decide(decider, [strong('a', on, minute), strong('b', on, minute + 1)]).incidents;
    const splitOn = (on: string, minute: number) => {
      const [incident] = pairOn(on, minute);
      const [, second = 'alr_none'] = incident?.alertIds ?? [];
      const { incidents } = actOn(decider, {
        kind: 'split_incident',
        incidentId: incident?.id ?? 'inc_none',
        alertIds: [second],
        reason: 'The backup.',
      });
      return incidents.map(({ id }) => id);
    };
    splitOn('srv-1', 0);
    const [one = 'inc_none', other = 'inc_none'] = splitOn('srv-2', 2_000);
    expect(pairOn('srv-3', 4_000)).toHaveLength(2);
    actOn(decider, { kind: 'merge_incidents', incidentId: one, from: other, reason: 'No.' });
    expect(pairOn('srv-4', 6_000)).toHaveLength(1);
  });

  it.each<{ readonly name: string; readonly make: (id: `inc_${string}`) => DeskCommand }>([
    {
      name: 'a merge into itself',
      make: (id) => ({ kind: 'merge_incidents', incidentId: id, from: id, reason: '' }),
    },
    {
      name: 'a split that leaves nothing',
      make: (id) => ({ kind: 'split_incident', incidentId: id, alertIds: [], reason: '' }),
    },
    {
      name: 'a split of alerts that it does not hold',
      make: (id) => ({ kind: 'split_incident', incidentId: id, alertIds: ['alr_x'], reason: '' }),
    },
  ])('refuses $name and changes nothing', ({ make }) => {
    const decider = createDecider();
    const [incident] = openOn(decider, [2]);
    const before = decider.snapshot();
    expect(decider.act(make(incident?.id ?? 'inc_none'), by)).toMatchObject({ ok: false });
    expect(decider.snapshot()).toEqual(before);
  });
});
