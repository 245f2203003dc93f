/*
 * Wald's sequential test as a walk. Each observation moves it by the log of how much likelier it is
 * under "trouble" than under "nothing wrong". Under "nothing wrong" the likelihood ratio ever reaches
 * A with a chance of at most 1/A (Ville's inequality), so `chanceOf` holds at whatever moment one
 * looks. A walk that has come down far enough starts anew; the k-th attempt multiplies the chance by
 * k(k + 1), so that over all attempts together it still holds (the sum of 1 / k(k + 1) is 1).
 */

/** Where a walk stands; plain data, so that it goes into a snapshot. */
export interface Walk {
  /** Log likelihood ratio in nats. */
  nats: number;
  /** How often it came down to the lower bound and started anew. */
  restarts: number;
}

/** Chances of the outcome looked for: when nothing is wrong, and when something is. */
export interface Hypotheses {
  readonly quiet: number;
  readonly trouble: number;
}

/** The lower bound of a miss rate of 1 %: ln 0.01. */
const CLEARED_NATS = -4.6;
const MOST_NATS = 600;

export const startWalk = (): Walk => ({ nats: 0, restarts: 0 });

/** Moves the walk by one outcome. */
export function step(walk: Walk, isHit: boolean, { quiet, trouble }: Hypotheses): void {
  move(walk, isHit ? Math.log(trouble / quiet) : Math.log((1 - trouble) / (1 - quiet)));
}

/** Moves the walk by a log likelihood ratio in nats. */
export function move(walk: Walk, nats: number): void {
  walk.nats = Math.min(MOST_NATS, walk.nats + nats);
  if (walk.nats > CLEARED_NATS) return;
  walk.nats = 0;
  walk.restarts += 1;
}

/** Chance that a quiet key ever gets as far as the walk stands now. */
export const chanceOf = (walk: Walk): number =>
  Math.min(1, (walk.restarts + 1) * (walk.restarts + 2) * Math.exp(-walk.nats));
