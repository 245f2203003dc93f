const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;
const MAX_CHARS = 200;

/** FNV-1a, 32 bits, of the first 200 characters; for memory, not for secrecy. */
export function hashOf(text: string): number {
  let hash = OFFSET;
  const end = Math.min(text.length, MAX_CHARS);
  for (let at = 0; at < end; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), PRIME);
  return hash >>> 0;
}

/** Is the hash new to the list? It is added; of more than `most` the oldest is forgotten. */
export function isNewTo(list: number[], hash: number, most: number): boolean {
  if (list.includes(hash)) return false;
  list.push(hash);
  if (list.length > most) list.shift();
  return true;
}
