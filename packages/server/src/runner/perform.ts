import {
  type ActionRecord,
  type ActionStatus,
  type Advance,
  advance,
  type EpochMs,
  invariant,
  type JournalEntry,
  type JsonObject,
  otherHolders,
  type Problem,
  toEpochMs,
} from '@cordon/core';
import type { ProbeResult } from '@cordon/kit';
import type { Calls } from './calls.ts';
import type { CrashPoint, RunnerDeps } from './deps.ts';

const MAX_ATTEMPTS = 5;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
const MOST_HOLDERS = 500;
const RUNNER = 'cordon';

/** Wait before attempt n + 1: doubles, at most a minute. */
export const backOffMs = (attempts: number): number =>
  Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, attempts - 1));

interface Step {
  readonly to?: ActionStatus;
  readonly phase: JournalEntry['phase'];
  readonly text: string;
  readonly by?: string;
  readonly data?: JsonObject;
  readonly problem?: Problem;
  readonly nextAt?: EpochMs | null;
  readonly patch?: Advance['patch'];
}

/**
 * Walks one action through its life: intent → probe → prior state saved → apply → receipt → verify →
 * held → undo → verified. Every step is in the ledger before the next touches the world, so a
 * process that dies anywhere finds out by probing what it did, and does nothing twice.
 */
export class Performer {
  private readonly deps: RunnerDeps;
  private readonly calls: Calls;
  private readonly isStopped: () => boolean;

  constructor(deps: RunnerDeps, calls: Calls, isStopped: () => boolean) {
    this.deps = deps;
    this.calls = calls;
    this.isStopped = isStopped;
  }

  private crash(name: CrashPoint): void {
    this.deps.crashPoint?.(name);
  }

  /** Writes one step of the action's life, with an audit line when its status changes. */
  async save(action: ActionRecord, step: Step): Promise<ActionRecord> {
    const { to, nextAt, patch, ...entry } = step;
    const at = this.deps.now();
    const result = advance(action, {
      entry: { at, ...entry },
      ...(to === undefined ? {} : { to }),
      ...(nextAt === undefined ? {} : { nextAt }),
      ...(patch === undefined ? {} : { patch }),
    });
    invariant(result.ok, result.ok ? '' : result.problem.detail);
    const what = { at, actor: step.by ?? RUNNER, what: `action_${to ?? ''}`, subject: action.id };
    const audit =
      to === undefined || to === action.status
        ? []
        : [{ ...what, data: { verb: action.verb, target: action.target.id, text: step.text } }];
    await this.deps.store.saveActions({ actions: [result.value], audit });
    return result.value;
  }

  private retryAt(attempts: number): EpochMs {
    return toEpochMs(this.deps.now() + backOffMs(attempts));
  }

  private async listSharers(action: ActionRecord): Promise<readonly ActionRecord[]> {
    const page = await this.deps.store.listActions({
      effectKey: action.effectKey,
      status: ['applied', 'held'],
      limit: MOST_HOLDERS,
    });
    return otherHolders(action, page.items, this.deps.now());
  }

  /** Tries again later when that may help; otherwise says honestly how it stands. */
  private async fail(
    action: ActionRecord,
    problem: Problem,
    otherwise: 'failed' | 'uncertain',
  ): Promise<ActionRecord> {
    const attempts = action.attempts + 1;
    const seen = { phase: 'apply' as const, problem, patch: { attempts } };
    if (problem.retryable && attempts < MAX_ATTEMPTS) {
      return this.save(action, {
        ...seen,
        text: `Did not succeed, attempt ${attempts} of ${MAX_ATTEMPTS}; tried again.`,
        nextAt: this.retryAt(attempts),
      });
    }
    return this.save(action, {
      ...seen,
      to: otherwise,
      text: `Did not succeed: ${problem.detail}`,
      nextAt: null,
    });
  }

