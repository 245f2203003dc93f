import type { EntityRef } from '../entity/entity.ts';
import type { EvidenceId } from '../shared/id.ts';
import type { EpochMs } from '../shared/time.ts';

/**
 * One signed piece of evidence. Every score in the product is a sum over such pieces, and the
 * explanation is the list itself, sorted by the size of the contribution.
 */
export interface Evidence {
  readonly id: EvidenceId;
  readonly at: EpochMs;
  readonly subject: readonly EntityRef[];
  /** `rule:<id>`, `prevalence`, `allowlist`, `change-window`, `corroboration`, `verdict` … */
  readonly kind: string;
  /** Signed nats toward "genuine threat", clipped to [-4, +6]. */
  readonly llr: number;
  /** Correlated evidence shares a group: inside a group repetition adds only a share. */
  readonly group: string;
  /** One sentence; plain text. Attacker-controlled words inside are data and are escaped where shown. */
  readonly text: string;
  /** Offsets of the records it rests on, at most 20. */
  readonly offsets: readonly number[];
}

/** The id of what an alert or incident says under a kind; derived from both, so that a replay repeats it. */
export const evidenceIdOf = (of: string, kind: string): EvidenceId =>
  `evd_${of.slice(of.indexOf('_') + 1)}_${kind}`;

/** An evidence with what it adds to the score it is part of; contributions sum exactly to the score. */
export interface Contribution {
  readonly evidence: Evidence;
  /** Nats. */
  readonly contribution: number;
}

/** A probability with the sum it came from: `logit(p) = prior + Σ contribution`. */
export interface Score {
  readonly priorLogit: number;
  readonly contributions: readonly Contribution[];
  /** Sum of the prior and all contributions, in nats. */
  readonly logit: number;
  /** 1 / (1 + e^-logit). */
  readonly p: number;
}
