import type { Bucket } from './replay-alerts.ts';
import { baselinesOf, f1Of, isGenuine, isLabelled } from './triage-baselines.ts';

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
    baselines: baselinesOf(buckets),
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
