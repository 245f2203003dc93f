const MAX_LABELS = 40;
const MAX_CHARS = 256;

/** Labels as they are kept: so many, and so long, that a series has bounds. */
export const cutLabels = (pairs: readonly (readonly [string, string])[]): Record<string, string> =>
  Object.fromEntries(
    pairs
      .slice(0, MAX_LABELS)
      .map(([name, value]) => [name.slice(0, MAX_CHARS), value.slice(0, MAX_CHARS)]),
  );
