import type { EpochMs } from '../../shared/time.ts';
import type { ParallelStep, Step } from './playbook.ts';
import { type Scope, toInstanceId } from './scope.ts';
import { joinWaits, type NextStep, type Walk, type Walked } from './walk.ts';
import { walkCall } from './walk-call.ts';
import { walkEach, walkWhile } from './walk-loop.ts';
import { walkAsk, walkDo, walkStop, walkSwitch, walkWait, walkWhen } from './walk-step.ts';

/** Walks a list of steps: over when its last one is, or at the first that fails, stops or is next. */
export function walkBlock(steps: readonly Step[], walk: Walk, scope: Scope): Walked {
  for (const step of steps) {
    const walked = rescued(step, walk, scope);
    if (walked !== 'passed') return walked;
  }
  return 'passed';
}

/** A step that failed goes on when its own `on_failure` passes. */
function rescued(step: Step, walk: Walk, scope: Scope): Walked {
  const walked = inTime(step, walk, scope);
  if (walked !== 'failed' || step.onFailure === undefined) return walked;
  return walkBlock(step.onFailure, walk, scope);
}

function inTime(step: Step, walk: Walk, scope: Scope): Walked {
  const id = toInstanceId(scope, step);
  const known = walk.latest.get(id);
  const isOver = known !== undefined && known.outcome !== 'started' && known.outcome !== 'waiting';
  if (known?.outcome === 'failed') return 'failed';
  const startedAt = walk.first.get(id)?.at;
  const walked = walkOne(step, walk, scope);
  if (step.timeoutMs === undefined || startedAt === undefined || isOver) return walked;
  if (typeof walked === 'string') return walked;
  const endAt = (startedAt + step.timeoutMs) as EpochMs;
  if (walk.now >= endAt)
    return { kind: 'give_up', stepId: id, text: 'It did not end within its time.' };
  return walked.kind === 'wait'
    ? joinWaits([walked, { ...walked, stepIds: [], until: endAt }])
    : walked;
}

function walkOne(step: Step, walk: Walk, scope: Scope): Walked {
  switch (step.kind) {
    case 'do':
      return walkDo(step, walk, scope);
    case 'when': {
      const side = walkWhen(step, walk, scope);
      return Array.isArray(side) ? walkBlock(side, walk, scope) : (side as Walked);
    }
    case 'switch': {
      const side = walkSwitch(step, walk, scope);
      return Array.isArray(side) ? walkBlock(side, walk, scope) : (side as Walked);
    }
    case 'each':
      return walkEach(step, walk, { scope, walkBlock });
    case 'while':
      return walkWhile(step, walk, { scope, walkBlock });
    case 'parallel':
      return walkParallel(step, walk, scope);
    case 'call':
      return walkCall(step, walk, { scope, walkBlock });
    case 'ask':
      return walkAsk(step, walk, scope);
    case 'wait':
      return walkWait(step, walk, scope);
    case 'stop':
      return walkStop(step, walk, scope);
  }
}

/** Whatever any branch has to do comes first; it waits when all do, and has failed when one has. */
function walkParallel(step: ParallelStep, walk: Walk, scope: Scope): Walked {
  const waits: Extract<NextStep, { kind: 'wait' }>[] = [];
  const ends: Walked[] = [];
  for (const branch of step.branches) {
    const walked = walkBlock(branch, walk, scope);
    if (typeof walked === 'string') ends.push(walked);
    else if (walked.kind === 'wait') waits.push(walked);
    else return walked;
  }
  if (waits.length > 0) return joinWaits(waits);
  return ends.find((end) => end !== 'passed') ?? 'passed';
}
