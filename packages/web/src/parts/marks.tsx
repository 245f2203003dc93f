import type {
  ActionStatus,
  EntityRef,
  IncidentStatus,
  PriorityLevel,
  Severity,
} from '@cordon/contract';
import { ago, dayAndClock, words } from './format.ts';

const SHAPES: Readonly<Record<Severity, string>> = {
  critical: '◆',
  high: '▲',
  medium: '■',
  low: '●',
  informational: '○',
  unknown: '○',
};

/** Severity as shape, word and colour. */
export function SeverityMark({ severity }: { readonly severity: Severity }) {
  return (
    <span className={`mark s-${severity}`}>
      <span className="shape" aria-hidden="true">
        {SHAPES[severity]}
      </span>
      {severity === 'informational' ? 'Info' : words(severity)}
    </span>
  );
}

const PRIORITY_SEVERITY: Readonly<Record<PriorityLevel, Severity>> = {
  P1: 'critical',
  P2: 'high',
  P3: 'medium',
  P4: 'low',
};

/** Priority in the same shapes and colours. */
export function PriorityMark({ level }: { readonly level: PriorityLevel }) {
  const severity = PRIORITY_SEVERITY[level];
  return (
    <span className={`mark s-${severity}`}>
      <span className="shape" aria-hidden="true">
        {SHAPES[severity]}
      </span>
      {level}
    </span>
  );
}

const STATUS_TONE: Readonly<Record<IncidentStatus, string>> = {
  new: 'warn',
  in_progress: 'on',
  on_hold: '',
  resolved: 'ok',
  closed: '',
};

export function StatusPill({ status }: { readonly status: IncidentStatus }) {
  return <span className={`pill ${STATUS_TONE[status]}`}>{words(status)}</span>;
}

const ACTION_TONE: Readonly<Partial<Record<ActionStatus, string>>> = {
  awaiting_approval: 'warn',
  uncertain: 'warn',
  undoing: 'on',
  intended: 'on',
  applied: 'on',
  held: 'ok',
  done: 'ok',
  failed: 'bad',
  undo_failed: 'bad',
  refused: 'bad',
};

export function ActionPill({ status }: { readonly status: ActionStatus }) {
  return <span className={`pill ${ACTION_TONE[status] ?? ''}`}>{words(status)}</span>;
}

export function Entity({ entity }: { readonly entity: EntityRef }) {
  return (
    <span className="entity">
      <span className="kind">{entity.kind}</span>
      {entity.id}
    </span>
  );
}

/** A moment: how long ago, the exact time on hover. */
export function Ago({ time }: { readonly time: string }) {
  return (
    <time dateTime={time} title={`${dayAndClock(time)} (${time})`}>
      {ago(time, Date.now())}
    </time>
  );
}

/** A moment, exact. */
export function At({ time }: { readonly time: string }) {
  return (
    <time dateTime={time} title={time} className="mono">
      {dayAndClock(time)}
    </time>
  );
}
