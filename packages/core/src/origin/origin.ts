import type { EntityRef } from '../entity/entity.ts';
import type { EpochMs } from '../shared/time.ts';

/** Where an incident began, ranked; or "unseen" with what would settle it. */
export type Origin =
  | {
      readonly kind: 'found';
      readonly hypotheses: readonly OriginHypothesis[];
      readonly text: string;
    }
  | { readonly kind: 'unseen'; readonly text: string; readonly wouldSettle: readonly string[] };

/** One possible beginning; the probabilities of all hypotheses and of "unseen" sum to 1. */
export interface OriginHypothesis {
  readonly entity: EntityRef;
  readonly at: EpochMs;
  readonly p: number;
  /** How the attacker came in, where it shows. */
  readonly entryVector:
    | 'phishing'
    | 'exposed_service'
    | 'stolen_credential'
    | 'removable_media'
    | 'insider'
    | 'unseen';
  readonly supporting: readonly string[];
  readonly contradicting: readonly string[];
  readonly offsets: readonly number[];
}
