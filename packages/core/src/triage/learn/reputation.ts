import { BoundedMap } from '../../shared/bounded-map.ts';
import type { Json } from '../../shared/json.ts';
import type { EpochMs } from '../../shared/time.ts';
import { DAY_MS } from '../../shared/time.ts';
import { chanceOfSaying } from './doubt.ts';

/*
 * What people's verdicts say of a rule: a Beta-Binomial whose prior is how often alerts are genuine
 * here (methods 2.2 A). Counts fade with a half-life, so that a rule may change its name.
 */

const HALF_LIFE_MS = 45 * DAY_MS;
/** So many imagined verdicts of the average rule stand beside those on this one. */
const PRIOR_VERDICTS = 3;
const MIN_LLR = -4;
const MAX_LLR = 6;
const MIN_RATE = 0.001;
const MAX_RULES = 20_000;
/** Pace must double over what was harmless before it counts as unusual. */
const PACE_MARGIN = 1;
const MAX_PACE = 6;

/** Verdicts on one rule, faded to `at`. */
export interface RuleVerdicts {
  readonly genuine: number;
  readonly harmless: number;
  /** Sum over the harmless ones of log2 of how often the rule fired in the hour. */
  readonly harmlessPace: number;
  readonly at: EpochMs;
}

const NONE: RuleVerdicts = { genuine: 0, harmless: 0, harmlessPace: 0, at: 0 as EpochMs };

function faded(verdicts: RuleVerdicts, at: EpochMs): RuleVerdicts {
  const share = 2 ** (-Math.max(0, at - verdicts.at) / HALF_LIFE_MS);
  return {
    genuine: verdicts.genuine * share,
    harmless: verdicts.harmless * share,
    harmlessPace: verdicts.harmlessPace * share,
    at: Math.max(at, verdicts.at) as EpochMs,
  };
}

function plus(
  before: RuleVerdicts,
  verdict: { readonly isGenuine: boolean; readonly pace: number; readonly at: EpochMs },
): RuleVerdicts {
  const now = faded(before, verdict.at);
  return verdict.isGenuine
    ? { ...now, genuine: now.genuine + 1 }
    : {
        ...now,
        harmless: now.harmless + 1,
        harmlessPace: now.harmlessPace + Math.log2(Math.max(1, verdict.pace)),
      };
}

const logit = (p: number): number => Math.log(p / (1 - p));

/** How a rule stands after the verdicts people gave on its alerts. */
export interface Standing {
  /** Log-odds over the average alert here, in nats. */
  readonly llr: number;
  /** How many verdicts called one genuine. */
  readonly genuine: number;
  /** How many of those are believed, where some are wrong. */
  readonly believed: number;
  readonly verdicts: number;
  /** log2 of how much faster it fires than in the hours in which it was harmless, from a doubling on. */
  readonly pace: number;
}

/** How often a rule's alerts are genuine, by its verdicts and those imagined of the average rule. */
const rateOf = ({ genuine, harmless }: RuleVerdicts, average: number): number =>
  (genuine + PRIOR_VERDICTS * average) / (genuine + harmless + PRIOR_VERDICTS);

/** Rates that a rule may have, in even steps of log-odds from one in two thousand; and none, for all below. */
const STEP = 0.32;
const LEAST = 1 / 2_000;
const RATES = Array.from(
  { length: 48 },
  (_, n) => 1 / (1 + ((1 - LEAST) / LEAST) * Math.exp(-n * STEP)),
);

/**
 * The same where so many verdicts are wrong: the mean over the rates that the rule may have, each as likely
 * as the average rule and what was said of this one make it.
 */
function doubtedRateOf(
  { genuine, harmless }: RuleVerdicts,
  average: number,
  wrong: number,
): number {
  const a = PRIOR_VERDICTS * average;
  const b = PRIOR_VERDICTS - a;
  const logOf = (rate: number): number => {
    const said = chanceOfSaying(rate, wrong);
    return genuine * Math.log(said) + harmless * Math.log(1 - said);
  };
  // By log-odds the density of the Beta is rate^a (1 - rate)^b; below the least rate it adds up to LEAST^a / a.
  const logs = RATES.map((rate) => a * Math.log(rate) + b * Math.log(1 - rate) + logOf(rate));
  const none = a * Math.log(LEAST) - Math.log(a * STEP) + logOf(0);
  const most = Math.max(none, ...logs);
  let sum = Math.exp(none - most);
  let mean = 0;
  for (const [index, log] of logs.entries()) {
    const weight = Math.exp(log - most);
    sum += weight;
    mean += weight * (RATES[index] ?? 0);
  }
  return mean / sum;
}

/** The verdicts on every rule; bounded. */
export class Reputation {
  readonly #rules = new BoundedMap<string, RuleVerdicts>(MAX_RULES);
  #all = NONE;

  get verdicts(): number {
    return this.#all.genuine + this.#all.harmless;
  }

  teach(
    ruleId: string,
    verdict: { readonly isGenuine: boolean; readonly pace: number; readonly at: EpochMs },
  ): void {
    this.#rules.set(ruleId, plus(this.#rules.get(ruleId) ?? NONE, verdict));
    this.#all = plus(this.#all, verdict);
  }

  /** The standing of a rule that fired so often in the last hour, where so many verdicts are wrong. */
  of(
    ruleId: string,
    { firedInHour, at }: { readonly firedInHour: number; readonly at: EpochMs },
    wrong: number,
  ): Standing {
    const all = faded(this.#all, at);
    const said = (all.genuine + 1) / (all.genuine + all.harmless + 100);
    const average = Math.max(MIN_RATE, (said - wrong) / (1 - 2 * wrong));
    const own = faded(this.#rules.get(ruleId) ?? NONE, at);
    const verdicts = own.genuine + own.harmless;
    const rate =
      wrong === 0 || verdicts === 0 ? rateOf(own, average) : doubtedRateOf(own, average, wrong);
    const usual = own.harmless > 0 ? own.harmlessPace / own.harmless : undefined;
    const faster =
      usual === undefined ? 0 : Math.log2(Math.max(1, firedInHour)) - usual - PACE_MARGIN;
    return {
      llr: Math.min(MAX_LLR, Math.max(MIN_LLR, logit(rate) - logit(average))),
      genuine: own.genuine,
      believed: (own.genuine * rate * (1 - wrong)) / chanceOfSaying(rate, wrong),
      verdicts,
      pace: Math.min(MAX_PACE, Math.max(0, faster)),
    };
  }

  snapshot(): Json {
    return { rules: this.#rules.entries(), all: this.#all } as unknown as Json;
  }

  restore(from: Json): void {
    const { rules, all } = from as unknown as {
      readonly rules: readonly (readonly [string, RuleVerdicts])[];
      readonly all: RuleVerdicts;
    };
    this.#rules.fill(rules);
    this.#all = all;
  }
}
