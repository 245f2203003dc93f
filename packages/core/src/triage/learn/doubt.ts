import { toProbability } from '../combine.ts';

/*
 * How often verdicts here are wrong, by what they say themselves, and what a verdict is worth then.
 *
 * Among the alerts that seemed least genuine before anybody looked, what is called genuine is called so by
 * mistake for the most part: they are the anchor points from which the rate of mistakes is read
 * (Scott, AISTATS 2015; Liu and Tao, TPAMI 2016). The lower end of what their share allows counts, so
 * that a house whose verdicts agree is believed in full. A wrong verdict is as likely one way as the other.
 */

/** A score before the verdict, and the verdict: 1 genuine, 0 harmless. */
export type Outcome = readonly [score: number, genuine: 0 | 1];

/** The least genuine half of the verdicts are the anchors; fewer than so many tell nothing. */
const MIN_ANCHORS = 50;
/** One-sided 95 %, in standard deviations. */
const SURE = 1.64;
/** Beyond this verdicts would say next to nothing, and something else is wrong. */
const MAX_WRONG = 0.2;

/** The chance that a verdict is wrong, 0 to 0.2. */
export function estimateWrong(outcomes: readonly Outcome[]): number {
  const anchors = outcomes.toSorted((a, b) => a[0] - b[0]).slice(0, outcomes.length >> 1);
  if (anchors.length < MIN_ANCHORS) return 0;
  const genuine = anchors.filter(([, one]) => one === 1).length;
  const sure = Math.max(0, genuine - SURE * Math.sqrt(genuine));
  return Math.min(MAX_WRONG, sure / anchors.length);
}

/** The chance that an alert of chance `p` is called genuine where so many verdicts are wrong. */
export const chanceOfSaying = (p: number, wrong: number): number => wrong + (1 - 2 * wrong) * p;

/** The chance that an alert of that score is genuine, now that a verdict says so or says otherwise. */
export function believe(score: number, isGenuine: boolean, wrong: number): number {
  if (wrong === 0) return Number(isGenuine);
  const p = toProbability(score);
  const said = chanceOfSaying(p, wrong);
  return isGenuine ? (p * (1 - wrong)) / said : (p * wrong) / (1 - said);
}
