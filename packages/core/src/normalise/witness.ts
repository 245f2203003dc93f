/** An escape, a class, a quantifier, or one character. */
const TOKEN =
  /\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\]|[*+?]\??|\{\d+(?:,\d*)?\}\??|[\s\S]/g;
/** Flags and escapes whose letters do not stand for themselves. */
const OPAQUE = /\(\?[a-zA-Z-]*i|\\[xpPQ0-9]/;

/**
 * The longest literal that every text matched by a pattern must hold, or '' when none is sure: a
 * cheap test that spares the pattern on nearly every text it does not match.
 */
export function witnessOf(pattern: string): string {
  if (OPAQUE.test(pattern)) return '';
  let [best, run, depth] = ['', '', 0];
  for (const [token] of pattern.matchAll(TOKEN)) {
    if (token === '|' && depth === 0) return '';
    const literal = depth === 0 ? literalOf(token) : undefined;
    if (literal !== undefined) {
      run += literal;
      continue;
    }
    if (isOptional(token)) run = run.slice(0, -1);
    if (run.length > best.length) best = run;
    run = '';
    depth += DEPTH[token] ?? 0;
  }
  return run.length > best.length ? run : best;
}

const DEPTH: Readonly<Record<string, number>> = { '(': 1, ')': -1 };

/** A quantifier that allows none. */
const isOptional = (token: string): boolean => /^(?:[*?]\??|\{0.*\}\??)$/.test(token);

/** The character that stands for itself; undefined for what has a meaning. */
function literalOf(token: string): string | undefined {
  if (token.length > 2) return undefined;
  if (token.startsWith('\\')) return /[\w\s]/.test(token[1] ?? '') ? undefined : token[1];
  return /^[.^$()[\]*+?]|^\{\d/.test(token) ? undefined : token;
}
