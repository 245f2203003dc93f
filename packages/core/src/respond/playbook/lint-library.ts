import type { Problem } from '../../shared/problem.ts';
import { type CallStep, listAllSteps, type Playbook } from './playbook.ts';

/** What is wrong between playbooks: calls of what is not there, inputs that do not fit, circles. */
export function lintLibrary(playbooks: readonly Playbook[]): readonly Problem[] {
  const byId = new Map(playbooks.map((playbook) => [playbook.id, playbook]));
  return playbooks.flatMap((playbook) => {
    const calls = listCalls(playbook);
    const own = calls.flatMap((call) => checkCall(call, byId.get(call.playbook)));
    const circle = findCircle(playbook, byId);
    return [...own, ...(circle ? [toProblem('playbook_call_cycle', circle)] : [])].map((one) => ({
      ...one,
      at: { file: playbook.source.file },
    }));
  });
}

const listCalls = (playbook: Playbook): readonly CallStep[] =>
  listAllSteps(playbook).filter((step) => step.kind === 'call');

const toProblem = (code: Problem['code'], detail: string): Problem => ({
  code,
  detail,
  retryable: false,
});

function checkCall(call: CallStep, called: Playbook | undefined): readonly Problem[] {
  if (!called)
    return [
      toProblem(
        'playbook_unknown_name',
        `Step "${call.id}" calls "${call.playbook}", which is not there.`,
      ),
    ];
  const missing = Object.entries(called.inputs)
    .filter(([name, rule]) => !rule.isOptional && !Object.hasOwn(call.with, name))
    .map(([name]) => `Step "${call.id}" does not say "${name}", which "${called.id}" needs.`);
  const unknown = Object.keys(call.with)
    .filter((name) => !Object.hasOwn(called.inputs, name))
    .map((name) => `Step "${call.id}" says "${name}", which "${called.id}" does not take.`);
  return [...missing, ...unknown].map((detail) => toProblem('playbook_bad_value', detail));
}

function findCircle(start: Playbook, byId: ReadonlyMap<string, Playbook>): string | undefined {
  const seen = new Set<string>();
  const todo = listCalls(start).map(({ playbook }) => [start.id, playbook]);
  for (let path = todo.pop(); path !== undefined; path = todo.pop()) {
    const id = path.at(-1) ?? '';
    if (id === start.id) return `Playbooks call each other in a circle: ${path.join(' → ')}.`;
    const next = byId.get(id);
    if (!next || seen.has(id)) continue;
    seen.add(id);
    todo.push(...listCalls(next).map(({ playbook }) => [...(path ?? []), playbook]));
  }
  return undefined;
}
