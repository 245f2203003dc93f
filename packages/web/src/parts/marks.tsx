import type {
  ActionStatus,
  AlertSummary,
  EntityRef,
  IncidentStatus,
  PriorityLevel,
  Severity,
} from '@cordon/contract';
import { Fragment } from 'react';
import { ago, clock, dayAndClock, words } from './format.ts';
import { useZone } from './zone.ts';

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

/** Says that an alert was found in what was stored before its indicator was known. */
export function LookBackMark({ alert }: { readonly alert: Pick<AlertSummary, 'matched'> }) {
  const text = alert.matched['look_back'];
  if (text === undefined) return null;
  return (
    <span className="pill" title={`It was ${text}.`}>
      found by looking back
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
      <span className="kind">{entity.kind.replaceAll('_', ' ')}</span>
      <Breakable text={entity.id} />
    </span>
  );
}

/** A moment: how long ago, the exact time on hover. */
export function Ago({ time }: { readonly time: string }) {
  const [zone] = useZone();
  return (
    <time dateTime={time} title={`${dayAndClock(time, zone)} (${time})`}>
      {ago(time, Date.now())}
    </time>
  );
}

/** A moment, exact, in the zone the reader chose. */
export function At({
  time,
  isClockOnly = false,
}: {
  readonly time: string;
  readonly isClockOnly?: boolean;
}) {
  const [zone] = useZone();
  return (
    <time dateTime={time} title={time} className="mono">
      {isClockOnly ? clock(time, zone) : dayAndClock(time, zone)}
    </time>
  );
}

const TAIL = 24;

/** One line that is cut in the middle where it does not fit: both ends tell things apart. */
export function Middle({ text }: { readonly text: string }) {
  const cut = Math.max(0, text.length - TAIL);
  return (
    <span className="middle" title={text}>
      <span>{text.slice(0, cut)}</span>
      <span>{text.slice(cut)}</span>
    </span>
  );
}

/** A path, name or address that may wrap after its separators rather than within its words. */
export function Breakable({ text }: { readonly text: string }) {
  const parts = text.split(/(?<=[\\/@:._=&?-])/);
  return parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text, which never reorder
    <Fragment key={index}>
      {part}
      <wbr />
    </Fragment>
  ));
}
