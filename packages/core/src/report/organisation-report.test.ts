import { describe, expect, it } from 'vitest';
import type { Incident } from '../correlate/incident.ts';
import type { ActionRecord, JournalEntry } from '../respond/action.ts';
import { idOf } from '../shared/id.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, toEpochMs } from '../shared/time.ts';
import type { Alert, Verdict } from '../triage/alert.ts';
import { DEFAULT_ASSUMPTIONS } from './assumptions.ts';
import type { Act, Books } from './books.ts';
import { reportOf } from './organisation-report.ts';
import { periodAt } from './period.ts';

const period = periodAt('week', Date.UTC(2026, 10, 24));
const minute = (n: number) => toEpochMs(period.from + n * MINUTE_MS);
const verdict = (kind: Verdict['kind'], at: number, by = 'ann'): Verdict => ({
  kind,
  by,
  reason: 'so',
  at: minute(at),
});
const closed = (kind: Verdict['kind'], at: number, by?: string): Incident['state'] => ({
  status: 'closed',
  verdict: verdict(kind, at, by),
});
const incidentId = (n: number) => idOf('inc', [n]);

/** Opened at minute n, first seen a minute before. */
function opened(n: number, more: Partial<Incident> = {}): Books['opened'][number] {
  const incident = {
    id: incidentId(n),
    number: n,
    title: `Incident ${n}`,
    behaviours: ['bruteforce'],
    techniques: ['T1110'],
    firstAt: minute(n - 1),
    entities: [
      { kind: 'host', id: 'web-1', role: 'target' },
      { kind: 'file', id: '/tmp/x', role: 'target' },
      { kind: 'ip', id: '203.0.113.7', role: 'actor' },
    ],
    priority: { level: 'P2', score: 50 },
    state: { status: 'new' },
    ...more,
  } as unknown as Incident;
  return { incident, openedAt: minute(n) };
}

const phase = (name: JournalEntry['phase'], at: number, by?: string): JournalEntry => ({
  at: minute(at),
  phase: name,
  text: '',
  ...(by && { by }),
});
function action(n: number, more: Partial<ActionRecord> = {}): ActionRecord {
  return {
    id: idOf('act', [n]),
    incidentId: incidentId(n),
    verb: 'net.ip.block',
    class: 'contain',
    status: 'held',
    createdAt: minute(n),
    journal: [phase('receipt', n + 1), phase('hold', n + 2)],
    ...more,
  } as ActionRecord;
}
const act = (n: number, at: number, more: Partial<Act> = {}): Act => ({
  at: minute(at),
  actor: 'ann',
  what: 'incident_assigned',
  subject: incidentId(n),
  incidentId: incidentId(n),
  ...more,
});
const alert = (n: number, state: Alert['state']): Alert =>
  ({ id: idOf('alr', [n]), rule: { id: 'r1', title: 'Guessing' }, state }) as Alert;

const books = (more: Partial<Books> = {}): Books => ({
  period,
  opened: [],
  alerts: [],
  verdicts: new Map(),
  actions: [],
  acts: [],
  coverage: { sources: [], techniques: [], silent: [] },
  assumptions: DEFAULT_ASSUMPTIONS,
  ...more,
});

