const PAGE = 200;

interface Query {
  readonly limit: number;
  readonly cursor?: string;
}

/** All pages of a list. */
export async function readPages<T>(
  list: (query: Query) => Promise<{ readonly items: readonly T[]; readonly nextCursor?: string }>,
): Promise<readonly T[]> {
  const all: T[] = [];
  let query: Query = { limit: PAGE };
  for (;;) {
    const { items, nextCursor } = await list(query);
    all.push(...items);
    if (nextCursor === undefined) return all;
    query = { limit: PAGE, cursor: nextCursor };
  }
}
