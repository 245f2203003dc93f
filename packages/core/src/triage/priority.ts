/** The queue order, P1 first. */
export type PriorityLevel = 'P1' | 'P2' | 'P3' | 'P4';

/** Expected loss with its three visible axes; `score = 100·√(likelihood·impact·urgency)`, for display. */
export interface Priority {
  readonly level: PriorityLevel;
  readonly likelihood: number;
  readonly impact: number;
  readonly urgency: number;
  readonly score: number;
  /** "P1 because …", one sentence. */
  readonly why: string;
  /** Each input with its share, in full. */
  readonly factors: readonly { readonly axis: 'likelihood' | 'impact' | 'urgency'; readonly text: string; readonly value: number }[];
}
