import type { RuleCost } from './rule-ledger.ts';

/** How much of a processor a rule may take, and how often it is looked at before it is set aside. */
export interface BudgetPolicy {
  /** From this share of one processor on, a look counts against the rule. */
  readonly share: number;
  /** Below this share it is forgiven; in between nothing changes. */
  readonly forgivenShare: number;
  /** Looks in a row that count against it before it is over its budget. */
  readonly strikes: number;
}

export const BUDGET: BudgetPolicy = { share: 0.1, forgivenShare: 0.05, strikes: 3 };

/** A rule that is over its budget. */
export interface OverBudget {
  readonly ruleId: string;
  /** Of one processor, since the look before. */
  readonly share: number;
  /** Mean time of one asking, in microseconds. */
  readonly microseconds: number;
}

interface Account {
  readonly asked: number;
  readonly strikes: number;
}

/**
 * Finds rules that take more of the processor than any rule should: what each look tells is held
 * against the policy, and only a rule that is over it several looks in a row is named. The load
 * of a burst is no reason; a rule that costs a tenth of a processor at all times is.
 */
export class RuleBudget {
  readonly #policy: BudgetPolicy;
  #accounts: ReadonlyMap<string, Account> = new Map();

  constructor(policy: BudgetPolicy = BUDGET) {
    this.#policy = policy;
  }

  /** One look at all costs, `elapsedMs` after the one before: the rules that are over their budget now. */
  look(costs: readonly RuleCost[], elapsedMs: number): readonly OverBudget[] {
    const over: OverBudget[] = [];
    const accounts = new Map<string, Account>();
    for (const { ruleId, asked, microseconds } of costs) {
      const before = this.#accounts.get(ruleId);
      // Another engine counts from the beginning.
      const fresh = before && before.asked <= asked ? asked - before.asked : asked;
      const share = elapsedMs > 0 ? (fresh * microseconds) / 1_000 / elapsedMs : 0;
      const strikes = this.#judge(share, before?.strikes ?? 0);
      if (strikes >= this.#policy.strikes) over.push({ ruleId, share, microseconds });
      accounts.set(ruleId, { asked, strikes });
    }
    this.#accounts = accounts;
    return over;
  }

  #judge(share: number, strikes: number): number {
    if (share >= this.#policy.share) return strikes + 1;
    return share < this.#policy.forgivenShare ? 0 : strikes;
  }
}
