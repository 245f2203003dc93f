import type { Quantity } from './telemetry.ts';

/** What a quantity means for the search. */
export interface QuantityNature {
  /** The direction that tells of a fault. */
  readonly bad: 'rise' | 'fall';
  /** A resource is used up where the fault is; a symptom may come from whoever is called. */
  readonly isSymptom: boolean;
  /** In milliseconds: what counts is also how much of the slowdown it makes up. */
  readonly isTime?: true;
  /** For a sentence: "its processor time". */
  readonly words: string;
}

export const QUANTITIES: Readonly<Record<Quantity, QuantityNature>> = {
  cpu: { bad: 'rise', isSymptom: false, words: 'processor time' },
  memory: { bad: 'rise', isSymptom: false, words: 'memory' },
  disk: { bad: 'rise', isSymptom: false, words: 'disk use' },
  descriptors: { bad: 'rise', isSymptom: false, words: 'open descriptors' },
  restarts: { bad: 'rise', isSymptom: false, words: 'restarts' },
  latency: { bad: 'rise', isSymptom: true, words: 'time to answer', isTime: true },
  'self-time': { bad: 'rise', isSymptom: false, words: 'time spent in itself', isTime: true },
  'transfer-time': { bad: 'rise', isSymptom: true, words: 'time on the way', isTime: true },
  calls: { bad: 'fall', isSymptom: true, words: 'calls' },
  errors: { bad: 'rise', isSymptom: true, words: 'errors' },
};

/** The surprise in the bad direction, at least 0. */
export function harmOf(quantity: Quantity, surprise: number): number {
  return Math.max(0, QUANTITIES[quantity].bad === 'rise' ? surprise : -surprise);
}
