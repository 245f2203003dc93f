import { type ActionRecord, HOUR_MS, otherHolders, type Problem, toEpochMs } from '@cordon/core';
import type { Calls } from './calls.ts';
import { type LedgerPen, MAX_ATTEMPTS } from './ledger-pen.ts';

/** How long an effect that could not be taken back is left alone; it is never given up. */
const UNDO_AGAIN_MS = HOUR_MS;
const RUNNER = 'cordon';

/** The second half of an action's life: ends the hold, and proves that it ended. */
export class Undoer {
  private readonly pen: LedgerPen;
  private readonly calls: Calls;

  constructor(pen: LedgerPen, calls: Calls) {
    this.pen = pen;
    this.calls = calls;
  }

  /** → undoing; the next step does it. */
  startUndo(action: ActionRecord, reason: string, by: string): Promise<ActionRecord> {
    return this.pen.save(action, {
      to: 'undoing',
      phase: 'undo',
      text: reason,
      by,
      nextAt: this.pen.now(),
      patch: { attempts: 0 },
    });
  }

  /** undo_failed → undoing for one more try. */
  tryAgain(action: ActionRecord): Promise<ActionRecord> {
    return this.pen.save(action, {
      to: 'undoing',
      phase: 'undo',
      text: 'Tried once more.',
      nextAt: this.pen.now(),
      patch: { attempts: MAX_ATTEMPTS - 1 },
    });
  }

  /** The time of a held or uncertain effect is over. */
  endHold(action: ActionRecord): Promise<ActionRecord> {
    if (action.undo !== 'never') return this.startUndo(action, 'Its time is over.', RUNNER);
    return this.pen.save(action, {
      ...(action.status === 'held' ? { to: 'done' as const } : {}),
      phase: 'hold',
      nextAt: null,
      text: 'Its time is over; as the playbook says, Cordon does not take it back.',
    });
  }

  /** undoing → undone. The last holder lifts the effect; the others only let go. */
  async takeBack(action: ActionRecord): Promise<ActionRecord> {
    await this.pen.crash('undo_intent_saved');
    const sharers = otherHolders(action, await this.pen.listHolders(action), this.pen.now());
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
    if (before?.ok === false && before.problem.code === 'target_pending')
      return this.failUndo(action, before.problem);
    const undone = await this.calls.undo(action);
    await this.pen.crash('undone_unsaved');
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
    const ended = await this.pen.save(action, {
      to: 'undone',
      phase: 'verify_undo',
      nextAt: null,
      text,
    });
    await this.pen.crash('undone_saved');
    return ended;
  }

  private async failUndo(action: ActionRecord, problem: Problem): Promise<ActionRecord> {
    const attempts = action.attempts + 1;
    const seen = { phase: 'undo' as const, problem, patch: { attempts } };
    if (problem.retryable && attempts < MAX_ATTEMPTS) {
      return this.pen.save(action, {
        ...seen,
        text: `Could not be taken back yet, attempt ${attempts}.`,
        nextAt: this.pen.retryAt(attempts, problem),
      });
    }
    return this.pen.save(action, {
      ...seen,
      to: 'undo_failed',
      text: `Could not be taken back: ${problem.detail} It is tried again every hour.`,
      nextAt: toEpochMs(this.pen.now() + UNDO_AGAIN_MS),
    });
  }
}
