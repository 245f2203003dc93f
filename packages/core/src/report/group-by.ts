/** Members by their key, keys and members in the order they came. */
export function groupBy<K, T>(
  members: readonly T[],
  keyOf: (member: T) => K,
): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const member of members) {
    const key = keyOf(member);
    const group = groups.get(key);
    if (group) group.push(member);
    else groups.set(key, [member]);
  }
  return groups;
}