describe('response times', () => {
  it('are counted from the opening: first act of a person, first effect that held, verdict', () => {
    const report = reportOf(
      books({
        opened: [opened(10, { state: closed('true_positive', 40) })],
        actions: [action(10), action(11, { incidentId: incidentId(10) })],
        acts: [act(10, 15), act(10, 16)],
      }),
    );
    expect(report.rows.incidents[0]?.timesMs).toEqual({
      detect: MINUTE_MS,
      acknowledge: 5 * MINUTE_MS,
      contain: 2 * MINUTE_MS,
      resolve: 30 * MINUTE_MS,
    });
  });

  it('know nothing of what was not done', () => {
    const report = reportOf(books({ opened: [opened(10)], acts: [act(9, 15)] }));
    expect(report.rows.incidents[0]?.timesMs).toEqual({ detect: MINUTE_MS });
    expect(report.response).toMatchObject({ detect: { n: 1 }, contain: { n: 0 } });
  });

  it('stand by priority and by type, the most frequent first, from five incidents on with a median', () => {
    const { byPriority, byType } = reportOf(
      books({
        opened: [1, 2, 3, 4, 5, 6].map((n) =>
          opened(n, {
            firstAt: minute(0),
            priority: { level: n === 6 ? 'P1' : 'P3', score: 10 } as Incident['priority'],
            behaviours: n < 3 ? ['phishing', 'bruteforce'] : n === 6 ? [] : ['scanning'],
          }),
        ),
      }),
    );
    expect(byPriority.map(({ of, incidents, times }) => [of, incidents, times.detect])).toEqual([
      ['P3', 5, { n: 5, median: 3 * MINUTE_MS }],
      ['P1', 1, { n: 1 }],
    ]);
    expect(byType.map(({ of, incidents }) => [of, incidents])).toEqual([
      ['scanning', 3],
      ['phishing', 2],
      ['policy', 1],
    ]);
  });

  it('leave out incidents that were merged into others', () => {
    const merged = opened(2, { state: closed('duplicate', 3, 'cordon') });
    const { incidents } = reportOf(books({ opened: [opened(1), merged] }));
    expect(incidents).toMatchObject({ opened: 1, merged: 1, open: 1 });
    expect(incidents.byDay.map(({ count }) => count)).toEqual([1, 0, 0, 0, 0, 0, 0]);
  });
});

describe('automation', () => {
  const asked = {
    planHash: 'h',
    expiresAt: minute(99),
    decision: { by: 'ann', approved: true, reason: '', at: minute(1) },
  };
  it.each<{
    readonly name: string;
    readonly of: ActionRecord;
    readonly state: Incident['state'];
    readonly isFalse: boolean;
  }>([
    { name: 'that was right', of: action(1), state: closed('true_positive', 50), isFalse: false },
    { name: 'on an incident still open', of: action(1), state: { status: 'new' }, isFalse: false },
    {
      name: 'over a false alarm',
      of: action(1),
      state: closed('false_positive', 50),
      isFalse: true,
    },
    { name: 'over something harmless', of: action(1), state: closed('benign', 50), isFalse: true },
    {
      name: 'that a person took back while the incident was open',
      of: action(1, { journal: [phase('receipt', 2), phase('undo', 9, 'ann')] }),
      state: { status: 'new' },
      isFalse: true,
    },
    {
      name: 'that ended with its incident',
      of: action(1, { journal: [phase('receipt', 2), phase('undo', 50, 'ann')] }),
      state: closed('true_positive', 50),
      isFalse: false,
    },
    {
      name: 'whose time was over',
      of: action(1, { journal: [phase('receipt', 2), phase('undo', 9, 'cordon')] }),
      state: { status: 'new' },
      isFalse: false,
    },
    {
      name: 'a person asked for',
      of: action(1, { approval: asked }),
      state: closed('benign', 50),
      isFalse: false,
    },
    {
      name: 'that only told somebody',
      of: action(1, { class: 'notify' }),
      state: closed('benign', 50),
      isFalse: false,
    },
    {
      name: 'that was never done',
      of: action(1, { status: 'observed', journal: [] }),
      state: closed('benign', 50),
      isFalse: false,
    },
  ])('is false or not: one $name', ({ of, state, isFalse }) => {
    const { automation, rows } = reportOf(books({ opened: [opened(1, { state })], actions: [of] }));
    expect(rows.actions.map((one) => one.isFalse)).toEqual([isFalse]);
    expect(automation.falseAutomation.k).toBe(isFalse ? 1 : 0);
  });

  it('judges an action by its incident although that was opened earlier', () => {
    const verdicts = new Map([[incidentId(1), verdict('false_positive', 9)]]);
    const { automation } = reportOf(books({ actions: [action(1)], verdicts }));
    expect(automation.falseAutomation).toEqual({ k: 1, n: 1 });
  });

  it('counts what became of what was proposed; later actions are of another period', () => {
    const later = action(1, { createdAt: period.to });
    const { automation } = reportOf(
      books({
        actions: [
          action(1),
          action(2, { status: 'undone' }),
          action(3, { status: 'refused', journal: [] }),
          action(4, { status: 'expired', journal: [] }),
          action(5, { status: 'awaiting_approval', journal: [] }),
          action(6, { status: 'uncertain', journal: [] }),
          later,
        ],
      }),
    );
    expect(automation).toMatchObject({
      byOutcome: { carried_out: 2, observed: 0, refused: 1, rejected: 1, waiting: 1, failed: 1 },
      automatic: 2,
      held: 1,
      undone: 1,
      falseAutomation: { k: 0, n: 2 },
    });
  });
});

