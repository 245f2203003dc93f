import type { JsonObject } from '../../shared/json.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS } from '../../shared/time.ts';
import { type NextStep, nextStep } from './next-step.ts';
import type { ApprovalRule, Playbook } from './playbook.ts';
import type { RunLogEntry, StepOutcome } from './run.ts';

const MOST_TURNS = 2_000;
const TICK_MS = 10 * MINUTE_MS;

/** One thing a run would do. */
export type Planned =
  | {
      readonly kind: 'act';
      readonly stepId: string;
      readonly verb: string;
      readonly with: JsonObject;
      readonly ttlMs?: number;
      readonly reason: string;
      readonly approval?: ApprovalRule;
    }
  | { readonly kind: 'ask'; readonly stepId: string; readonly question: string }
  | { readonly kind: 'undo_all'; readonly stepId: string };

/** What would have happened. */
export interface DryRun {
  readonly planned: readonly Planned[];
  readonly log: readonly RunLogEntry[];
  readonly status: 'succeeded' | 'failed' | 'endless';
  readonly text: string;
  /** How long it would have waited, all in all. */
  readonly waitedMs: number;
}

export interface DryRunInput {
  readonly playbook: Playbook;
  readonly calls?: Readonly<Record<string, Playbook>>;
  readonly facts: JsonObject;
  readonly at: EpochMs;
  /** How a step ends that touches the world or asks a person; by default it succeeds. `waiting`: nobody answers. */
  readonly end?: (stepId: string) => StepOutcome;
}

/** Walks a playbook to its end without touching anything; waits pass at once. */
export function dryRun(input: DryRunInput): DryRun {
  const log: RunLogEntry[] = [];
  const planned: Planned[] = [];
  let now: number = input.at;
  const note = (entry: Omit<RunLogEntry, 'at'>): void => {
    log.push({ at: now as EpochMs, ...entry });
  };
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const next = nextStep({
      definition: input.playbook,
      ...(input.calls ? { calls: input.calls } : {}),
      facts: input.facts,
      log,
      now: now as EpochMs,
      createdAt: input.at,
    });
    const waitedMs = now - input.at;
    if (next.kind === 'finish')
      return { planned, log, status: next.status, text: next.text, waitedMs };
    if (next.kind === 'wait') now = toLater(next, now);
    else record(next, { note, planned, end: input.end ?? (() => 'succeeded') });
  }
  const text = 'It does not come to an end.';
  return { planned, log, status: 'endless', text, waitedMs: now - input.at };
}

/** A wait without an end of its own ends by whatever else is timed, looked at every hour. */
function toLater(wait: Extract<NextStep, { kind: 'wait' }>, now: number): number {
  return wait.until === undefined ? now + HOUR_MS : Math.max(wait.until, now + TICK_MS);
}

interface Notes {
  readonly note: (entry: Omit<RunLogEntry, 'at'>) => void;
  readonly planned: Planned[];
  readonly end: (stepId: string) => StepOutcome;
}

type Recordable = Extract<
  NextStep,
  { readonly kind: 'act' | 'ask' | 'undo_all' | 'give_up' | 'note' }
>;

function record(next: Recordable, { note, planned, end }: Notes): void {
  if (next.kind === 'act') {
    const { id, verb, reason, ttlMs, approval } = next.step;
    const optional = { ...(ttlMs ? { ttlMs } : {}), ...(approval ? { approval } : {}) };
    planned.push({ kind: 'act', stepId: id, verb, with: next.step.with, reason, ...optional });
    const outcome = end(id);
    note({ stepId: id, outcome: outcome === 'waiting' ? 'refused' : outcome, text: verb });
  } else if (next.kind === 'ask') {
    planned.push({ kind: 'ask', stepId: next.stepId, question: next.question });
    note({ stepId: next.stepId, outcome: 'waiting', text: next.question });
    if (end(next.stepId) !== 'waiting')
      note({ stepId: next.stepId, outcome: end(next.stepId), text: '' });
  } else if (next.kind === 'undo_all') {
    planned.push({ kind: 'undo_all', stepId: next.stepId });
    note({ stepId: next.stepId, outcome: 'succeeded', text: 'Everything is taken back.' });
  } else if (next.kind === 'give_up') {
    note({ stepId: next.stepId, outcome: 'failed', text: next.text });
  } else {
    const { kind: _, problem: __, ...line } = next;
    note(line);
  }
}
