import type { EntityRef } from '../entity/entity.ts';
import type { EpochMs } from '../shared/time.ts';

/** Where an incident began, ranked; or "unseen" with what would settle it. */
export type Origin =
  | {
      readonly kind: 'found';
      readonly hypotheses: readonly OriginHypothesis[];
      readonly text: string;
      /** What would tell them apart or show what came before, the most telling first. */
      readonly wouldSettle?: readonly string[];
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
    | 'supply_chain'
    | 'removable_media'
    | 'insider'
    | 'unseen';
  /** The same in a sentence, where the data tells one. */
  readonly entryText?: string;
  readonly supporting: readonly string[];
  readonly contradicting: readonly string[];
  readonly offsets: readonly number[];
  /** The process on the machine that its signs lead back to, with its share of the blame there. */
  readonly process?: OriginProcess;
  /** Whom that process talks to. */
  readonly peer?: { readonly ip: string; readonly port?: number };
}

/** A process where it may have begun within a machine. */
export interface OriginProcess {
  readonly name: string;
  /** Key of the process: its sensor's GUID (`g:…`), else host and number. */
  readonly key: string;
  readonly at: EpochMs;
  readonly user?: string;
  /** 0 to 1, among all that was found on the machine. */
  readonly share: number;
}
