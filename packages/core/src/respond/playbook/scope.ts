import type { Json, JsonObject } from '../../shared/json.ts';
import type { Playbook, Step } from './playbook.ts';
import { listAllSteps } from './playbook.ts';
import type { RunLogEntry } from './run.ts';

/** Where in a run a step stands: its playbook, the rounds and calls around it, and what it sees. */
export interface Scope {
  /** `call-x/hosts[2]/`, or nothing at the top. */
  readonly path: string;
  /** Where the playbook of the step begins; steps further out are not seen. */
  readonly root: string;
  readonly playbook: Playbook;
  readonly facts: JsonObject;
}

/** The id of a step in its scope, as the log of the run has it. */
export const toInstanceId = (scope: Scope, step: Step): string => `${scope.path}${step.id}`;

export const inRound = (
  scope: Scope,
  at: { readonly id: string; readonly round: number },
): Scope => ({
  ...scope,
  path: `${at.id}[${at.round}]/`,
  facts: { ...scope.facts, round: at.round },
});

const UNDONE: JsonObject = { outcome: null, output: null };

/** How the steps of a scope ended, by their ids: those beside and around it in the same playbook. */
export function listOutcomes(scope: Scope, latest: ReadonlyMap<string, RunLogEntry>): JsonObject {
  const outcomes: Record<string, Json> = {};
  for (const { id } of listAllSteps(scope.playbook)) outcomes[id] = UNDONE;
  for (const [instance, { outcome, output }] of latest) {
    const cut = instance.lastIndexOf('/') + 1;
    const [path, id] = [instance.slice(0, cut), instance.slice(cut)];
    if (!path.startsWith(scope.root) || !scope.path.startsWith(path)) continue;
    if (Object.hasOwn(outcomes, id)) outcomes[id] = { outcome, output: output ?? null };
  }
  return outcomes;
}

/** The step of an instance id, through the playbooks that are called. */
export function findStep(
  of: { readonly playbook: Playbook; readonly calls?: Readonly<Record<string, Playbook>> },
  instance: string,
): Step | undefined {
  let playbook: Playbook | undefined = of.playbook;
  let found: Step | undefined;
  for (const part of instance.split('/')) {
    const id = part.replace(/\[\d+\]$/, '');
    found = playbook && listAllSteps(playbook).find((step) => step.id === id);
    if (found?.kind === 'call') playbook = of.calls?.[found.playbook];
  }
  return found;
}
