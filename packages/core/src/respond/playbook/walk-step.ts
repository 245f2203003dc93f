import type { Json, JsonObject } from '../../shared/json.ts';
import type { Result } from '../../shared/result.ts';
import type { EpochMs } from '../../shared/time.ts';
import { evaluate, isTrue, parseExpression, printJson } from '../cel/expression.ts';
import { bindTemplate } from '../cel/template.ts';
import { printDuration } from '../duration.ts';
import { UNDO_ALL } from '../verbs.ts';
import type {
  AskStep,
  DoStep,
  Step,
  StopStep,
  SwitchStep,
  WaitStep,
  WhenStep,
} from './playbook.ts';
import type { StepOutcome } from './run.ts';
import { listOutcomes, type Scope, toInstanceId } from './scope.ts';
import { fail, type NextStep, type Walk, type Walked } from './walk.ts';

/** What the steps of a scope see. */
export const toSight = (walk: Walk, scope: Scope): JsonObject => ({
  ...scope.facts,
  steps: listOutcomes(scope, walk.latest),
});

/** The value of an expression over what a scope sees. */
export function readFact(text: string, facts: JsonObject): Result<Json> {
  const parsed = parseExpression(text);
  return parsed.ok ? evaluate(parsed.value, facts) : parsed;
}

/** What an ended step means for those after it; undefined while it has not ended. */
export function toEnd(outcome: StepOutcome | undefined): 'passed' | 'failed' | undefined {
  switch (outcome) {
    case undefined:
    case 'started':
    case 'waiting':
      return undefined;
    case 'failed':
      return 'failed';
    case 'refused':
    case 'skipped':
    case 'observed':
    case 'succeeded':
      return 'passed';
  }
}

export function walkDo(step: DoStep, walk: Walk, scope: Scope): Walked {
  const id = toInstanceId(scope, step);
  const outcome = walk.latest.get(id)?.outcome;
  const end = toEnd(outcome);
  if (end !== undefined) return end;
  if (outcome !== undefined) return { kind: 'wait', stepIds: [id] };
  return bind(step, id, toSight(walk, scope));
}

function bind(step: DoStep, id: string, facts: JsonObject): NextStep {
  if (step.verb === UNDO_ALL) return { kind: 'undo_all', stepId: id };
  const params = bindTemplate(step.with, facts);
  if (!params.ok) return fail(id, params.problem);
  const reason = bindTemplate(step.reason, facts);
  if (!reason.ok) return fail(id, reason.problem);
  const { kind: _, onFailure: __, ...rest } = step;
  const bound = { with: params.value as JsonObject, reason: printJson(reason.value) };
  return { kind: 'act', step: { ...rest, id, ...bound } };
}

/** The side that is walked, or the note of which one it is. */
export function walkWhen(step: WhenStep, walk: Walk, scope: Scope): readonly Step[] | NextStep {
  const id = toInstanceId(scope, step);
  const taken = walk.latest.get(id)?.outcome;
  if (taken !== undefined) return taken === 'succeeded' ? step.steps : step.otherwise;
  const value = readFact(step.condition, toSight(walk, scope));
  if (!value.ok) return fail(id, value.problem);
  const holds = isTrue(value.value);
  const text = `${step.condition}: ${holds ? 'holds' : 'does not hold'}`;
  return { kind: 'note', stepId: id, outcome: holds ? 'succeeded' : 'skipped', text };
}

export function walkSwitch(step: SwitchStep, walk: Walk, scope: Scope): readonly Step[] | NextStep {
  const id = toInstanceId(scope, step);
  const known = walk.latest.get(id);
  const pick = (value: string) => step.cases.find((one) => one.value === value);
  if (known !== undefined) return pick(printJson(known.output ?? null))?.steps ?? step.otherwise;
  const value = readFact(step.of, toSight(walk, scope));
  if (!value.ok) return fail(id, value.problem);
  const output = printJson(value.value);
  const text = `${step.of} is ${output}${pick(output) ? '' : ': no case of its own'}`;
  return { kind: 'note', stepId: id, outcome: 'succeeded', text, output };
}

export function walkAsk(step: AskStep, walk: Walk, scope: Scope): Walked {
  const id = toInstanceId(scope, step);
  const known = walk.latest.get(id);
  const end = toEnd(known?.outcome);
  if (end !== undefined) return end;
  if (known === undefined) {
    const question = bindTemplate(step.question, toSight(walk, scope));
    if (!question.ok) return fail(id, question.problem);
    return { kind: 'ask', stepId: id, question: printJson(question.value), step };
  }
  const endAt = ((walk.first.get(id)?.at ?? walk.now) + step.expiresMs) as EpochMs;
  if (walk.now < endAt) return { kind: 'wait', stepIds: [id], until: endAt };
  const outcome = step.otherwise === 'fail' ? 'failed' : 'skipped';
  return { kind: 'note', stepId: id, outcome, text: 'Nobody answered in time.' };
}

export function walkWait(step: WaitStep, walk: Walk, scope: Scope): Walked {
  const id = toInstanceId(scope, step);
  const known = walk.latest.get(id);
  const end = toEnd(known?.outcome);
  if (end !== undefined) return end;
  if (known === undefined) {
    const time = printDuration(step.forMs);
    const text =
      step.until === undefined ? `Waits ${time}.` : `Waits at most ${time} for: ${step.until}`;
    return { kind: 'note', stepId: id, outcome: 'waiting', text };
  }
  const endAt = ((walk.first.get(id)?.at ?? walk.now) + step.forMs) as EpochMs;
  const facts = walk.live;
  if (step.until === undefined)
    return walk.now < endAt
      ? { kind: 'wait', stepIds: [id], until: endAt }
      : { kind: 'note', stepId: id, outcome: 'succeeded', text: 'The time is over.', facts };
  const value = readFact(step.until, { ...toSight(walk, scope), incident: walk.live });
  if (!value.ok) return fail(id, value.problem);
  if (isTrue(value.value))
    return {
      kind: 'note',
      stepId: id,
      outcome: 'succeeded',
      text: `${step.until}: holds now`,
      facts,
    };
  if (walk.now < endAt) return { kind: 'wait', stepIds: [id], until: endAt };
  const outcome = step.otherwise === 'fail' ? 'failed' : 'skipped';
  return { kind: 'note', stepId: id, outcome, text: 'It did not come to that in time.', facts };
}

export function walkStop(step: StopStep, walk: Walk, scope: Scope): Walked {
  const id = toInstanceId(scope, step);
  if (walk.latest.has(id)) return 'stopped';
  const output = { stop: step.status };
  return { kind: 'note', stepId: id, outcome: 'succeeded', text: step.text, output };
}
