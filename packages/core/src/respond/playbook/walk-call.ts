import type { Json, JsonObject } from '../../shared/json.ts';
import { bindTemplate } from '../cel/template.ts';
import { fillInputs } from './inputs.ts';
import type { CallStep, Playbook } from './playbook.ts';
import { type Scope, toInstanceId } from './scope.ts';
import { fail, type Inside, type NextStep, type Walk, type Walked } from './walk.ts';
import { readFact, toEnd, toSight } from './walk-step.ts';

const DEEPEST = 5;

/** Walks another playbook in the middle of this one: it sees the incident and its inputs only. */
export function walkCall(step: CallStep, walk: Walk, inside: Inside): Walked {
  const id = toInstanceId(inside.scope, step);
  const known = walk.latest.get(id);
  const end = toEnd(known?.outcome);
  if (end !== undefined) return end;
  const called = walk.calls[step.playbook];
  if (!called) return refuse(id, `There is no playbook "${step.playbook}".`);
  if (inside.scope.root.split('/').length > DEEPEST)
    return refuse(id, `Playbooks call each other more than ${DEEPEST} deep.`);
  if (known === undefined) return start(step, { walk, scope: inside.scope, called });
  const { incident } = inside.scope.facts;
  const scope: Scope = {
    path: `${id}/`,
    root: `${id}/`,
    playbook: called,
    facts: { incident: incident ?? {}, inputs: known.output ?? {}, item: null },
  };
  const walked = inside.walkBlock(called.steps, walk, scope);
  if (walked === 'passed') return finish(id, { walk, scope });
  if (walked === 'stopped') return toStopped(id, walk);
  if (walked !== 'failed') return walked;
  const rescue = inside.walkBlock(called.onFailure, walk, scope);
  return typeof rescue === 'string' ? refuse(id, `"${called.title}" failed.`) : rescue;
}

const refuse = (id: string, detail: string): NextStep =>
  fail(id, { code: 'playbook_bad_value', detail, retryable: false });

function start(
  step: CallStep,
  of: { readonly walk: Walk; readonly scope: Scope; readonly called: Playbook },
): NextStep {
  const id = toInstanceId(of.scope, step);
  const bound = bindTemplate(step.with, toSight(of.walk, of.scope));
  if (!bound.ok) return fail(id, bound.problem);
  const inputs = fillInputs(of.called, bound.value as JsonObject);
  if (!inputs.ok) return fail(id, inputs.problem);
  const text = `Calls "${of.called.title}".`;
  return { kind: 'note', stepId: id, outcome: 'started', text, output: inputs.value };
}

function finish(id: string, of: { readonly walk: Walk; readonly scope: Scope }): NextStep {
  const output: Record<string, Json> = {};
  for (const [name, text] of Object.entries(of.scope.playbook.outputs)) {
    const value = readFact(text, toSight(of.walk, of.scope));
    if (!value.ok) return fail(id, value.problem);
    output[name] = value.value;
  }
  const text = `"${of.scope.playbook.title}" is through.`;
  return { kind: 'note', stepId: id, outcome: 'succeeded', text, output };
}

/** A stop ends the playbook it stands in, not the one that called it. */
function toStopped(id: string, walk: Walk): NextStep {
  const stop = [...walk.latest].findLast(
    ([stepId, { output }]) =>
      stepId.startsWith(`${id}/`) &&
      typeof output === 'object' &&
      output !== null &&
      'stop' in output,
  )?.[1];
  const hasFailed = (stop?.output as JsonObject | undefined)?.['stop'] === 'failed';
  return {
    kind: 'note',
    stepId: id,
    outcome: hasFailed ? 'failed' : 'succeeded',
    text: stop?.text ?? '',
  };
}
