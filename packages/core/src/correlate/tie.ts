/** A reason to put two traces together; a weight of 1 is enough. */
export interface Tie {
  readonly weight: number;
  readonly why: string;
  /** Is it strong enough that it may merge two incidents? */
  readonly isCausal: boolean;
  /** Does it say no more than that both are in the same place? */
  readonly isByPlace?: boolean;
}

/** At or above this a tie holds. */
export const JOIN_WEIGHT = 1;
