import { mulberry } from './rename.ts';
import type { Bucket, GiveVerdict } from './replay-alerts.ts';
import { isGenuine, isLabelled } from './triage-baselines.ts';

/** What closing by itself did in houses whose alerts taught nothing, against what was promised. */
export interface ClosingFigures {
  /** Share of the labelled buckets in which everything closed by itself. */
  readonly closed: number;
  /** Share of the genuine buckets among them; the promise bounds it. */
  readonly genuineClosed: number;
  /** The largest promise that was given; undefined where none was. */
  readonly promised: number | undefined;
}

export function scoreClosing(all: readonly Bucket[]): ClosingFigures {
  const buckets = all.filter(isLabelled);
  const genuine = buckets.filter(isGenuine);
  const shareOf = (of: readonly Bucket[]): number =>
    of.filter(({ isClosed }) => isClosed).length / Math.max(1, of.length);
  const promises = all.flatMap(({ alpha }) => alpha ?? []);
  return {
    closed: shareOf(buckets),
    genuineClosed: shareOf(genuine),
    promised: promises.length === 0 ? undefined : Math.max(...promises),
  };
}

const COVERAGES = [0.5, 0.7, 0.8, 0.9, 0.95, 0.98] as const;

/** Had the least likely so many been closed: which share of the genuine would have been among them. */
export function riskCoverage(
  all: readonly Bucket[],
): readonly { readonly closed: number; readonly missed: number }[] {
  const ranked = all.filter(isLabelled).toSorted((a, b) => a.p - b.p);
  const genuine = ranked.filter(isGenuine).length;
  return COVERAGES.map((closed) => ({
    closed,
    missed:
      ranked.slice(0, Math.floor(closed * ranked.length)).filter(isGenuine).length /
      Math.max(1, genuine),
  }));
}

/** One verdict in twenty is wrong, by chance. */
export function sometimesWrong(seed: number): GiveVerdict {
  const random = mulberry(seed);
  return ({ isGenuine: truth }) => (random() < 0.05 ? !truth : truth);
}

/** Somebody calls every alert of one rule harmless, whatever it was. */
export const lyingOn =
  (rule: string): GiveVerdict =>
  ({ ruleId, isGenuine: truth }) =>
    truth && ruleId !== rule;

/** The rule under which most genuine buckets are: what an attacker would have forgotten first. */
export function mostGenuine(all: readonly Bucket[]): string {
  const counts = new Map<string, number>();
  for (const { rule } of all.filter(isGenuine)) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}
