import { describe, expect, it } from 'vitest';
import { createDecider } from './create-decider.ts';
import { at, bruteForce, decide, host, incidentIdOf, makeSignal } from './fixtures/signals.ts';

describe('the desk', () => {
  const by = { actor: 'kim', at: at(90) };

  it('assigns, closes, reopens and gives back, each time with a higher revision', () => {
    const decider = createDecider();
    const incidentId = incidentIdOf(decide(decider, [bruteForce('203.0.113.7', 0)]));
    const states = [
      decider.act({ kind: 'assign_incident', incidentId, assignee: 'lee' }, by),
      decider.act(
        { kind: 'close_incident', incidentId, verdict: 'true_positive', reason: 'Seen it.' },
        by,
      ),
      decider.act({ kind: 'reopen_incident', incidentId, reason: 'Again.' }, by),
      decider.act({ kind: 'unassign_incident', incidentId }, by),
    ].map((done) => done.ok && done.value.incidents.map((one) => [one.revision, one.state.status]));
    expect(states).toEqual([
      [[2, 'in_progress']],
      [[3, 'closed']],
      [[4, 'in_progress']],
      [[5, 'new']],
    ]);
  });

  it('says what there is not', () => {
    const done = createDecider().act(
      { kind: 'close_alert', alertId: 'alr_x', verdict: 'benign', reason: '' },
      by,
    );
    expect(done).toMatchObject({ ok: false, problem: { code: 'not_found' } });
  });

  it('closes the incident with its last alert', () => {
    const decider = createDecider();
    const { alerts } = decide(decider, [bruteForce('203.0.113.7', 0)]);
    const alertId = alerts[0]?.id ?? 'alr_none';
    const done = decider.act(
      { kind: 'close_alert', alertId, verdict: 'false_positive', reason: 'Our own test.' },
      by,
    );
    expect(done).toMatchObject({
      ok: true,
      value: {
        incidents: [
          { state: { status: 'closed', verdict: { kind: 'false_positive', by: 'kim' } } },
        ],
      },
    });
  });

  it('goes on folding what a person called harmless, and starts anew after a genuine one', () => {
    for (const [verdict, outcome] of [
      ['benign', 'folded'],
      ['true_positive', 'promoted'],
    ] as const) {
      const decider = createDecider();
      const incidentId = incidentIdOf(decide(decider, [bruteForce('203.0.113.7', 0)]));
      decider.act({ kind: 'close_incident', incidentId, verdict, reason: 'Known.' }, by);
      expect(
        decide(decider, [bruteForce('203.0.113.7', 30)]).outcomes.map((one) => one.outcome),
      ).toEqual([outcome]);
    }
  });

  it('goes on folding into the newest alert when an older one like it is closed', () => {
    const decider = createDecider();
    const [older] = decide(decider, [bruteForce('203.0.113.7', 0)]).alerts;
    const [newer] = decide(decider, [bruteForce('203.0.113.7', 90)]).alerts;
    const alertId = older?.id ?? 'alr_none';
    const verdict = 'true_positive';
    decider.act({ kind: 'close_alert', alertId, verdict, reason: 'Seen it.' }, by);
    const { outcomes } = decide(decider, [bruteForce('203.0.113.7', 95)]);
    expect(outcomes).toMatchObject([{ outcome: 'folded', alertId: newer?.id }]);
  });

  it('takes a person’s verdict into account the next time', () => {
    const decider = createDecider();
    const before = decide(decider, [bruteForce('203.0.113.7', 0)]);
    decider.act(
      {
        kind: 'close_incident',
        incidentId: incidentIdOf(before),
        verdict: 'false_positive',
        reason: 'Our own test.',
      },
      by,
    );
    const after = decide(decider, [bruteForce('203.0.113.7', 300)]);
    const { score } = after.alerts[0] ?? {};
    const shareOf = (kind: string) =>
      score?.contributions
        .filter(({ evidence }) => evidence.kind.startsWith(kind))
        .reduce((sum, { contribution }) => sum + contribution, 0) ?? 0;
    expect(shareOf('verdict')).toBe(-1.5);
    expect(shareOf('learnt:')).toBeLessThan(0);
    expect(score?.logit).toBe(
      (before.alerts[0]?.score.logit ?? 0) + shareOf('verdict') + shareOf('learnt:'),
    );
  });

  it('forgets a verdict that is taken back, as if it had not been given', () => {
    const decider = createDecider();
    const untaught = decider.learnt();
    const before = decide(decider, [bruteForce('203.0.113.7', 0)]);
    const incidentId = incidentIdOf(before);
    const verdict = { verdict: 'false_positive', reason: 'Our own test.' } as const;
    decider.act({ kind: 'close_incident', incidentId, ...verdict }, by);
    expect(decider.learnt()).not.toEqual(untaught);
    decider.act({ kind: 'reopen_incident', incidentId, reason: 'It was none of ours.' }, by);
    expect(decider.learnt()).toEqual(untaught);
  });

  it('goes on after a kill with what verdicts later than the snapshot taught', () => {
    const decider = createDecider();
    const first = decide(decider, [bruteForce('203.0.113.7', 0)]);
    const snapshot = structuredClone(decider.snapshot());
    const verdict = { verdict: 'false_positive', reason: 'Our own test.' } as const;
    const incidentId = incidentIdOf(first);
    const done = decider.act({ kind: 'close_incident', incidentId, ...verdict }, by);
    const { incidents = [], learnt = null } = done.ok ? done.value : {};
    const next = createDecider();
    const { alerts } = first;
    next.restore({ snapshot, alerts, incidents, learnt, lastIncidentNumber: 1 });
    expect(next.learnt()).toEqual(decider.learnt());
    // The answer was lost and the person says it again: it teaches once.
    const emptied = createDecider();
    emptied.restore({ snapshot: null, alerts, incidents, learnt, lastIncidentNumber: 1 });
    emptied.act({ kind: 'close_incident', incidentId, ...verdict }, by);
    expect(emptied.learnt()).toEqual(decider.learnt());
    const again = [bruteForce('203.0.113.7', 300)];
    expect(decide(next, again)).toEqual(decide(decider, again));
  });

  it('says what a verdict moved at once, and moves it back when it is taken back', () => {
    const decider = createDecider();
    const on = (n: number) =>
      makeSignal({ rule: 'odd', severity: 3, minute: n, entities: [host(`ws-${n}`)] });
    const { alerts } = decide(decider, [on(0), on(1), on(2)]);
    const [alertId = 'alr_none', ...others] = alerts.map(({ id }) => id);
    const verdict = { verdict: 'true_positive', reason: 'Seen it.' } as const;
    const closed = decider.act({ kind: 'close_alert', alertId, ...verdict }, by);
    const opened = decider.act({ kind: 'reopen_alert', alertId, reason: 'Not sure.' }, by);
    if (!closed.ok || !opened.ok) throw new Error('refused');
    const { changes } = closed.value;
    expect(changes.rules).toMatchObject([
      { id: 'odd', counts: { before: { genuine: 0 }, after: { genuine: 1, verdicts: 1 } } },
    ]);
    const before = alerts[0]?.score.p ?? 0;
    for (const id of others) {
      const moved = changes.alerts.find((one) => one.id === id);
      expect(moved?.p.before).toBe(before);
      expect(moved?.p.after).toBeGreaterThan(before);
      expect(opened.value.changes.alerts.find((one) => one.id === id)?.p).toEqual({
        before: moved?.p.after,
        after: before,
      });
    }
    expect(opened.value.changes.rules).toMatchObject([{ counts: { after: { verdicts: 0 } } }]);
  });
});
