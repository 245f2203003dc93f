import type { Json, JsonObject } from '../../shared/json.ts';
import type { EpochMs } from '../../shared/time.ts';
import type { Playbook } from './playbook.ts';
import type { RunLogEntry } from './run.ts';
import type { Scope } from './scope.ts';
import { type NextStep, RUN, type Walk, type Walked } from './walk.ts';
import { walkBlock } from './walk-block.ts';

export type { BoundStep, NextStep } from './walk.ts';

/** Everything the next step of a run follows from. */
export interface RunSoFar {
  readonly definition: Playbook;
  /** The playbooks that `call` may name. */
  readonly calls?: Readonly<Record<string, Playbook>>;
  readonly facts: JsonObject;
  readonly log: readonly RunLogEntry[];
  readonly now: EpochMs;
  readonly createdAt?: EpochMs;
  /** The facts of the incident now, for what waits on it; absent: as they were. */
  readonly live?: JsonObject;
}

/**
 * The next thing to do, from the playbook and what has happened, and nothing else: the same log
 * always gives the same answer, so a run can stop anywhere and be asked again. A failure that no
 * step handles leaves the steps and walks `on_failure` once.
 */
export function nextStep(run: RunSoFar): NextStep {
  const walk = toWalk(run);
  const scope: Scope = {
    path: '',
    root: '',
    playbook: run.definition,
    facts: { ...run.facts, incident: walk.incident },
  };
  const main = walkInTime(run, walk, scope);
  if (main === 'passed')
    return { kind: 'finish', status: 'succeeded', text: 'Every step was walked.' };
  if (main === 'stopped') return toStop(run);
  if (main !== 'failed') return main;
  const rescue = walkBlock(run.definition.onFailure, walk, scope);
  if (typeof rescue !== 'string') return rescue;
  const failed = run.log.find((entry) => entry.outcome === 'failed');
  const name = failed?.stepId === RUN ? 'The run' : `Step "${failed?.stepId}"`;
  return { kind: 'finish', status: 'failed', text: `${name} failed: ${failed?.text}` };
}

function toWalk({ log, now, live, calls, facts }: RunSoFar): Walk {
  const first = new Map<string, RunLogEntry>();
  for (const entry of log) if (!first.has(entry.stepId)) first.set(entry.stepId, entry);
  const seen = log.findLast((entry) => entry.facts !== undefined)?.facts;
  const incident = seen ?? ((facts['incident'] ?? {}) as JsonObject);
  return {
    latest: new Map(log.map((entry) => [entry.stepId, entry])),
    first,
    now,
    incident,
    live: live ?? incident,
    calls: calls ?? {},
  };
}

function walkInTime(run: RunSoFar, walk: Walk, scope: Scope): Walked {
  const { timeoutMs } = run.definition;
  const startedAt = run.createdAt ?? run.log[0]?.at ?? run.now;
  if (walk.latest.has(RUN)) return 'failed';
  const main = walkBlock(run.definition.steps, walk, scope);
  if (timeoutMs === undefined || typeof main === 'string') return main;
  const endAt = (startedAt + timeoutMs) as EpochMs;
  if (run.now >= endAt)
    return { kind: 'give_up', stepId: RUN, text: 'The run did not end within its time.' };
  if (main.kind !== 'wait') return main;
  return { ...main, until: Math.min(main.until ?? endAt, endAt) as EpochMs };
}

function toStop({ log }: RunSoFar): NextStep {
  const stop = log.findLast((entry) => isStopOutput(entry.output));
  const status = (stop?.output as JsonObject | undefined)?.['stop'] === 'failed';
  return { kind: 'finish', status: status ? 'failed' : 'succeeded', text: stop?.text ?? '' };
}

const isStopOutput = (output: Json | undefined): boolean =>
  typeof output === 'object' && output !== null && 'stop' in output;
