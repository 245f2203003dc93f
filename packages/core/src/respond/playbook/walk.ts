import type { Json, JsonObject } from '../../shared/json.ts';
import type { Problem } from '../../shared/problem.ts';
import type { EpochMs } from '../../shared/time.ts';
import type { AskStep, DoStep, Playbook, Step } from './playbook.ts';
import type { RunLogEntry } from './run.ts';
import type { Scope } from './scope.ts';

/** The id under which the log tells of the run as a whole. */
export const RUN = '(run)';

/** A step with every hole filled; its id is the one in the log. */
export interface BoundStep extends Omit<DoStep, 'kind' | 'onFailure'> {}

/** A line for the log of the run; nothing else is done. */
export interface Note {
  readonly kind: 'note';
  readonly stepId: string;
  readonly outcome: 'started' | 'waiting' | 'succeeded' | 'skipped' | 'failed';
  readonly text: string;
  readonly output?: Json;
  readonly facts?: JsonObject;
  readonly problem?: Problem;
}

/** What a run does next. */
export type NextStep =
  | { readonly kind: 'act'; readonly step: BoundStep }
  | { readonly kind: 'undo_all'; readonly stepId: string }
  | {
      readonly kind: 'ask';
      readonly stepId: string;
      readonly question: string;
      readonly step: AskStep;
    }
  /** The step has failed; what it began and nobody has allowed yet is withdrawn. */
  | { readonly kind: 'give_up'; readonly stepId: string; readonly text: string }
  | Note
  /** Nothing to do before one of the steps ends, or that time comes. */
  | { readonly kind: 'wait'; readonly stepIds: readonly string[]; readonly until?: EpochMs }
  | { readonly kind: 'finish'; readonly status: 'succeeded' | 'failed'; readonly text: string };

/** How far a step or a list of steps has come: over, in one of three ways, or something is next. */
export type Walked = NextStep | 'passed' | 'failed' | 'stopped';

export interface Walk {
  readonly latest: ReadonlyMap<string, RunLogEntry>;
  readonly first: ReadonlyMap<string, RunLogEntry>;
  readonly now: EpochMs;
  /** The facts of the incident as the run has last seen them. */
  readonly incident: JsonObject;
  readonly live: JsonObject;
  readonly calls: Readonly<Record<string, Playbook>>;
}

/** What a step with steps inside is walked with. */
export interface Inside {
  readonly scope: Scope;
  readonly walkBlock: (steps: readonly Step[], walk: Walk, scope: Scope) => Walked;
}

export const fail = (stepId: string, problem: Problem): Note => ({
  kind: 'note',
  stepId,
  outcome: 'failed',
  text: problem.detail,
  problem,
});

/** Two waits as one: over when either is. */
export function joinWaits(waits: readonly Extract<NextStep, { kind: 'wait' }>[]): NextStep {
  const times = waits.flatMap(({ until }) => (until === undefined ? [] : [until]));
  return {
    kind: 'wait',
    stepIds: waits.flatMap(({ stepIds }) => stepIds),
    ...(times.length === 0 ? {} : { until: Math.min(...times) as EpochMs }),
  };
}
