import { expect, it } from 'vitest';
import { createDecider } from '../decide/create-decider.ts';
import { at, decide, host, makeSignal } from '../decide/fixtures/signals.ts';
import type { AlertId } from '../shared/id.ts';
import type { Alert, VerdictKind } from '../triage/alert.ts';
import { closingTermsOf, reportClosing } from './closing-report.ts';

const weak = (n: number) =>
  makeSignal({
    rule: `weak-${n}`,
    severity: 1,
    minute: n,
    entities: [host(`ws-${n}`)],
    falsepositives: ['Administrators'],
  });

it('tells what closed by itself, what a person found of it since, and nothing older or held', () => {
  const decider = createDecider();
  const store = new Map<AlertId, Alert>();
  const save = (alerts: readonly Alert[]) => {
    for (const alert of alerts) store.set(alert.id, alert);
  };
  const strong = makeSignal({ rule: 'strong', severity: 5, minute: 9, entities: [host('srv')] });
  const { alerts } = decide(decider, [weak(0), weak(1), weak(2), weak(3), weak(4), strong]);
  save(alerts);
  const act = (n: number, verdict?: VerdictKind) => {
    const alertId = alerts[n]?.id ?? 'alr_none';
    const command = verdict
      ? ({ kind: 'close_alert', alertId, verdict, reason: 'Looked.' } as const)
      : ({ kind: 'reopen_alert', alertId, reason: 'Odd.' } as const);
    const done = decider.act(command, { actor: 'kim', at: at(10) });
    if (done.ok) save(done.value.alerts);
  };
  act(1, 'true_positive');
  act(2, 'benign');
  act(3);
  const terms = closingTermsOf(undefined, at(20));
  const report = reportClosing([...store.values()], { terms, since: at(1) });
  expect(report.counts).toEqual({
    closed: 1,
    by_rule: 0,
    shown: 1,
    harmless: 1,
    genuine: 1,
    undecided: 0,
  });
  expect(report.missed).toEqual({ k: 1, n: 2 });
  expect(report.below).toBe(0.05);
  expect(report.alerts.map(({ alert, outcome }) => [alert.rule.id, outcome])).toEqual([
    ['weak-1', 'genuine'],
    ['weak-4', 'closed'],
    ['weak-3', 'shown'],
    ['weak-2', 'harmless'],
  ]);
});
