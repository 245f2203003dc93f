/** Pauses that double up to a limit, each between half and the whole of its length so that many do not come at once. */
export interface BackOff {
  next(): number;
  /** After something worked, the next pause is a short one again. */
  reset(): void;
}

const FIRST_MS = 500;
const MAX_MS = 60_000;

/** Starts with half a second. */
export function createBackOff(random: () => number = Math.random): BackOff {
  let wholeMs = FIRST_MS;
  return {
    next() {
      const pauseMs = Math.round(wholeMs * (0.5 + random() / 2));
      wholeMs = Math.min(MAX_MS, wholeMs * 2);
      return pauseMs;
    },
    reset() {
      wholeMs = FIRST_MS;
    },
  };
}
