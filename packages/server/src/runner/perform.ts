import {
  type ActionRecord,
  type EpochMs,
  type JsonObject,
  type Problem,
  toEpochMs,
} from '@cordon/core';
import type { ProbeResult } from '@cordon/kit';
import type { Calls } from './calls.ts';
import { type LedgerPen, MAX_ATTEMPTS } from './ledger-pen.ts';
import type { Undoer } from './take-back.ts';

const RUNNER = 'cordon';

/** What carries an action out besides the ledger. */
export interface Hands {
  readonly pen: LedgerPen;
  readonly calls: Calls;
  readonly undoer: Undoer;
  /** What speaks against touching the world right now, or undefined. */
  readonly objection: (action: ActionRecord) => Promise<string | undefined>;
}

/**
 * Walks one action through its life: intent → probe → prior state and deadline saved → apply →
 * receipt → verify → held. Every step is in the ledger before the next touches the world, so a
 * process that dies anywhere finds out by probing what it did, and does nothing twice. The deadline
 * is fixed before the first touch: however long Cordon was dead, nothing is done after it.
 */
export class Performer {
  private readonly hands: Hands;

  constructor(hands: Hands) {
    this.hands = hands;
  }

  /** Tries again later when that may help; otherwise says honestly how it stands. */
  private async fail(
    action: ActionRecord,
    problem: Problem,
    otherwise: 'failed' | 'uncertain',
  ): Promise<ActionRecord> {
    const { pen } = this.hands;
    const attempts = action.attempts + 1;
    const seen = { phase: 'apply' as const, problem, patch: { attempts } };
    if (problem.retryable && attempts < MAX_ATTEMPTS) {
      return pen.save(action, {
        ...seen,
        text: `Did not succeed, attempt ${attempts} of ${MAX_ATTEMPTS}; tried again.`,
        nextAt: pen.retryAt(attempts, problem),
      });
    }
    return pen.save(action, {
      ...seen,
      to: otherwise,
      text: `Did not succeed: ${problem.detail}`,
      nextAt: otherwise === 'uncertain' ? toUncertainEnd(action) : null,
    });
  }

  /** intended → applied. Was it tried before? Then the probe decides whether it is there already. */
  async carryOut(action: ActionRecord): Promise<ActionRecord> {
    const { pen, calls } = this.hands;
    await pen.crash('intent_saved');
    const probed = await calls.probe(action);
    await pen.crash('probed');
    if (probed === undefined) return this.carryOutBlindly(action);
    if (!probed.ok)
      return this.fail(action, probed.problem, action.prior === undefined ? 'failed' : 'uncertain');
    const found = probed.value;
    if (action.prior !== undefined && found.present) return this.adopt(action, found);
    const isOver = action.deadlineAt !== undefined && action.deadlineAt <= pen.now();
    if (action.prior !== undefined && isOver) return this.lapse(action);
    const objection = await this.hands.objection(action);
    if (objection !== undefined) return this.refuse(action, objection);
    return action.prior === undefined ? this.begin(action, found) : this.apply(action, found);
  }

  /** Begun before, over by now, and nothing is there: a target that lifts by itself may have held it meanwhile. */
  private lapse(action: ActionRecord): Promise<ActionRecord> {
    return this.hands.pen.save(action, {
      to: 'uncertain',
      phase: 'apply',
      nextAt: null,
      text: 'It was begun before an interruption, and its time is over: nothing of it is left, and it is not known whether it was in place.',
    });
  }

  private refuse(action: ActionRecord, text: string): Promise<ActionRecord> {
    return this.hands.pen.save(action, { to: 'refused', phase: 'guard', nextAt: null, text });
  }

  /** The first attempt: whose effect is there, if any, and what undo is to restore. */
  private async begin(action: ActionRecord, found: ProbeResult): Promise<ActionRecord> {
    const { pen } = this.hands;
    const [holder] = await pen.listHolders(action);
    if (found.present && holder === undefined) {
      return pen.save(action, {
        to: 'done',
        phase: 'probe',
        nextAt: null,
        data: found.state,
        text: `${found.text} It was not Cordon; nothing is done, and nothing will be taken back.`,
      });
    }
    const prior: JsonObject = holder?.prior ?? { present: found.present, state: found.state };
    const end = action.ttlMs === undefined ? {} : { deadlineAt: this.later(action.ttlMs) };
    const marked = await pen.save(action, {
      phase: 'probe',
      text: found.text,
      data: found.state,
      patch: { prior, ...end },
    });
    await pen.crash('prior_saved');
    return this.apply(marked, found);
  }

  private later(ms: number): EpochMs {
    return toEpochMs(this.hands.pen.now() + ms);
  }

  /** The end of the hold is never later than what the target itself says. */
  private adopt(action: ActionRecord, found: ProbeResult): Promise<ActionRecord> {
    const { deadlineAt } = action;
    const native =
      found.expiresInS === undefined ? undefined : this.later(found.expiresInS * 1_000);
    const end =
      deadlineAt === undefined
        ? {}
        : { deadlineAt: toEpochMs(Math.min(deadlineAt, native ?? deadlineAt)) };
    return this.hands.pen.save(action, {
      to: 'applied',
      phase: 'receipt',
      text: `${found.text} It was done before an interruption; adopted, not done again.`,
      nextAt: this.hands.pen.now(),
      patch: end,
    });
  }

