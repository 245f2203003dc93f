import type { Origin } from '../origin/origin.ts';
import { clockOf } from '../origin/trace-back.ts';
import type { EpochMs } from '../shared/time.ts';

/** When what is likeliest as the beginning became something else, and by what. */
export interface OriginChange {
  /** Time of the newest sign that was known then. */
  readonly at: EpochMs;
  readonly text: string;
}

/** What was taken for the beginning, and how that came about. */
export interface Began {
  readonly beginning: string | undefined;
  readonly changes: readonly OriginChange[];
}

const MAX_CHANGES = 10;

/** The likeliest place; undefined where none is found. */
export const beginningOf = (origin: Origin): string | undefined =>
  origin.kind === 'found' ? origin.hypotheses[0]?.entity.id : undefined;

/** The changes so far with one more where the likeliest beginning is another than before. */
export function tellOriginChange(
  before: Began,
  origin: Origin,
  at: EpochMs,
): readonly OriginChange[] {
  const { beginning, changes } = before;
  const now = beginningOf(origin);
  if (beginning === undefined || now === undefined || now === beginning) return changes;
  const top = origin.kind === 'found' ? origin.hypotheses[0] : undefined;
  const reason = top?.supporting[0];
  const why = reason === undefined ? '' : ` ${reason.replace(/\.?$/, '.')}`;
  const text = `With what was known by ${clockOf(at)} the likeliest beginning is ${now}; before, it was ${beginning}.${why}`;
  return [...changes, { at, text }].slice(-MAX_CHANGES);
}
