import {
  type ActionRecord,
  type ActionStatus,
  type Advance,
  advance,
  type EpochMs,
  invariant,
  isHolder,
  type JournalEntry,
  type JsonObject,
  type Problem,
  toEpochMs,
} from '@cordon/core';
import type { CrashPoint, RunnerDeps } from './deps.ts';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
const LONGEST_WAIT_MS = 900_000;
const PAGE = 500;
const RUNNER = 'cordon';

/** Attempts before an action says honestly that it did not succeed. */
export const MAX_ATTEMPTS = 5;

/** Wait before attempt n + 1: doubles, at most a minute. */
export const backOffMs = (attempts: number): number =>
  Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, attempts - 1));

/** One line of an action's life, and what it changes. */
export interface Step {
  readonly to?: ActionStatus;
  readonly phase: JournalEntry['phase'];
  readonly text: string;
  readonly by?: string;
  readonly data?: JsonObject;
  readonly problem?: Problem;
  readonly nextAt?: EpochMs | null;
  readonly patch?: Advance['patch'];
}

/** Writes the ledger: the only hand that moves an action on. */
export class LedgerPen {
  private readonly deps: RunnerDeps;

  constructor(deps: RunnerDeps) {
    this.deps = deps;
  }

  now(): EpochMs {
    return this.deps.now();
  }

  async crash(name: CrashPoint): Promise<void> {
    await this.deps.crashPoint?.(name);
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

  /** When to try again: after the pause of the attempt, and no sooner than the other side says. */
  retryAt(attempts: number, { retryAfterMs = 0 }: Pick<Problem, 'retryAfterMs'>): EpochMs {
    const waitMs = Math.max(backOffMs(attempts), Math.min(LONGEST_WAIT_MS, retryAfterMs));
    return toEpochMs(this.deps.now() + waitMs);
  }

  /** Every other action of Cordon that holds, or may hold, the same effect. */
  async listHolders(action: ActionRecord): Promise<readonly ActionRecord[]> {
    const found: ActionRecord[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.deps.store.listActions({
        effectKey: action.effectKey,
        status: ['intended', 'applied', 'held', 'uncertain', 'undoing', 'undo_failed'],
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      found.push(...page.items.filter((other) => other.id !== action.id && isHolder(other)));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return found;
  }
}
