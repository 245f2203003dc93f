import {
  lyingOn,
  mostGenuine,
  riskCoverage,
  scoreClosing,
  sometimesWrong,
} from './closing-score.ts';
import type { Evaluation } from './kind.ts';
import { type Bucket, type GiveVerdict, replayAll } from './replay-alerts.ts';
import { SEEDS, toMedian } from './seeds.ts';
import { scoreTriage, type TriageFigures } from './triage-score.ts';

/**
 * Genuine or not, over the alerts of other products: what people decided in the other organisations
 * is all that is known (leave one out). Decided by bucket of rule, machine and five minutes, at the
 * time, with what the next ten minutes change.
 */
export const triageEvaluation: Evaluation = {
  async run(input) {
    const seeds = input.seed === undefined ? SEEDS : [input.seed];
    const runs = seeds.map((seed) => replayAll(input, seed));
    input.predict(runs.flatMap((buckets) => buckets.map(toClaim)));
    const [first = []] = runs;
    const [seed] = seeds;
    const under = (giveVerdict: GiveVerdict) => toHarm(replayAll(input, seed ?? 1, giveVerdict));
    return {
      ...summarise(runs.map(scoreTriage)),
      riskCoverage: riskCoverage(first),
      closing: scoreClosing(first),
      oneVerdictInTwentyWrong: under(sometimesWrong(seed ?? 1)),
      oneRuleCalledHarmless: under(lyingOn(mostGenuine(first))),
    };
  },
};

/** What is left of the figures when verdicts are wrong. */
function toHarm(buckets: readonly Bucket[]) {
  const { worstBucketF1, falsePositivesSuppressed, genuineLost, ece } = scoreTriage(buckets);
  return { worstBucketF1, falsePositivesSuppressed, genuineLost, ece, ...scoreClosing(buckets) };
}

export const toClaim = ({ seed, organisation, rule, host, at, p, incident }: Bucket) => ({
  id: `${seed}/${organisation}/${rule}/${host}/${at}`,
  p,
  shown: incident !== undefined,
  incident,
});

function summarise(figures: readonly TriageFigures[]): Record<string, unknown> {
  const names = Object.keys(figures[0]?.bucketF1 ?? {});
  const medianOf = (read: (one: TriageFigures) => number) => toMedian(figures.map(read));
  const bucketF1 = Object.fromEntries(
    names.map((name) => [name, medianOf(({ bucketF1: all }) => all[name] ?? 0).median]),
  );
  const keys = [
    'worstBucketF1',
    'falsePositivesSuppressed',
    'genuineLost',
    'shownPerDay',
    'ece',
  ] as const;
  return {
    layout: 'alerts of other products, leave one organisation out',
    seeds: figures.length,
    bucketF1,
    ...Object.fromEntries(keys.map((key) => [key, medianOf((one) => one[key]).median])),
    baselines: figures[0]?.baselines,
    spread: Object.fromEntries(keys.map((key) => [key, medianOf((one) => one[key]).spread])),
  };
}
