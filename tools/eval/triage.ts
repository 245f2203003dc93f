import { organisationsIn } from './alert-stream.ts';
import {
  lyingOn,
  mostGenuine,
  riskCoverage,
  scoreClosing,
  sometimesWrong,
} from './closing-score.ts';
import { loadProduct } from './engines.ts';
import type { Evaluation, EvaluationInput } from './kind.ts';
import { type Bucket, type GiveVerdict, replayAll, tellTruth } from './replay-alerts.ts';
import { type JudgedEvent, replayRuleEvents } from './replay-rule-events.ts';
import { SEEDS, toMedian } from './seeds.ts';
import { severityAgreement } from './severity-score.ts';
import { scoreTriage, type TriageFigures } from './triage-score.ts';

/** Buckets of a seed, with verdicts given so. */
type Replay<B extends Bucket> = (seed: number, giveVerdict: GiveVerdict) => readonly B[];

/**
 * Genuine or not: over the alerts of other products (what people decided in the other organisations is all
 * that is known), or over the events that rules of another product were tried with.
 */
export const triageEvaluation: Evaluation = {
  async run(input) {
    if (organisationsIn(input.dir).length > 0) {
      const { figures } = evaluate(input, (seed, giveVerdict) =>
        replayAll(input, seed, giveVerdict),
      );
      return { layout: 'alerts of other products, leave one organisation out', ...figures };
    }
    const content = await loadProduct(input.say);
    const from = { dir: input.dir, content, say: input.say };
    const { figures, first } = evaluate<JudgedEvent>(input, (seed, giveVerdict) =>
      replayRuleEvents(from, { seed, giveVerdict }),
    );
    return {
      layout: 'events of rules, leave one of four parts of the rules out',
      ...figures,
      ...severityAgreement(first),
    };
  },
};

function evaluate<B extends Bucket>(input: EvaluationInput, replay: Replay<B>) {
  const seeds = input.seed === undefined ? SEEDS : [input.seed];
  const runs = seeds.map((seed) => replay(seed, tellTruth));
  input.predict(runs.flatMap((buckets) => buckets.map(toClaim)));
  const [first = []] = runs;
  const [seed = 1] = seeds;
  const under = (giveVerdict: GiveVerdict) => toHarm(replay(seed, giveVerdict));
  const figures = {
    ...summarise(runs.map(scoreTriage)),
    riskCoverage: riskCoverage(first),
    closing: scoreClosing(first),
    oneVerdictInTwentyWrong: under(sometimesWrong(seed)),
    oneRuleCalledHarmless: under(lyingOn(mostGenuine(first))),
  };
  return { figures, first };
}

/** What is left of the figures when verdicts are wrong. */
function toHarm(buckets: readonly Bucket[]) {
  const { worstBucketF1, falsePositivesSuppressed, genuineLost, ece } = scoreTriage(buckets);
  return { worstBucketF1, falsePositivesSuppressed, genuineLost, ece, ...scoreClosing(buckets) };
}

export const toClaim = ({
  seed,
  organisation,
  rule,
  host,
  at,
  p,
  severityId,
  incident,
}: Bucket) => ({
  id: `${seed}/${organisation}/${rule}/${host}/${at}`,
  p,
  severityId,
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
    seeds: figures.length,
    bucketF1,
    ...Object.fromEntries(keys.map((key) => [key, medianOf((one) => one[key]).median])),
    baselines: figures[0]?.baselines,
    spread: Object.fromEntries(keys.map((key) => [key, medianOf((one) => one[key]).spread])),
  };
}
