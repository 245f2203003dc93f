/*
 * The scoring of the Numenta Anomaly Benchmark (Lavin and Ahmad 2015, section "Scoring"; NAB 1.1), from
 * its definition. A flag inside a window earns by how early it is, of several the best one counts; a flag
 * outside costs, the less the closer it follows a window; a window without a flag costs. Sums over all
 * series are put on a scale where saying nothing is 0 and finding every window at once is 100.
 */

/** A labelled window: places of its first and last point in the series. */
export interface LabelWindow {
  readonly from: number;
  readonly to: number;
}

/** One series as it was judged: how many points, where they were flagged, where they should have been. */
export interface JudgedSeries {
  readonly length: number;
  /** Places of flagged points, ascending. */
  readonly flags: readonly number[];
  readonly windows: readonly LabelWindow[];
}

/** What the three profiles make of a true positive, a false positive and a miss. */
export const PROFILES = {
  standard: { hit: 1, false: 0.11, miss: 1 },
  lowFp: { hit: 1, false: 0.22, miss: 1 },
  lowFn: { hit: 1, false: 0.11, miss: 2 },
} as const;
type Profile = (typeof PROFILES)[keyof typeof PROFILES];

const PROBATION = 0.15;
const PROBATION_OF = 5_000;

/** How many points at the start of a series are for learning only and are not scored. */
export const probationOf = (length: number): number =>
  Math.floor(PROBATION * Math.min(length, PROBATION_OF));

/** `place` is relative to a window: -1 at its start, 0 at its end, positive behind it, in widths. */
const worthAt = (place: number): number => (place > 3 ? -1 : 2 / (1 + Math.exp(5 * place)) - 1);
const MOST = worthAt(-1);

const insideWorth = (flag: number, { from, to }: LabelWindow): number =>
  worthAt(-(to - flag + 1) / (to - from + 1)) / MOST;

function outsideWorth(flag: number, windows: readonly LabelWindow[]): number {
  const before = windows.filter(({ to }) => to < flag).at(-1);
  return before === undefined ? -1 : worthAt((flag - before.to) / (before.to - before.from));
}

/** The raw score of one series; windows that lie wholly in the probation cannot be hit and count as the others do. */
function rawScore({ length, flags, windows }: JudgedSeries, profile: Profile): number {
  const start = probationOf(length);
  const best = new Map<LabelWindow, number>();
  let sum = 0;
  for (const flag of flags) {
    if (flag < start) continue;
    const window = windows.find(({ from, to }) => from <= flag && flag <= to);
    if (window === undefined) sum += profile.false * outsideWorth(flag, windows);
    else best.set(window, Math.max(best.get(window) ?? -Infinity, insideWorth(flag, window)));
  }
  for (const window of windows) {
    const worth = best.get(window);
    sum += worth === undefined ? -profile.miss : Math.max(-profile.miss, profile.hit * worth);
  }
  return sum;
}

/** Normalised to 0 for saying nothing and 100 for a perfect answer; below 0 is worse than saying nothing. */
export function scoreProfile(series: readonly JudgedSeries[], profile: Profile): number {
  const windows = series.reduce((sum, one) => sum + one.windows.length, 0);
  if (windows === 0) return 0;
  const nothing = -profile.miss * windows;
  const perfect = profile.hit * windows;
  const raw = series.reduce((sum, one) => sum + rawScore(one, profile), 0);
  return (100 * (raw - nothing)) / (perfect - nothing);
}

/** The three profiles, how many windows were hit, and flags outside for every thousand points that were scored. */
export function scoreNab(series: readonly JudgedSeries[]) {
  let [points, wrong, hit, all] = [0, 0, 0, 0];
  for (const { length, flags, windows } of series) {
    const start = probationOf(length);
    const scored = flags.filter((flag) => flag >= start);
    const isIn = (flag: number, { from, to }: LabelWindow) => from <= flag && flag <= to;
    points += length - start;
    wrong += scored.filter((flag) => !windows.some((window) => isIn(flag, window))).length;
    hit += windows.filter((window) => scored.some((flag) => isIn(flag, window))).length;
    all += windows.length;
  }
  return {
    standard: scoreProfile(series, PROFILES.standard),
    lowFp: scoreProfile(series, PROFILES.lowFp),
    lowFn: scoreProfile(series, PROFILES.lowFn),
    falsePer1000: points === 0 ? 0 : (1_000 * wrong) / points,
    windows: all,
    windowsHit: hit,
    falseFlags: wrong,
  };
}
