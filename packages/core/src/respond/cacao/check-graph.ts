import type { Problem } from '../../shared/problem.ts';
import { DocumentReader } from './document.ts';
import {
  CACAO_COMMAND_TYPES,
  type CacaoPlaybook,
  type CacaoStep,
  type CacaoStepType,
  listPointers,
} from './model.ts';

/** Reports pointers to steps that are not there, circles, and members that exclude each other. */
export function checkGraph(reader: DocumentReader, playbook: CacaoPlaybook): void {
  const byId = new Map(playbook.steps.map((step) => [step.id, step]));
  if (!byId.has(playbook.workflowStart))
    reader.report('workflow_start', `there is no step "${playbook.workflowStart}".`);
  for (const step of playbook.steps) {
    for (const [member, to] of listPointers(step.next))
      if (!byId.has(to))
        reader.report(`workflow/${step.id}/${member}`, `there is no step "${to}".`);
    checkMembers(reader, step);
  }
  if (reader.problems.length === 0) checkCircles(reader, playbook, byId);
}

/** What each kind of step must say. */
const REQUIRED: Readonly<Partial<Record<CacaoStepType, (step: CacaoStep) => readonly Needed[]>>> = {
  'if-condition': ({ condition, next }) => [
    ['condition', condition],
    ['on_true', next.onTrue],
  ],
  'while-condition': ({ condition, next }) => [
    ['condition', condition],
    ['on_true', next.onTrue],
  ],
  'switch-condition': (step) => [
    ['switch', step.switch],
    ['cases', step.next.cases],
  ],
  parallel: ({ next }) => [['next_steps', next.nextSteps]],
  'playbook-action': ({ playbookId }) => [['playbook_id', playbookId]],
};
type Needed = readonly [name: string, value: unknown];

function checkMembers(reader: DocumentReader, step: CacaoStep): void {
  const { id, type, next } = step;
  const path = `workflow/${id}`;
  const isForked = next.onSuccess !== undefined || next.onFailure !== undefined;
  if (next.onCompletion !== undefined && isForked)
    reader.report(path, 'on_completion excludes on_success and on_failure.');
  if (type === 'end' && listPointers(next).length > 0) reader.report(path, 'an end leads nowhere.');
}

/** Only a while-condition may come round again. */
function checkCircles(
  reader: DocumentReader,
  playbook: CacaoPlaybook,
  byId: ReadonlyMap<string, CacaoStep>,
): void {
  const open = new Set<string>();
  const done = new Set<string>();
  const visit = (id: string): void => {
    const step = byId.get(id);
    if (!step || done.has(id)) return;
    open.add(id);
    for (const [member, to] of listPointers(step.next)) {
      const isRound = open.has(to) && !hasLoop(open, to, byId);
      if (isRound)
        reader.report(`workflow/${id}/${member}`, 'leads round in a circle without end.');
      else if (!open.has(to)) visit(to);
    }
    open.delete(id);
    done.add(id);
  };
  for (const { id } of playbook.steps) visit(id);
}

/** Is there a while-condition among the steps from that one on? */
function hasLoop(
  open: ReadonlySet<string>,
  from: string,
  byId: ReadonlyMap<string, CacaoStep>,
): boolean {
  const path = [...open];
  return path.slice(path.indexOf(from)).some((id) => byId.get(id)?.type === 'while-condition');
}

/** Why the playbook cannot be run as it stands, each with its step. */
export function listObstacles(playbook: CacaoPlaybook, file: string): readonly Problem[] {
  const reader = new DocumentReader(file);
  const say = (path: string, detail: string): void =>
    reader.report(path, detail, 'cacao_cannot_run');
  const byId = new Map(playbook.steps.map((step) => [step.id, step]));
  if (byId.get(playbook.workflowStart)?.type !== 'start')
    say('workflow_start', 'it does not name a step of type "start".');
  const exception = playbook.workflowException;
  if (exception !== undefined && !byId.has(exception))
    say('workflow_exception', `there is no step "${exception}".`);
  if (playbook.rest['revoked'] === true) say('revoked', 'its author has revoked it.');
  for (const step of playbook.steps) checkRunnable(step, playbook, say);
  for (const id of listUnreached(playbook, byId))
    say(`workflow/${id}`, 'nothing leads to this step.');
  return reader.problems;
}

function checkRunnable(
  step: CacaoStep,
  { agents }: CacaoPlaybook,
  say: (path: string, detail: string) => void,
): void {
  const path = `workflow/${step.id}`;
  for (const [name, value] of REQUIRED[step.type]?.(step) ?? [])
    if (value === undefined) say(path, `it is a draft without "${name}".`);
  if (step.type !== 'end' && listPointers(step.next).length === 0)
    say(path, 'it leads nowhere, and only an end may.');
  if (step.type !== 'action') return;
  if (step.commands === undefined || step.commands.length === 0) say(path, 'it has no command.');
  if (step.agent === undefined) say(path, 'it has no agent that would carry it out.');
  else if (!Object.hasOwn(agents, step.agent)) say(path, `there is no agent "${step.agent}".`);
  for (const { type } of step.commands ?? [])
    if (type !== 'manual')
      say(path, `nothing here carries out a command of type "${type}"${unknown(type)}.`);
}

const unknown = (type: string): string =>
  CACAO_COMMAND_TYPES.some((known) => known === type) ? '' : ', which CACAO does not know either';

function listUnreached(
  playbook: CacaoPlaybook,
  byId: ReadonlyMap<string, CacaoStep>,
): readonly string[] {
  const seen = new Set<string>();
  const todo = [playbook.workflowStart, playbook.workflowException ?? ''];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    const step = byId.get(id);
    if (!step || seen.has(id)) continue;
    seen.add(id);
    todo.push(...listPointers(step.next).map(([, to]) => to));
  }
  return [...byId.keys()].filter((id) => !seen.has(id));
}
