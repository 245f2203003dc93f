/** Does `text` match `pattern`, where `*` stands for any run of characters? Case does not matter; never backtracks. */
export function isGlobMatch(text: string, pattern: string): boolean {
  const parts = pattern.toLowerCase().split('*');
  const value = text.toLowerCase();
  const first = parts[0] ?? '';
  if (parts.length === 1) return value === first;
  const last = parts.at(-1) ?? '';
  if (value.length < first.length + last.length) return false;
  if (!value.startsWith(first) || !value.endsWith(last)) return false;
  return hasInOrder(value.slice(first.length, value.length - last.length), parts.slice(1, -1));
}

/** Do the parts occur one after another without overlap? The leftmost place for each is always the best. */
function hasInOrder(text: string, parts: readonly string[]): boolean {
  let from = 0;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}