  private async apply(action: ActionRecord, found: ProbeResult): Promise<ActionRecord> {
    const { pen, calls } = this.hands;
    const leftMs = toLeft(action, pen.now());
    if (leftMs !== undefined && leftMs <= 0)
      return pen.save(action, {
        to: 'failed',
        phase: 'apply',
        nextAt: null,
        text: 'Its time was over before it could be done; it is not done any more.',
      });
    const isLongEnough =
      found.present && (found.expiresInS ?? Number.POSITIVE_INFINITY) * 1_000 >= (leftMs ?? 0);
    if (isLongEnough) {
      return pen.save(action, {
        to: 'applied',
        phase: 'receipt',
        text: `${found.text} Another action holds it long enough; held together.`,
        nextAt: pen.now(),
      });
    }
    const done = await calls.apply(action, leftMs, found);
    await pen.crash('applied_unsaved');
    if (!done.ok) return this.failApply(action, done.problem);
    const applied = await pen.save(action, {
      to: 'applied',
      phase: 'receipt',
      text: done.value.text,
      nextAt: pen.now(),
      ...(done.value.data ? { data: done.value.data } : {}),
    });
    await pen.crash('receipt_saved');
    return applied;
  }

  /** A call that failed may have acted all the same: before Cordon lets go of it, it looks. */
  private async failApply(action: ActionRecord, problem: Problem): Promise<ActionRecord> {
    if (problem.retryable && action.attempts + 1 < MAX_ATTEMPTS)
      return this.fail(action, problem, 'failed');
    const probed = await this.hands.calls.probe(action);
    if (probed?.ok && probed.value.present) return this.adopt(action, probed.value);
    const isKnown = probed?.ok === true && problem.code !== 'action_timed_out';
    return this.fail(action, problem, isKnown ? 'failed' : 'uncertain');
  }

  /** Without a probe nothing can be found out after an interruption: then it is uncertain, and never silently tried again. */
  private async carryOutBlindly(action: ActionRecord): Promise<ActionRecord> {
    const { pen, calls } = this.hands;
    const objection = await this.hands.objection(action);
    if (objection !== undefined) return this.refuse(action, objection);
    const last = action.journal.at(-1);
    if (last?.phase === 'apply' && last.problem === undefined) {
      return pen.save(action, {
        to: 'uncertain',
        phase: 'apply',
        nextAt: null,
        text: 'Interrupted in the middle of the call; the target cannot be asked, so it is not known whether it happened.',
      });
    }
    const marked = await pen.save(action, {
      phase: 'apply',
      text: `Calls ${action.connectorId}.`,
    });
    await pen.crash('prior_saved');
    const done = await calls.apply(marked, marked.ttlMs);
    await pen.crash('applied_unsaved');
    if (!done.ok) {
      const isLate = done.problem.code === 'action_timed_out';
      return this.fail(
        marked,
        isLate ? { ...done.problem, retryable: false } : done.problem,
        isLate ? 'uncertain' : 'failed',
      );
    }
    return pen.save(marked, { to: 'done', phase: 'receipt', text: done.value.text, nextAt: null });
  }

  /** applied → held: by a look at the target, not by the word of the call. */
  async verify(action: ActionRecord): Promise<ActionRecord> {
    const { pen, calls, undoer } = this.hands;
    if (action.deadlineAt !== undefined && action.deadlineAt <= pen.now())
      return undoer.startUndo(action, 'Its time is over.', RUNNER);
    const probed = await calls.probe(action);
    await pen.crash('verified');
    if (!probed?.ok) return this.fail(action, probed?.problem ?? CANNOT_ASK, 'uncertain');
    const { present, text } = probed.value;
    if (action.ttlMs === undefined)
      return pen.save(action, { to: 'done', phase: 'verify', text, nextAt: null });
    if (!present) {
      return pen.save(action, {
        to: 'uncertain',
        phase: 'verify',
        nextAt: toUncertainEnd(action),
        problem: { code: 'probe_mismatch', detail: text, retryable: false },
        text: `Reported as done, but: ${text}`,
      });
    }
    const held = await pen.save(action, {
      to: 'held',
      phase: 'hold',
      text: `Verified: ${text}`,
      nextAt: action.deadlineAt ?? null,
      patch: { attempts: 0 },
    });
    await pen.crash('hold_saved');
    return held;
  }
}

/** How long the target is told to hold: to the deadline, and never longer than allowed, should the clock have jumped back. */
const toLeft = ({ deadlineAt, ttlMs }: ActionRecord, now: EpochMs): number | undefined =>
  deadlineAt === undefined ? undefined : Math.min(deadlineAt - now, ttlMs ?? deadlineAt - now);

/** What may be in place is taken back at its deadline, like what surely is. */
const toUncertainEnd = ({ prior, deadlineAt }: ActionRecord): EpochMs | null =>
  prior === undefined ? null : (deadlineAt ?? null);

const CANNOT_ASK: Problem = {
  code: 'probe_mismatch',
  detail: 'The target cannot be asked.',
  retryable: false,
};
