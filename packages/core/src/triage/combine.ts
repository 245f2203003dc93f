import type { Contribution, Evidence, Score } from './evidence.ts';

/*
 * Evidence combination, methods 1.2: independent groups add in log-odds (Bayes in odds form); inside
 * a group the strongest item counts in full and every other one with the share δ, each sign by
 * itself: c_g = max⁺ + δ·(Σ⁺ − max⁺) + min⁻ + δ·(Σ⁻ − min⁻).
 *
 * Every number is a whole multiple of 2^-20 nats (2^-22 after δ = 2^-2). Such binary fractions add
 * without rounding in a double, so the contributions sum exactly to the score, in any order.
 */

/** Share with which repetition inside a group counts. A power of two keeps the sums exact. */
export const GROUP_SHARE = 0.25;
const QUANTUM = 2 ** 20;
const MIN_LLR = -4;
const MAX_LLR = 6;

/** The nearest multiple of 2^-20 nats; never -0. */
export const toNats = (value: number): number => Math.round(value * QUANTUM) / QUANTUM + 0;

const clipped = (llr: number): number => toNats(Math.min(MAX_LLR, Math.max(MIN_LLR, llr)));

/** 1 / (1 + e^-logit). */
export const toProbability = (logit: number): number => 1 / (1 + Math.exp(-logit));

const isSameSign = (a: Evidence, b: Evidence): boolean => a.llr >= 0 === b.llr >= 0;

/** The strongest first; ties by id, so that the order of arrival does not matter. */
function byStrength(a: Evidence, b: Evidence): number {
  return (
    Math.abs(clipped(b.llr)) - Math.abs(clipped(a.llr)) || (a.id < b.id ? -1 : Number(a.id > b.id))
  );
}

/**
 * The score of a body of evidence. Contributions are sorted by size and sum exactly to
 * `logit − priorLogit`. Taking away a whole group, or an item that does not lead its group, moves
 * the logit by exactly the stated contributions; when a leader goes, the next of its group leads.
 */
export function combineEvidence(priorLogit: number, evidence: readonly Evidence[]): Score {
  const leaders = new Map<string, Evidence>();
  const contributions: Contribution[] = [];
  for (const item of [...evidence].sort(byStrength)) {
    const lane = `${item.group} ${item.llr >= 0 ? '+' : '-'}`;
    const leader = leaders.get(lane);
    const share = leader && isSameSign(leader, item) ? GROUP_SHARE : 1;
    if (!leader) leaders.set(lane, item);
    contributions.push({ evidence: item, contribution: clipped(item.llr) * share });
  }
  contributions.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  const prior = toNats(priorLogit);
  const logit = contributions.reduce((sum, item) => sum + item.contribution, prior);
  return { priorLogit: prior, contributions, logit, p: toProbability(logit) };
}