describe('people, rules, entities and cost', () => {
  it('tells who did how much and at which hours', () => {
    const { workload } = reportOf(
      books({
        acts: [
          act(1, 5),
          act(1, 65),
          act(2, 66, { actor: 'bob' }),
          act(3, 70),
          act(4, 7 * 24 * 60),
        ],
      }),
    );
    expect(workload.people).toEqual([
      { person: 'ann', acts: 3, incidents: 2 },
      { person: 'bob', acts: 1, incidents: 1 },
    ]);
    expect(workload.byHour.slice(0, 3)).toEqual([1, 3, 0]);
    expect(workload.byHour).toHaveLength(24);
  });

  it('tells how often the alerts of a rule were wrong, by the word of people alone', () => {
    const inIncident = (n: number): Alert['state'] => ({
      status: 'in_incident',
      incidentId: incidentId(n),
      why: '',
    });
    const done = (kind: Verdict['kind'], by?: string): Alert['state'] => ({
      status: 'closed',
      verdict: verdict(kind, 1, by),
    });
    const { rules } = reportOf(
      books({
        opened: [opened(1, { state: closed('benign', 3) }), opened(2)],
        alerts: [
          alert(1, done('false_positive')),
          alert(2, done('true_positive')),
          alert(3, done('false_positive', 'cordon')),
          alert(4, done('duplicate')),
          alert(5, inIncident(1)),
          alert(6, inIncident(2)),
        ],
      }),
    );
    expect(rules).toEqual([{ ruleId: 'r1', title: 'Guessing', alerts: 6, wrong: { k: 2, n: 3 } }]);
  });

  it('tells what incidents happened to, and leaves out what was harmless', () => {
    const priority = { level: 'P1', score: 80 } as Incident['priority'];
    const { entities, techniques } = reportOf(
      books({
        opened: [
          opened(1),
          opened(2, { priority }),
          opened(3, { state: closed('false_positive', 9) }),
        ],
      }),
    );
    expect(entities).toEqual([
      { entity: { kind: 'host', id: 'web-1' }, incidents: 2, worst: 'P1', risk: 130 },
    ]);
    expect(techniques).toEqual({ covered: 0, silent: 0, met: [{ id: 'T1110', incidents: 3 }] });
  });

  it('tells what it cost and what was saved, line by line, by the assumptions that are shown', () => {
    const done = (by: string): Alert['state'] => ({
      status: 'closed',
      verdict: verdict('false_positive', 1, by),
    });
    const { cost } = reportOf(
      books({
        opened: [opened(1), opened(2)],
        acts: [act(1, 5), act(1, 6, { what: 'action_intended' })],
        alerts: [alert(1, done('ann')), alert(2, done('cordon')), alert(3, done('cordon'))],
        actions: [action(1)],
      }),
    );
    expect(cost.spent.map(({ what, count }) => [what, count])).toEqual([
      ['alerts_judged', 1],
      ['incidents_handled', 1],
      ['decisions', 1],
    ]);
    expect(cost).toMatchObject({ spentMinutes: 75, savedMinutes: 40, perIncident: 46.875 });
    expect(reportOf(books()).cost.perIncident).toBeUndefined();
  });

  it('gives a week seven days and a month as many as it has', () => {
    const month = periodAt('month', Date.UTC(2026, 1, 10));
    const late = { ...opened(1), openedAt: toEpochMs(month.to - HOUR_MS) };
    const { byDay } = reportOf(books({ period: month, opened: [late] })).incidents;
    expect([byDay.length, byDay.at(-1)?.count]).toEqual([28, 1]);
    expect((byDay[1]?.at ?? 0) - (byDay[0]?.at ?? 0)).toBe(DAY_MS);
  });
});