  /** intended → applied. Was it tried before? Then the probe decides whether it is there already. */
  async carryOut(action: ActionRecord): Promise<ActionRecord> {
    this.crash('intent_saved');
    const probed = await this.calls.probe(action);
    this.crash('probed');
    if (probed === undefined) return this.carryOutBlindly(action);
    if (!probed.ok)
      return this.fail(action, probed.problem, action.prior === undefined ? 'failed' : 'uncertain');
    const found = probed.value;
    if (action.prior !== undefined && action.prior['present'] !== true && found.present) {
      return this.adopt(action, found);
    }
    if (this.isStopped()) return this.stop(action);
    if (action.prior !== undefined) return this.apply(action, found);
    return this.begin(action, found);
  }

  private stop(action: ActionRecord): Promise<ActionRecord> {
    return this.save(action, {
      to: 'refused',
      phase: 'guard',
      nextAt: null,
      text: 'The kill switch is engaged.',
    });
  }

  /** The first attempt: whose effect is there, if any, and what undo is to restore. */
  private async begin(action: ActionRecord, found: ProbeResult): Promise<ActionRecord> {
    const sharers = await this.listSharers(action);
    if (found.present && sharers.length === 0) {
      return this.save(action, {
        to: 'done',
        phase: 'probe',
        nextAt: null,
        data: found.state,
        text: `${found.text} It was not Cordon; nothing is done, and nothing will be taken back.`,
      });
    }
    const prior = sharers[0]?.prior ?? { present: found.present, state: found.state };
    const marked = await this.save(action, {
      phase: 'probe',
      text: found.text,
      data: found.state,
      patch: { prior },
    });
    this.crash('prior_saved');
    return this.apply(marked, found);
  }

  private async adopt(action: ActionRecord, found: ProbeResult): Promise<ActionRecord> {
    const deadlineAt = this.toDeadline(action, found);
    return this.save(action, {
      to: 'applied',
      phase: 'receipt',
      text: `${found.text} It was done before an interruption; adopted, not done again.`,
      nextAt: this.deps.now(),
      patch: deadlineAt === undefined ? {} : { deadlineAt },
    });
  }

  /** The end of the hold; never later than what the target itself says. */
  private toDeadline(action: ActionRecord, found?: ProbeResult): EpochMs | undefined {
    if (action.ttlMs === undefined) return undefined;
    const full = this.deps.now() + action.ttlMs;
    const native =
      found?.expiresInS === undefined ? full : this.deps.now() + found.expiresInS * 1_000;
    return toEpochMs(Math.min(full, native));
  }

  private async apply(action: ActionRecord, found: ProbeResult): Promise<ActionRecord> {
    const deadlineAt = this.toDeadline(action);
    const patch = deadlineAt === undefined ? {} : { deadlineAt };
    const isLongEnough =
      found.present &&
      (found.expiresInS ?? Number.POSITIVE_INFINITY) * 1_000 >= (action.ttlMs ?? 0);
    if (isLongEnough) {
      return this.save(action, {
        to: 'applied',
        phase: 'receipt',
        text: `${found.text} Another action holds it long enough; held together.`,
        nextAt: this.deps.now(),
        patch,
      });
    }
    const done = await this.calls.apply(action, action.ttlMs);
    this.crash('applied_unsaved');
    if (!done.ok) return this.fail(action, done.problem, 'failed');
    const applied = await this.save(action, {
      to: 'applied',
      phase: 'receipt',
      text: done.value.text,
      nextAt: this.deps.now(),
      patch,
      ...(done.value.data ? { data: done.value.data as JsonObject } : {}),
    });
    this.crash('receipt_saved');
    return applied;
  }

  /** Without a probe nothing can be found out after an interruption: then it is uncertain, and never silently tried again. */
  private async carryOutBlindly(action: ActionRecord): Promise<ActionRecord> {
    if (this.isStopped()) return this.stop(action);
    const last = action.journal.at(-1);
    if (last?.phase === 'apply' && last.problem === undefined) {
      return this.save(action, {
        to: 'uncertain',
        phase: 'apply',
        nextAt: null,
        text: 'Interrupted in the middle of the call; the target cannot be asked, so it is not known whether it happened.',
      });
    }
    const marked = await this.save(action, {
      phase: 'apply',
      text: `Calls ${action.connectorId}.`,
    });
    this.crash('prior_saved');
    const done = await this.calls.apply(marked, marked.ttlMs);
    this.crash('applied_unsaved');
    if (!done.ok) return this.fail(marked, done.problem, 'failed');
    return this.save(marked, { to: 'done', phase: 'receipt', text: done.value.text, nextAt: null });
  }

