/** A probability in words: whole percent, one decimal below ten, never rounded up to a certainty. */
export const likelihoodText = (p: number): string =>
  p > 0.99 ? 'more than 99 %' : `${(p * 100).toFixed(p < 0.1 ? 1 : 0)} %`;
