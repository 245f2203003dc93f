import type { Json, JsonObject } from '../shared/json.ts';
import type { Problem } from '../shared/problem.ts';
import { evaluate, isTrue, parseExpression } from './expression.ts';
import type { DoStep, Playbook, Step, WhenStep } from './playbook.ts';
import type { RunLogEntry } from './run.ts';
import { bindTemplate } from './template.ts';
import { UNDO_ALL } from './verbs.ts';

/** A step with every hole filled. */
export interface BoundStep extends Omit<DoStep, 'kind'> {}

/** What a run does next. */
export type NextStep =
  | { readonly kind: 'act'; readonly step: BoundStep }
  | { readonly kind: 'undo_all'; readonly stepId: string }
  | {
      readonly kind: 'note';
      readonly stepId: string;
      readonly outcome: 'succeeded' | 'skipped' | 'failed';
      readonly text: string;
      readonly problem?: Problem;
    }
  | { readonly kind: 'wait'; readonly stepId: string }
  | { readonly kind: 'finish'; readonly status: 'succeeded' | 'failed'; readonly text: string };

interface Walk {
  readonly latest: ReadonlyMap<string, RunLogEntry>;
  readonly facts: JsonObject;
}

/**
 * The next thing to do, from the playbook and what has happened, and nothing else: the same log
 * always gives the same answer, so a run can stop anywhere and be asked again. The first failure
 * leaves the steps and walks `on_failure` once.
 */
export function nextStep(run: {
  readonly definition: Playbook;
  readonly facts: JsonObject;
  readonly log: readonly RunLogEntry[];
}): NextStep {
  const latest = new Map(run.log.map((entry) => [entry.stepId, entry]));
  const outcomes = Object.fromEntries(
    run.log.map((e) => [e.stepId, { outcome: e.outcome, output: e.output ?? null } as Json]),
  );
  const walk: Walk = { latest, facts: { ...run.facts, steps: outcomes } };
  const main = walkSteps(run.definition.steps, walk);
  if (main === 'passed')
    return { kind: 'finish', status: 'succeeded', text: 'Every step was walked.' };
  if (main !== 'failed') return main;
  const rescue = walkSteps(run.definition.onFailure, walk);
  if (rescue !== 'passed' && rescue !== 'failed') return rescue;
  const failed = run.log.find((entry) => entry.outcome === 'failed');
  return {
    kind: 'finish',
    status: 'failed',
    text: `Step "${failed?.stepId}" failed: ${failed?.text}`,
  };
}

function walkSteps(steps: readonly Step[], walk: Walk): NextStep | 'passed' | 'failed' {
  for (const step of steps) {
    const result = step.kind === 'do' ? walkDo(step, walk) : walkWhen(step, walk);
    if (result !== 'passed') return result;
  }
  return 'passed';
}

function walkDo(step: DoStep, walk: Walk): NextStep | 'passed' | 'failed' {
  const outcome = walk.latest.get(step.id)?.outcome;
  switch (outcome) {
    case undefined:
      return bind(step, walk.facts);
    case 'started':
    case 'waiting':
      return { kind: 'wait', stepId: step.id };
    case 'failed':
      return 'failed';
    case 'refused':
    case 'skipped':
    case 'observed':
    case 'succeeded':
      return 'passed';
  }
}

function bind(step: DoStep, facts: JsonObject): NextStep {
  if (step.verb === UNDO_ALL) return { kind: 'undo_all', stepId: step.id };
  const params = bindTemplate(step.with, facts);
  const reason = bindTemplate(step.reason, facts);
  if (!params.ok || !reason.ok) {
    const problem = params.ok ? (reason.ok ? undefined : reason.problem) : params.problem;
    return {
      kind: 'note',
      stepId: step.id,
      outcome: 'failed',
      text: problem?.detail ?? '',
      ...(problem ? { problem } : {}),
    };
  }
  const { kind: _, ...rest } = step;
  return {
    kind: 'act',
    step: { ...rest, with: params.value as JsonObject, reason: String(reason.value) },
  };
}

function walkWhen(step: WhenStep, walk: Walk): NextStep | 'passed' | 'failed' {
  const taken = walk.latest.get(step.id)?.outcome;
  if (taken !== undefined)
    return walkSteps(taken === 'succeeded' ? step.steps : step.otherwise, walk);
  const parsed = parseExpression(step.condition);
  const holds = parsed.ok && isTrue(evaluate(parsed.value, walk.facts));
  const text = `${step.condition}: ${holds ? 'holds' : 'does not hold'}`;
  return { kind: 'note', stepId: step.id, outcome: holds ? 'succeeded' : 'skipped', text };
}
