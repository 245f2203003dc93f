import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Incident } from '../../correlate/incident.ts';
import { idOf } from '../../shared/id.ts';
import { toEpochMs } from '../../shared/time.ts';
import type { VerdictKind } from '../../triage/alert.ts';
import {
  type AutomationRules,
  checkPromotion,
  DRIFT_VERDICTS,
  hasDrifted,
  isAgreed,
  personsVerdictOf,
  stageOf,
  type Trial,
  toAgreement,
  toStagedMode,
} from './automation.ts';

const AT = toEpochMs(1_700_000_000_000);
const rules: AutomationRules = { startIn: 'shadow', agreement: 0.9 };
const closed = (kind: VerdictKind, by = 'anna'): Incident['state'] => ({
  status: 'closed',
  verdict: { kind, by, reason: 'seen it', at: AT },
});
const trial = (state: Incident['state'], n = 0): Trial => ({
  incident: { id: idOf('inc', [n]), number: n, title: 'Test', state },
  at: AT,
});
const trials = (right: number, wrong: number): readonly Trial[] => [
  ...Array.from({ length: wrong }, (_, n) => trial(closed('false_positive'), n)),
  ...Array.from({ length: right }, (_, n) => trial(closed('true_positive'), wrong + n)),
];

describe('the agreement of an automation', () => {
  it.each([
    ['true_positive', true],
    ['false_positive', false],
    ['benign', false],
    ['duplicate', undefined],
    ['insufficient_data', undefined],
  ] as const)('%s says that acting was right: %s', (kind, agreed) => {
    const [verdict] = [closed(kind)].flatMap((state) => personsVerdictOf({ state }) ?? []);
    expect(verdict && isAgreed(verdict)).toBe(agreed);
  });

  it('counts the verdicts of people alone', () => {
    const open = { status: 'new' } as const;
    const resolved = { ...closed('true_positive'), status: 'resolved' } as Incident['state'];
    const some = [trial(closed('benign', 'cordon')), trial(open), trial(resolved)];
    expect(toAgreement(some)).toEqual({ k: 1, n: 1 });
  });

  it.each([
    [9, 0, false],
    [34, 0, false],
    [35, 0, true],
    [35, 1, false],
    [60, 1, true],
  ])('%i right and %i wrong: may be made live with 90 %% asked for: %s', (right, wrong, may) => {
    const checked = checkPromotion(toAgreement(trials(right, wrong)), rules);
    expect(checked.ok).toBe(may);
  });

  it('says the number that is missing', () => {
    const few = checkPromotion(toAgreement(trials(3, 0)), rules);
    const low = checkPromotion(toAgreement(trials(20, 0)), rules);
    expect([few, low]).toMatchObject([
      { problem: { code: 'automation_unproven', detail: expect.stringContaining('3 of 3') } },
      { problem: { code: 'automation_unproven', detail: expect.stringContaining('83.8 %') } },
    ]);
  });
});

describe('drift', () => {
  it.each([
    [0, 1, false],
    [0, 2, true],
    [1, 2, true],
    [2, 2, false],
    [30, 0, false],
    [17, 3, false],
    [15, 5, true],
  ])('%i right and %i wrong since it was made live: %s', (right, wrong, isDrift) => {
    expect(hasDrifted(trials(right, wrong), rules)).toBe(isDrift);
  });

  it('is not hidden by a long good past', () => {
    const bad = trials(DRIFT_VERDICTS - 10, 10);
    expect(hasDrifted([...bad, ...trials(5_000, 0)], rules)).toBe(true);
  });

  it('never follows from agreement, and one more disagreement never undoes it', () => {
    const some = fc.nat({ max: 20 });
    fc.assert(
      fc.property(some, some, fc.double({ min: 0.5, max: 0.99, noNaN: true }), (...drawn) => {
        const [right, wrong, agreement] = drawn;
        const asked = { ...rules, agreement };
        const now = hasDrifted(trials(right, wrong), asked);
        expect(hasDrifted(trials(right, 0), asked)).toBe(false);
        if (now) expect(hasDrifted(trials(right, wrong + 1), asked)).toBe(true);
      }),
    );
  });
});

describe('where an automation stands', () => {
  const standing = {
    playbookId: 'block',
    version: 2,
    stage: 'live',
    by: 'anna',
    reason: 'it proved itself',
    at: AT,
    agreement: { k: 40, n: 40 },
  } as const;
  it.each([
    [2, 'live'],
    [3, 'shadow'],
  ])('version %i: %s, since a decision holds for what was measured', (version, stage) => {
    expect(stageOf({ playbookId: 'block', version }, standing, rules)).toBe(stage);
  });
  it('begins where the house says', () => {
    const one = { playbookId: 'block', version: 1 };
    expect(stageOf(one, undefined, { ...rules, startIn: 'live' })).toBe('live');
  });
  it.each(['observe', 'approve', 'enforce'] as const)('in the shadow, %s is observe', (mode) => {
    expect([toStagedMode(mode, 'shadow'), toStagedMode(mode, 'live')]).toEqual(['observe', mode]);
  });
});
