/** Reads the hunt from the address. */
export function readHunt(search: Record<string, unknown>): { readonly q?: string } {
  const { q } = search;
  return typeof q === 'string' && q !== '' ? { q: q.slice(0, 4_000) } : {};
}
