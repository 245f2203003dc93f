import type { Json, JsonObject } from '../../shared/json.ts';

/**
 * What ends the effect of a step. auto: its time, a person, or the closing of an incident that was no
 * attack; on-close: any closing as well; manual: only its time and a person; never: nothing, Cordon
 * does not take it back, and a person must approve it first.
 */
export type UndoPolicy = 'auto' | 'on-close' | 'manual' | 'never';

/** What a no, or no answer in time, means for the run. */
export type Otherwise = 'skip' | 'fail';

/** A person must say yes before the step acts. */
export interface ApprovalRule {
  readonly expiresMs: number;
  readonly otherwise: Otherwise;
}

interface StepBase {
  readonly id: string;
  /** How long the step may take; then it has failed. */
  readonly timeoutMs?: number;
  /** Walked when the step failed; when these pass, the run goes on after the step. */
  readonly onFailure?: readonly Step[];
}

/** One thing to do: a verb with bound parameters. */
export interface DoStep extends StepBase {
  readonly kind: 'do';
  readonly verb: string;
  readonly with: JsonObject;
  readonly connector?: string;
  readonly ttlMs?: number;
  readonly reason: string;
  readonly undo: UndoPolicy;
  readonly approval?: ApprovalRule;
}

/** A fork; exactly one side is walked. */
export interface WhenStep extends StepBase {
  readonly kind: 'when';
  readonly condition: string;
  readonly steps: readonly Step[];
  readonly otherwise: readonly Step[];
}

/** A fork by value: the case with the text of the value, or `otherwise`. */
export interface SwitchStep extends StepBase {
  readonly kind: 'switch';
  readonly of: string;
  readonly cases: readonly { readonly value: string; readonly steps: readonly Step[] }[];
  readonly otherwise: readonly Step[];
}

/** Once for each value of a list, one after the other; the steps see the value as `item`. */
export interface EachStep extends StepBase {
  readonly kind: 'each';
  readonly list: string;
  /** A longer list fails the step: nothing is left out in silence. */
  readonly most: number;
  readonly steps: readonly Step[];
}

/** As long as the condition holds, asked anew before every round; the steps see the number as `round`. */
export interface WhileStep extends StepBase {
  readonly kind: 'while';
  readonly condition: string;
  /** A round more than these fails the step. */
  readonly most: number;
  readonly steps: readonly Step[];
}

/** Branches that go on side by side; the step is over when all of them are. */
export interface ParallelStep extends StepBase {
  readonly kind: 'parallel';
  readonly branches: readonly (readonly Step[])[];
}

/** Another playbook, as a part of this run; it sees its own inputs and the incident. */
export interface CallStep extends StepBase {
  readonly kind: 'call';
  readonly playbook: string;
  readonly with: JsonObject;
}

/** A question to a person, or something a person does by hand; yes goes on. */
export interface AskStep extends StepBase {
  readonly kind: 'ask';
  readonly question: string;
  readonly of?: string;
  readonly expiresMs: number;
  readonly otherwise: Otherwise;
}

/** Lets time pass, or waits until a condition over the incident as it then is holds. */
export interface WaitStep extends StepBase {
  readonly kind: 'wait';
  readonly forMs: number;
  /** Waited for, at most `forMs`; absent: the time itself is waited for. */
  readonly until?: string;
  readonly otherwise: Otherwise;
}

/** The end of the run, before its last step. */
export interface StopStep extends StepBase {
  readonly kind: 'stop';
  readonly status: 'succeeded' | 'failed';
  readonly text: string;
}

/** Playbooks are structured by construction: no goto, one exit of every fork. */
export type Step =
  | DoStep
  | WhenStep
  | SwitchStep
  | EachStep
  | WhileStep
  | ParallelStep
  | CallStep
  | AskStep
  | WaitStep
  | StopStep;

export const INPUT_TYPES = [
  'text',
  'number',
  'boolean',
  'ip',
  'domain',
  'url',
  'host',
  'user',
  'hash',
  'email',
  'list',
] as const;
export type InputType = (typeof INPUT_TYPES)[number];

/** What a playbook is given when it is started by hand or called. */
export interface InputRule {
  readonly type: InputType;
  readonly description?: string;
  readonly isOptional: boolean;
  readonly fallback?: Json;
}

/** Values of `each` that are run over without asking, where a playbook does not say. */
export const DEFAULT_AT_MOST = 20;
/** The most that an `each`, a loop or a list given as an input may bring. */
export const MOST_ROUNDS = 500;

/** A playbook as read from its YAML; `source` is the text it came from. */
export interface Playbook {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly description?: string;
  /** Harm of running it, 0 to 100, as CACAO has it. */
  readonly impact?: number;
  readonly inputs: Readonly<Record<string, InputRule>>;
  /** What a caller gets: expressions over the facts at the end. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Condition over the facts of an incident; without it the playbook is only started by hand. */
  readonly on?: string;
  /** A list in the facts: one run for each of its values, which the steps see as `item`. */
  readonly each?: string;
  /** So many values of `each` get a run by itself, `DEFAULT_AT_MOST` where it is not said; a person is asked about more. */
  readonly atMost?: number;
  /** How long a run may take; then it has failed. */
  readonly timeoutMs?: number;
  readonly steps: readonly Step[];
  readonly onFailure: readonly Step[];
  readonly source: { readonly file: string; readonly text: string };
}

/** The lists of steps inside a step, `on_failure` included. */
export function listBlocks(step: Step): readonly (readonly Step[])[] {
  const rescue = step.onFailure ? [step.onFailure] : [];
  switch (step.kind) {
    case 'when':
      return [step.steps, step.otherwise, ...rescue];
    case 'switch':
      return [...step.cases.map(({ steps }) => steps), step.otherwise, ...rescue];
    case 'each':
    case 'while':
      return [step.steps, ...rescue];
    case 'parallel':
      return [...step.branches, ...rescue];
    case 'do':
    case 'call':
    case 'ask':
    case 'wait':
    case 'stop':
      return rescue;
  }
}

/** Every step, in the order written, all sides of forks included. */
export const listSteps = (steps: readonly Step[]): readonly Step[] =>
  steps.flatMap((step) => [step, ...listBlocks(step).flatMap(listSteps)]);

/** Every step of a playbook, those of its `on_failure` last. */
export const listAllSteps = ({ steps, onFailure }: Playbook): readonly Step[] => [
  ...listSteps(steps),
  ...listSteps(onFailure),
];

/** Every `do` step, in the order written, all sides of forks included. */
export const listDoSteps = (steps: readonly Step[]): readonly DoStep[] =>
  listSteps(steps).filter((step) => step.kind === 'do');
