import type { Json, JsonObject } from '../shared/json.ts';

/**
 * What ends the effect of a step. auto: its time, a person, or the closing of an incident that was no
 * attack; on-close: any closing as well; manual: only its time and a person; never: nothing, Cordon
 * does not take it back, and a person must approve it first.
 */
export type UndoPolicy = 'auto' | 'on-close' | 'manual' | 'never';

/** A person must say yes before the step acts. */
export interface ApprovalRule {
  readonly expiresMs: number;
  /** What a no, or no answer in time, means for the run. */
  readonly otherwise: 'skip' | 'fail';
}

/** One thing to do: a verb with bound parameters. */
export interface DoStep {
  readonly kind: 'do';
  readonly id: string;
  readonly verb: string;
  readonly with: JsonObject;
  readonly connector?: string;
  readonly ttlMs?: number;
  readonly reason: string;
  readonly undo: UndoPolicy;
  readonly approval?: ApprovalRule;
}

/** A fork; exactly one side is walked. */
export interface WhenStep {
  readonly kind: 'when';
  readonly id: string;
  readonly condition: string;
  readonly steps: readonly Step[];
  readonly otherwise: readonly Step[];
}

/** Playbooks are structured by construction: no goto, one exit of every fork. */
export type Step = DoStep | WhenStep;

/** A playbook as read from its YAML; `source` is the text it came from. */
export interface Playbook {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  /** Condition over the facts of an incident; without it the playbook is only started by hand. */
  readonly on?: string;
  /** A list in the facts: one run for each of its values, which the steps see as `item`. */
  readonly each?: string;
  readonly steps: readonly Step[];
  readonly onFailure: readonly Step[];
  readonly source: { readonly file: string; readonly text: string };
}

/** Every `do` step, in the order written, both sides of forks included. */
export function listDoSteps(steps: readonly Step[]): readonly DoStep[] {
  return steps.flatMap((step) =>
    step.kind === 'do' ? [step] : [...listDoSteps(step.steps), ...listDoSteps(step.otherwise)],
  );
}

/** What the playbook of a run was, in the form a run keeps. */
export const toDefinition = (playbook: Playbook): JsonObject => ({
  file: playbook.source.file,
  text: playbook.source.text,
});

/** The text a run keeps of its playbook. */
export function readDefinition(definition: JsonObject): {
  readonly file: string;
  readonly text: string;
} {
  const member = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
  return { file: member(definition['file']), text: member(definition['text']) };
}
