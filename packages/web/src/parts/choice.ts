/** The chosen ones of a comma-separated list. */
export function known<T extends string>(value: unknown, all: readonly T[]): readonly T[] {
  const chosen = new Set(typeof value === 'string' ? value.split(',') : []);
  return all.filter((item) => chosen.has(item));
}

/** The list with the item added or, when there, taken out; undefined when empty. */
export function toggled<T extends string>(
  value: string | undefined,
  item: T,
  all: readonly T[],
): string | undefined {
  const now = known(value, all);
  const next = now.includes(item) ? now.filter((one) => one !== item) : [...now, item];
  return next.join(',') || undefined;
}
