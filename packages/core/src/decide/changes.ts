import type { IncidentState } from '../correlate/incident.ts';
import type { AlertId, IncidentId } from '../shared/id.ts';
import type { Alert, AlertState } from '../triage/alert.ts';
import type { Decisions } from './decisions.ts';
import type { Memory } from './memory.ts';

/** Something as it was and as it is; `before` is undefined where there was nothing. */
export interface Moved<T> {
  readonly before: T | undefined;
  readonly after: T;
}

/** Verdicts on a rule as they count now; old ones fade, so these need not be whole numbers. */
export interface RuleCount {
  readonly genuine: number;
  readonly verdicts: number;
}

/** What a person's act moved, so that it can be seen and taken back. */
export interface ActChanges {
  /** The first 50 by how far they moved; alerts whose probability or state is another one. */
  readonly alerts: readonly {
    readonly id: AlertId;
    readonly title: string;
    readonly p: Moved<number>;
    readonly status: Moved<AlertState['status']>;
  }[];
  /** How many more alerts moved. */
  readonly moreAlerts: number;
  readonly incidents: readonly {
    readonly id: IncidentId;
    readonly number: number;
    readonly status: Moved<IncidentState['status']>;
    readonly alertCount: Moved<number>;
  }[];
  /** Rules of which the verdicts count otherwise. */
  readonly rules: readonly {
    readonly id: string;
    readonly title: string;
    readonly counts: Moved<RuleCount>;
  }[];
}

const MAX_ALERTS = 50;

/** Remembers how things are; the function says what has moved since, by what was drained. */
export function watchChanges(
  memory: Memory,
  judged: readonly Alert[],
): (decisions: Decisions) => ActChanges {
  const alerts = new Map(memory.alerts);
  const groups = new Map(memory.groups);
  const rules = new Map(judged.map(({ rule, lastAt }) => [rule.id, { rule, lastAt }]));
  const countsOf = (): readonly RuleCount[] =>
    [...rules.values()].map(({ rule, lastAt }) => memory.learner.countsOf(rule.id, lastAt));
  const countsBefore = countsOf();
  return (decisions) => {
    const countsAfter = countsOf();
    const moved = movedAlerts(alerts, decisions.alerts);
    return {
      alerts: moved.slice(0, MAX_ALERTS),
      moreAlerts: Math.max(0, moved.length - MAX_ALERTS),
      incidents: decisions.incidents.flatMap(({ id, number, state, alertIds }) => {
        const before = groups.get(id);
        const status = { before: before?.state.status, after: state.status };
        const alertCount = { before: before?.alertIds.length, after: alertIds.length };
        return isMoved(status) || isMoved(alertCount) ? [{ id, number, status, alertCount }] : [];
      }),
      rules: [...rules.values()].flatMap(({ rule: { id, title } }, index) => {
        const [before, after] = [countsBefore[index], countsAfter[index]];
        if (!after || before?.verdicts === after.verdicts) return [];
        return [{ id, title, counts: { before, after } }];
      }),
    };
  };
}

const isMoved = ({ before, after }: Moved<unknown>): boolean => before !== after;

function movedAlerts(
  before: ReadonlyMap<AlertId, Alert>,
  now: readonly Alert[],
): ActChanges['alerts'] {
  const moved = now.map(({ id, rule, score, state }) => {
    const earlier = before.get(id);
    return {
      id,
      title: rule.title,
      p: { before: earlier?.score.p, after: score.p },
      status: { before: earlier?.state.status, after: state.status },
    };
  });
  const farOf = ({ p }: (typeof moved)[number]): number => Math.abs(p.after - (p.before ?? 0));
  return moved
    .filter(({ p, status }) => isMoved(p) || isMoved(status))
    .sort((a, b) => farOf(b) - farOf(a) || (a.id < b.id ? -1 : 1));
}
