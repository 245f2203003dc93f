/** Length of the piece by which needles are sorted. */
const PIECE = 4;

/** Many needles asked of a text at once: each place of the text knows the few that may begin there. */
export class Substrings<T> {
  readonly #byPiece = new Map<string, (readonly [string, T])[]>();
  readonly #short: (readonly [string, T])[] = [];

  add(needle: string, owner: T): void {
    if (needle.length < PIECE) {
      this.#short.push([needle, owner]);
      return;
    }
    const piece = needle.slice(0, PIECE);
    const there = this.#byPiece.get(piece);
    if (there === undefined) this.#byPiece.set(piece, [[needle, owner]]);
    else there.push([needle, owner]);
  }

  /** Calls back with the owner of every needle that the text holds. */
  visit(text: string, visit: (owner: T) => void): void {
    for (const [needle, owner] of this.#short) if (text.includes(needle)) visit(owner);
    if (this.#byPiece.size === 0) return;
    for (let at = 0; at + PIECE <= text.length; at += 1) {
      const candidates = this.#byPiece.get(text.slice(at, at + PIECE));
      for (const [needle, owner] of candidates ?? []) if (text.startsWith(needle, at)) visit(owner);
    }
  }
}
