import { BoundedMap } from '../../shared/bounded-map.ts';
import type { Json } from '../../shared/json.ts';
import { toProbability } from '../combine.ts';

/*
 * Logistic regression that learns from one verdict at a time: FTRL-Proximal (McMahan et al.,
 * KDD 2013), on top of a score that is given, so that it learns only where that one errs.
 */

const ALPHA = 0.2;
const BETA = 1;
const L1 = 0.05;
const L2 = 0.1;
const MAX_FEATURES = 5_000;

/** Which way a feature may push: a risk never speaks for harmlessness, a comfort never for a threat. */
export type Leaning = 'risk' | 'comfort' | 'free';

/** One thing about an alert, as a number of the order of one. */
export interface Feature {
  readonly name: string;
  readonly value: number;
  readonly leaning: Leaning;
}

interface Coordinate {
  readonly z: number;
  readonly n: number;
}

const START: Coordinate = { z: 0, n: 0 };

function weightOf({ z, n }: Coordinate, leaning: Leaning): number {
  if (Math.abs(z) <= L1) return 0;
  const weight = -(z - Math.sign(z) * L1) / ((BETA + Math.sqrt(n)) / ALPHA + L2);
  if (leaning === 'risk') return Math.max(0, weight);
  return leaning === 'comfort' ? Math.min(0, weight) : weight;
}

/** What was learnt, as a weight in nats for each feature; bounded. */
export class Ftrl {
  readonly #coordinates = new BoundedMap<string, Coordinate>(MAX_FEATURES);

  weight({ name, leaning }: Feature): number {
    return weightOf(this.#coordinates.get(name) ?? START, leaning);
  }

  /** The score that is given, corrected by what was learnt. */
  score(features: readonly Feature[], given: number): number {
    return features.reduce((sum, feature) => sum + this.weight(feature) * feature.value, given);
  }

  /**
   * One verdict. `given` is the score in nats that the features correct; `belief` the chance that the alert
   * is genuine now that it was given, and `importance` what a genuine one weighs against others.
   */
  learn(
    features: readonly Feature[],
    verdict: { readonly given: number; readonly belief: number; readonly importance: number },
  ): void {
    const p = toProbability(this.score(features, verdict.given));
    const { belief, importance } = verdict;
    const miss = importance * belief * (p - 1) + (1 - belief) * p;
    for (const feature of features) {
      if (feature.value === 0) continue;
      const before = this.#coordinates.get(feature.name) ?? START;
      const g = miss * feature.value;
      const n = before.n + g * g;
      const sigma = (Math.sqrt(n) - Math.sqrt(before.n)) / ALPHA;
      this.#coordinates.set(feature.name, {
        z: before.z + g - sigma * weightOf(before, feature.leaning),
        n,
      });
    }
  }

  snapshot(): Json {
    return this.#coordinates.entries() as unknown as Json;
  }

  restore(from: Json): void {
    this.#coordinates.fill(from as unknown as readonly (readonly [string, Coordinate])[]);
  }
}
