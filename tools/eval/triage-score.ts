import type { Bucket } from './replay-alerts.ts';

/** The figures of one seed. */
export interface TriageFigures {
  readonly bucketF1: Readonly<Record<string, number>>;
  readonly worstBucketF1: number;
  /** Share of harmless buckets that need not be looked at, and of genuine ones that are lost with them. */
  readonly falsePositivesSuppressed: number;
  readonly genuineLost: number;
  readonly shownPerDay: number;
  readonly ece: number;
  readonly baselines: Readonly<Record<string, number>>;
}

/** Rather genuine than not; and below that it need not be looked at. */
export const GENUINE_P = 0.5;
export const LOOK_P = 0.05;
const DAY_MS = 86_400_000;

const isLabelled = ({ genuine, harmless }: Bucket): boolean => genuine + harmless > 0;
const isGenuine = ({ genuine }: Bucket): boolean => genuine > 0;

export function f1Of(buckets: readonly Bucket[], isTaken: (bucket: Bucket) => boolean): number {
  const taken = buckets.filter(isTaken);
  const hits = taken.filter(isGenuine).length;
  const all = buckets.filter(isGenuine).length;
  return hits === 0 ? 0 : (2 * hits) / (taken.length + all);
}

export function scoreTriage(all: readonly Bucket[]): TriageFigures {
  const buckets = all.filter(isLabelled);
  const names = [...new Set(buckets.map(({ organisation }) => organisation))];
  const of = (name: string) => buckets.filter(({ organisation }) => organisation === name);
  const bucketF1 = Object.fromEntries(
    names.map((name) => [name, f1Of(of(name), ({ p }) => p >= GENUINE_P)]),
  );
  const harmless = buckets.filter((bucket) => !isGenuine(bucket));
  const genuine = buckets.filter(isGenuine);
  const days = names.reduce((sum, name) => sum + spanOf(of(name)), 0);
  return {
    bucketF1,
    worstBucketF1: Math.min(...Object.values(bucketF1)),
    falsePositivesSuppressed: harmless.filter(({ p }) => p < LOOK_P).length / harmless.length,
    genuineLost: genuine.filter(({ p }) => p < LOOK_P).length / genuine.length,
    shownPerDay: buckets.filter(({ p }) => p >= GENUINE_P).length / days,
    ece: calibrationError(buckets),
    baselines: baselinesOf(names, of),
  };
}

const spanOf = (buckets: readonly Bucket[]): number =>
  (Math.max(...buckets.map(({ at }) => at)) - Math.min(...buckets.map(({ at }) => at))) / DAY_MS;

/** Expected calibration error over ten bins of equal width. */
function calibrationError(buckets: readonly Bucket[]): number {
  const bins = Array.from({ length: 10 }, () => ({ count: 0, p: 0, genuine: 0 }));
  for (const bucket of buckets) {
    const bin = bins[Math.min(9, Math.floor(bucket.p * 10))];
    if (bin === undefined) continue;
    bin.count += 1;
    bin.p += bucket.p;
    bin.genuine += Number(isGenuine(bucket));
  }
  return bins.reduce((sum, { p, genuine }) => sum + Math.abs(p - genuine), 0) / buckets.length;
}

/** Worst F1 of simpler ways: everything is genuine; the rule's share in the other organisations, at the best threshold there. */
function baselinesOf(
  names: readonly string[],
  of: (name: string) => readonly Bucket[],
): Readonly<Record<string, number>> {
  const everything = names.map((name) => f1Of(of(name), () => true));
  const priors = names.map((name) => {
    const others = names.filter((other) => other !== name).flatMap(of);
    const shares = sharesOf(others);
    const share = ({ rule }: Bucket) => shares.get(rule) ?? 0;
    const cuts = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9];
    const best =
      cuts
        .map((cut) => [cut, f1Of(others, (bucket) => share(bucket) >= cut)] as const)
        .sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0.5;
    return f1Of(of(name), (bucket) => share(bucket) >= best);
  });
  return { everythingGenuine: Math.min(...everything), rulePrior: Math.min(...priors) };
}

function sharesOf(buckets: readonly Bucket[]): ReadonlyMap<string, number> {
  const counts = new Map<string, { all: number; genuine: number }>();
  for (const bucket of buckets) {
    const there = counts.get(bucket.rule) ?? { all: 0, genuine: 0 };
    there.all += 1;
    there.genuine += Number(isGenuine(bucket));
    counts.set(bucket.rule, there);
  }
  return new Map([...counts].map(([rule, { all, genuine }]) => [rule, genuine / all]));
}