  /** applied → held: by a look at the target, not by the word of the call. */
  async verify(action: ActionRecord): Promise<ActionRecord> {
    const probed = await this.calls.probe(action);
    this.crash('verified');
    if (!probed?.ok) {
      const problem = probed?.problem ?? {
        code: 'probe_mismatch' as const,
        detail: 'The target cannot be asked.',
        retryable: false,
      };
      return this.fail(action, problem, 'uncertain');
    }
    const isContaining = action.ttlMs !== undefined;
    if (!isContaining)
      return this.save(action, {
        to: 'done',
        phase: 'verify',
        text: probed.value.text,
        nextAt: null,
      });
    if (action.deadlineAt !== undefined && action.deadlineAt <= this.deps.now())
      return this.startUndo(action, 'Its time is over.', RUNNER);
    if (!probed.value.present) {
      return this.save(action, {
        to: 'uncertain',
        phase: 'verify',
        nextAt: null,
        problem: { code: 'probe_mismatch', detail: probed.value.text, retryable: false },
        text: `Reported as done, but: ${probed.value.text}`,
      });
    }
    const held = await this.save(action, {
      to: 'held',
      phase: 'hold',
      text: `Verified: ${probed.value.text}`,
      nextAt: action.deadlineAt ?? null,
      patch: { attempts: 0 },
    });
    this.crash('hold_saved');
    return held;
  }

  /** held → undoing; the next step does it. */
  startUndo(action: ActionRecord, reason: string, by: string): Promise<ActionRecord> {
    return this.save(action, {
      to: 'undoing',
      phase: 'undo',
      text: reason,
      by,
      nextAt: this.deps.now(),
      patch: { attempts: 0 },
    });
  }

  /** undoing → undone. The last holder lifts the effect; the others only let go. */
  async takeBack(action: ActionRecord): Promise<ActionRecord> {
    this.crash('undo_intent_saved');
    const sharers = await this.listSharers(action);
    if (sharers.length > 0) {
      return this.end(
        action,
        `Let go; the effect stays, held by ${sharers.map((other) => other.id).join(', ')}.`,
      );
    }
    const before = await this.calls.probe(action);
    if (before?.ok && !before.value.present) {
      return this.end(action, `Ended: ${before.value.text}`);
    }
    const undone = await this.calls.undo(action);
    this.crash('undone_unsaved');
    if (!undone.ok) return this.failUndo(action, undone.problem);
    const after = await this.calls.probe(action);
    if (after && !after.ok) return this.failUndo(action, after.problem);
    if (after?.value.present) {
      return this.failUndo(action, {
        code: 'probe_mismatch',
        detail: `Taken back, but: ${after.value.text}`,
        retryable: true,
      });
    }
    return this.end(action, `${undone.value.text} ${after?.value.text ?? ''}`.trim());
  }

  private async end(action: ActionRecord, text: string): Promise<ActionRecord> {
    const ended = await this.save(action, {
      to: 'undone',
      phase: 'verify_undo',
      nextAt: null,
      text,
    });
    this.crash('undone_saved');
    return ended;
  }

  private async failUndo(action: ActionRecord, problem: Problem): Promise<ActionRecord> {
    const attempts = action.attempts + 1;
    const seen = { phase: 'undo' as const, problem, patch: { attempts } };
    if (problem.retryable && attempts < MAX_ATTEMPTS) {
      return this.save(action, {
        ...seen,
        text: `Could not be taken back yet, attempt ${attempts}.`,
        nextAt: this.retryAt(attempts),
      });
    }
    return this.save(action, {
      ...seen,
      to: 'undo_failed',
      text: `Could not be taken back: ${problem.detail}`,
      nextAt: null,
    });
  }
}
