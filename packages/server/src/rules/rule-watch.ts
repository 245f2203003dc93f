import { setTimeout as pause } from 'node:timers/promises';
import { type OverBudget, type Problem, RuleBudget, type RuleCost } from '@cordon/core';
import type { RuleDesk } from './rule-desk.ts';

const LOOK_EVERY_MS = 5_000;

export interface RuleWatchDeps {
  readonly desk: Pick<RuleDesk, 'quarantine'>;
  readonly costs: () => Promise<readonly RuleCost[]>;
  /** In milliseconds; only rises. */
  readonly clock: () => number;
  readonly onProblem: (problem: Problem) => void;
}

/** Looks at what every rule costs, and sets aside what is over its budget; a person lifts it. */
export class RuleWatch {
  readonly #deps: RuleWatchDeps;
  readonly #budget = new RuleBudget();
  #lookedAt: number;

  constructor(deps: RuleWatchDeps) {
    this.#deps = deps;
    this.#lookedAt = deps.clock();
  }

  /** Looks every few seconds until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.look();
    }
  }

  /** One look. A rule that could not be set aside is found again by the next one. */
  async look(): Promise<void> {
    const { costs, clock, desk, onProblem } = this.#deps;
    const at = clock();
    const over = this.#budget.look(await costs(), at - this.#lookedAt);
    this.#lookedAt = at;
    for (const each of over) {
      const reason = reasonOf(each);
      onProblem({
        code: 'rule_over_budget',
        detail: `The rule \`${each.ruleId}\` was set aside: ${reason}`,
        hint: 'Make its patterns say more, or lift it on the page Rules.',
        retryable: false,
      });
      await desk.quarantine(each.ruleId, reason).catch((error: unknown) =>
        onProblem({
          code: 'rule_over_budget',
          detail: `The rule \`${each.ruleId}\` could not be set aside: ${error instanceof Error ? error.message : String(error)}.`,
          retryable: true,
        }),
      );
    }
  }
}

const reasonOf = ({ share, microseconds }: OverBudget): string =>
  `It took ${Math.round(share * 100)} % of a processor, ${Math.round(microseconds)} µs each time it was asked, three looks in a row.`;
