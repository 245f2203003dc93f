import { CORDON } from '../decide/placement.ts';
import type { Alert } from '../triage/alert.ts';
import type { Assumptions } from './assumptions.ts';
import type { JudgedAction } from './automation.ts';
import type { Books } from './books.ts';

/** So many things at so many minutes each. */
export interface CostLine {
  readonly what:
    | 'alerts_judged'
    | 'incidents_handled'
    | 'decisions'
    | 'alerts_closed'
    | 'actions_automatic';
  readonly count: number;
  readonly minutesEach: number;
}

export interface Cost {
  readonly spent: readonly CostLine[];
  readonly saved: readonly CostLine[];
  readonly spentMinutes: number;
  readonly savedMinutes: number;
  /** Of an incident, in the currency; absent where there was none. */
  readonly perIncident?: number;
  readonly assumptions: Assumptions;
}

interface Counted {
  readonly books: Books;
  readonly incidents: number;
  /** Those a person took up. */
  readonly acknowledged: number;
  readonly judged: readonly JudgedAction[];
}

const DECISIONS: ReadonlySet<string> = new Set(['action_rejected', 'action_intended']);

/** What the period cost people in minutes, and what it would have cost on top. */
export function costOf({ books, incidents, acknowledged, judged }: Counted): Cost {
  const { assumptions, alerts, acts, period } = books;
  const closedBy =
    (isWanted: (by: string) => boolean) =>
    ({ state }: Alert) =>
      state.status === 'closed' && isWanted(state.verdict.by);
  const decisions = acts.filter(({ what, at }) => DECISIONS.has(what) && at < period.to).length;
  const spent: readonly CostLine[] = [
    {
      what: 'alerts_judged',
      count: alerts.filter(closedBy((by) => by !== CORDON)).length,
      minutesEach: assumptions.minutesPerAlert,
    },
    {
      what: 'incidents_handled',
      count: acknowledged,
      minutesEach: assumptions.minutesPerIncident,
    },
    { what: 'decisions', count: decisions, minutesEach: assumptions.minutesPerDecision },
  ];
  const saved: readonly CostLine[] = [
    {
      what: 'alerts_closed',
      count: alerts.filter(closedBy((by) => by === CORDON)).length,
      minutesEach: assumptions.minutesPerAlert,
    },
    {
      what: 'actions_automatic',
      count: judged.filter(({ isAutomatic, isFalse }) => isAutomatic && !isFalse).length,
      minutesEach: assumptions.minutesPerAction,
    },
  ];
  const spentMinutes = minutesOf(spent);
  return {
    spent,
    saved,
    spentMinutes,
    savedMinutes: minutesOf(saved),
    ...(incidents > 0 && {
      perIncident: ((spentMinutes / 60) * assumptions.hourlyCost) / incidents,
    }),
    assumptions,
  };
}

const minutesOf = (lines: readonly CostLine[]): number =>
  lines.reduce((sum, { count, minutesEach }) => sum + count * minutesEach, 0);
