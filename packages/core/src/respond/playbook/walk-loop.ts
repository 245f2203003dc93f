import type { Json } from '../../shared/json.ts';
import { isTrue } from '../cel/expression.ts';
import type { EachStep, WhileStep } from './playbook.ts';
import { inRound, type Scope, toInstanceId } from './scope.ts';
import { fail, type Inside, type Note, type Walk, type Walked } from './walk.ts';
import { readFact, toEnd, toSight } from './walk-step.ts';

const tooMany = (id: string, detail: string): Note =>
  fail(id, { code: 'playbook_unbounded_loop', detail, retryable: false });

/** The list is taken once, when the loop begins; the log holds it. */
export function walkEach(step: EachStep, walk: Walk, inside: Inside): Walked {
  const { scope } = inside;
  const id = toInstanceId(scope, step);
  const known = walk.latest.get(id);
  const end = toEnd(known?.outcome);
  if (end !== undefined) return end;
  if (known === undefined) return startEach(step, walk, scope);
  const items = Array.isArray(known.output) ? (known.output as readonly Json[]) : [];
  for (const [round, item] of items.entries()) {
    const inner = inRound(scope, { id, round });
    const facts = { ...inner.facts, item };
    const walked = inside.walkBlock(step.steps, walk, { ...inner, facts });
    if (walked === 'failed')
      return { kind: 'note', stepId: id, outcome: 'failed', text: `Round ${round + 1} failed.` };
    if (walked !== 'passed') return walked;
  }
  const text = `${items.length} rounds were walked.`;
  return { kind: 'note', stepId: id, outcome: 'succeeded', text, output: items };
}

function startEach(step: EachStep, walk: Walk, scope: Scope): Note {
  const id = toInstanceId(scope, step);
  const value = readFact(step.list, toSight(walk, scope));
  if (!value.ok) return fail(id, value.problem);
  if (!Array.isArray(value.value)) return tooMany(id, `"${step.list}" is no list.`);
  const count = value.value.length;
  if (count > step.most)
    return tooMany(id, `"${step.list}" has ${count} values; at most ${step.most} are walked.`);
  const text = `${step.list}: ${count} rounds`;
  return { kind: 'note', stepId: id, outcome: 'started', text, output: value.value };
}

/** Each round begins with a line that says that the condition held, and with the facts of then. */
export function walkWhile(step: WhileStep, walk: Walk, inside: Inside): Walked {
  const { scope } = inside;
  const id = toInstanceId(scope, step);
  const end = toEnd(walk.latest.get(id)?.outcome);
  if (end !== undefined) return end;
  for (let round = 0; ; round += 1) {
    const inner = inRound(scope, { id, round });
    if (!walk.latest.has(`${id}[${round}]`))
      return askRound(step, walk, { scope: inner, id, round });
    const walked = inside.walkBlock(step.steps, walk, inner);
    if (walked === 'failed')
      return { kind: 'note', stepId: id, outcome: 'failed', text: `Round ${round + 1} failed.` };
    if (walked !== 'passed') return walked;
  }
}

function askRound(
  step: WhileStep,
  walk: Walk,
  at: { readonly scope: Scope; readonly id: string; readonly round: number },
): Note {
  const { id, round } = at;
  const sight = toSight(walk, { ...at.scope, path: `${id}[${Math.max(0, round - 1)}]/` });
  const value = readFact(step.condition, { ...sight, incident: walk.live });
  if (!value.ok) return fail(id, value.problem);
  const facts = walk.live;
  if (!isTrue(value.value)) {
    const text = `${step.condition}: does not hold after ${round} rounds`;
    return { kind: 'note', stepId: id, outcome: 'succeeded', text, facts };
  }
  if (round >= step.most)
    return tooMany(id, `"${step.condition}" still holds after ${step.most} rounds.`);
  const text = `${step.condition}: holds, round ${round + 1}`;
  return { kind: 'note', stepId: `${id}[${round}]`, outcome: 'succeeded', text, facts };
}
