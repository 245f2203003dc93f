import { hashOf } from '../seen-before.ts';
import { unseenMass } from './tail.ts';

/*
 * How often does this key do something it never did? Good and Turing: as often as it did things it
 * did only once. Until it has a history of its own, that of all keys together stands in.
 */

/** What a key did, by hash; plain data. */
export interface Novelty {
  total: number;
  /** Kinds it did once only. */
  once: number;
  kinds: number[];
  /** Times of each kind, beside `kinds`. */
  times: number[];
}

export const startNovelty = (): Novelty => ({ total: 0, once: 0, kinds: [], times: [] });

const PRIOR_WEIGHT = 5;

/**
 * Counts one thing done. Returns, where the key never did it, the chance it had to do something new;
 * `prior` is the chance of keys without a history.
 */
export function note(
  novelty: Novelty,
  what: string,
  { most, prior }: { readonly most: number; readonly prior: number },
): number | undefined {
  const hash = hashOf(what);
  const at = novelty.kinds.indexOf(hash);
  if (at >= 0) {
    const times = (novelty.times[at] ?? 1) + 1;
    novelty.times[at] = times;
    novelty.total += 1;
    if (times === 2) novelty.once -= 1;
    return undefined;
  }
  const chance = unseenMass(novelty, prior, PRIOR_WEIGHT);
  novelty.kinds.push(hash);
  novelty.times.push(1);
  novelty.total += 1;
  novelty.once += 1;
  if (novelty.kinds.length > most) {
    novelty.kinds.shift();
    if (novelty.times.shift() === 1) novelty.once -= 1;
  }
  return chance;
}

/** How often keys do something new, over all of them. */
export interface Pool {
  total: number;
  fresh: number;
}

export const startPool = (): Pool => ({ total: 0, fresh: 0 });

/** Share of what all keys did that was new to the key. */
export const newShareOf = ({ total, fresh }: Pool): number => (fresh + 1) / (total + 1);

export function noteInPool(pool: Pool, isNew: boolean): void {
  pool.total += 1;
  if (isNew) pool.fresh += 1;
}
