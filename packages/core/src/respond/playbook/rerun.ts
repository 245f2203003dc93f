import { idOf } from '../../shared/id.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { EpochMs } from '../../shared/time.ts';
import type { Run, RunLogEntry } from './run.ts';

const OVER: readonly Run['status'][] = ['succeeded', 'failed', 'cancelled'];

/**
 * A run once more from a step on: what came before counts as it was, what comes from there on is done
 * anew, with the definition and the inputs of the first run. Actions get ids of their own.
 */
export function toRerun(
  run: Run,
  of: { readonly stepId: string; readonly at: EpochMs; readonly actor: string },
): Result<Run> {
  if (!OVER.includes(run.status)) return refuse('The run is not over yet.');
  const from = run.log.findIndex((entry) => entry.stepId === of.stepId);
  if (of.stepId === '' || from < 0) return refuse(`The run has no step "${of.stepId}" in its log.`);
  const before = run.log.slice(0, from);
  const latest = new Map(before.map((entry) => [entry.stepId, entry]));
  const keeps = ({ stepId }: RunLogEntry): boolean => {
    const outcome = latest.get(stepId)?.outcome;
    const isOpen = outcome === 'started' || outcome === 'waiting';
    return outcome !== 'failed' && (!isOpen || isAround(stepId, of.stepId));
  };
  return ok({
    ...run,
    id: idOf('run', [run.id, of.stepId, of.actor, of.at]),
    status: 'queued',
    why: `Once more from "${of.stepId}", by ${of.actor}.`,
    startedBy: of.actor,
    createdAt: of.at,
    log: before.filter(keeps).map((entry) => ({ ...entry, at: of.at })),
    revision: 1,
  });
}

/** Does the step stand in a round of, or in what is called by, the other? */
const isAround = (outer: string, inner: string): boolean =>
  inner.startsWith(`${outer}/`) || inner.startsWith(`${outer}[`);

const refuse = (detail: string): Result<never> =>
  err({ code: 'illegal_transition', detail, retryable: false });
