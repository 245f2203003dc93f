import type { Bucket } from './replay-alerts.ts';

/*
 * What simpler ways of telling the genuine from the harmless reach. Each gives every bucket a number; the
 * cut above which it counts as genuine is the best one in the other organisations.
 */

export const isLabelled = ({ genuine, harmless }: Bucket): boolean => genuine + harmless > 0;
export const isGenuine = ({ genuine }: Bucket): boolean => genuine > 0;

export function f1Of(buckets: readonly Bucket[], isTaken: (bucket: Bucket) => boolean): number {
  const taken = buckets.filter(isTaken);
  const hits = taken.filter(isGenuine).length;
  const all = buckets.filter(isGenuine).length;
  return hits === 0 ? 0 : (2 * hits) / (taken.length + all);
}

/** A number for each bucket of one organisation, by what was said of the others. */
type Rating = (own: readonly Bucket[], others: readonly Bucket[]) => readonly number[];

/** Worst F1 of each: all genuine, the rule's share elsewhere, its severity, how much its machine has gathered. */
export function baselinesOf(buckets: readonly Bucket[]): Readonly<Record<string, number>> {
  return {
    everythingGenuine: worstOf(buckets, (own) => own.map(() => 1)),
    rulePrior: worstOf(buckets, byShare),
    ruleSeverity: worstOf(buckets, (own) => own.map(({ severityId }) => severityId)),
    elasticSum: worstOf(buckets, bySum),
  };
}

function worstOf(buckets: readonly Bucket[], rate: Rating): number {
  const names = [...new Set(buckets.map(({ organisation }) => organisation))];
  const scores = names.map((name) => {
    const own = buckets.filter(({ organisation }) => organisation === name);
    const others = buckets.filter(({ organisation }) => organisation !== name);
    const elsewhere = rateEach(others, rate);
    const cut = bestCut(others, elsewhere);
    const ratings = rate(own, others);
    return f1At(own, ratings, cut);
  });
  return Math.min(...scores);
}

/** The ratings of the organisations that set the cut, each by itself. */
function rateEach(buckets: readonly Bucket[], rate: Rating): readonly number[] {
  const ratings = new Map<Bucket, number>();
  for (const name of new Set(buckets.map(({ organisation }) => organisation))) {
    const own = buckets.filter(({ organisation }) => organisation === name);
    for (const [index, rating] of rate(own, buckets).entries()) {
      const bucket = own[index];
      if (bucket) ratings.set(bucket, rating);
    }
  }
  return buckets.map((bucket) => ratings.get(bucket) ?? 0);
}

function f1At(buckets: readonly Bucket[], ratings: readonly number[], cut: number): number {
  const taken = new Set(buckets.filter((_, index) => (ratings[index] ?? 0) >= cut));
  return f1Of(buckets, (bucket) => taken.has(bucket));
}

/** The cut with the best F1, in one pass over what is rated highest first. */
function bestCut(buckets: readonly Bucket[], ratings: readonly number[]): number {
  const ranked = buckets
    .map((bucket, index) => ({ isHit: isGenuine(bucket), rating: ratings[index] ?? 0 }))
    .sort((a, b) => b.rating - a.rating);
  const all = buckets.filter(isGenuine).length;
  let best = { f1: -1, cut: Number.POSITIVE_INFINITY };
  let hits = 0;
  for (const [index, { isHit, rating }] of ranked.entries()) {
    hits += Number(isHit);
    if (ranked[index + 1]?.rating === rating) continue;
    const f1 = (2 * hits) / (index + 1 + all);
    if (f1 > best.f1) best = { f1, cut: rating };
  }
  return best.cut;
}

function byShare(own: readonly Bucket[], others: readonly Bucket[]): readonly number[] {
  const counts = new Map<string, { all: number; genuine: number }>();
  for (const bucket of others) {
    const there = counts.get(bucket.rule) ?? { all: 0, genuine: 0 };
    there.all += 1;
    there.genuine += Number(isGenuine(bucket));
    counts.set(bucket.rule, there);
  }
  return own.map(({ rule }) => {
    const { all, genuine } = counts.get(rule) ?? { all: 1, genuine: 0 };
    return genuine / all;
  });
}

/** Elastic's risk of each severity, and how what an entity gathered adds up: the i-th highest counts 1 / i^1.5. */
const RISKS = [0, 21, 21, 47, 73, 99] as const;
const FULL_SUM = 2.5924;
const MAX_SUMMED = 1_000;

/** The risk score of the machine at the time, as Elastic's risk engine sums it. */
function bySum(own: readonly Bucket[]): readonly number[] {
  const gathered = new Map<string, number[]>();
  const inOrder = own
    .map((bucket, index) => ({ bucket, index }))
    .sort((a, b) => a.bucket.at - b.bucket.at);
  const sums = own.map(() => 0);
  for (const { bucket, index } of inOrder) {
    const risk = RISKS[bucket.severityId as 0] ?? 0;
    const risks = gathered.get(bucket.host) ?? [];
    gathered.set(bucket.host, risks);
    const place = risks.findIndex((one) => one < risk);
    risks.splice(place < 0 ? risks.length : place, 0, risk);
    risks.splice(MAX_SUMMED);
    sums[index] = risks.reduce((sum, one, at) => sum + one / (at + 1) ** 1.5, 0) / FULL_SUM;
  }
  return sums;
}
