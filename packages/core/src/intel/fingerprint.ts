/*
 * Fingerprints of 64 bits in two halves, made from the end of the text to its beginning: those of all
 * parent domains of a name fall out on the way. Not cryptographic; what is found is compared with the
 * stored value, and the seed keeps strangers from building values that crowd together.
 */

const PRIME_A = 0x01000193;
const PRIME_B = 0x5bd1e995;

/** The two halves of the last fingerprint made: results without an object for each. */
export const print = { high: 0, low: 0 };

function finish(high: number, low: number): void {
  let a = high ^ (high >>> 16);
  let b = low ^ (low >>> 15);
  a = Math.imul(a, 0x85ebca6b) ^ b;
  b = Math.imul(b, 0xc2b2ae35) ^ a;
  a = Math.imul(a ^ (a >>> 13), 0x27d4eb2f);
  b = Math.imul(b ^ (b >>> 16), 0x165667b1);
  print.high = (a ^ (b >>> 11)) >>> 0;
  print.low = (b ^ (a >>> 14)) >>> 0;
}

/** Fingerprint of a whole text under a seed; left in {@link print}. */
export function fingerprint(text: string, seed: number): void {
  let high = seed ^ 0x811c9dc5;
  let low = Math.imul(seed, 0x9e3779b1) ^ 0x2545f491;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, PRIME_A);
    low = Math.imul(low ^ code, PRIME_B) ^ (low >>> 15);
  }
  finish(high, low);
}

/**
 * Visits the fingerprints of a name and its parents, the longest parent last but the name itself at
 * the very end: `com` is left out, then `evil.com`, then `www.evil.com`. `visit` is told where the
 * suffix begins.
 */
export function visitSuffixes(name: string, seed: number, visit: (start: number) => void): void {
  let high = seed ^ 0x811c9dc5;
  let low = Math.imul(seed, 0x9e3779b1) ^ 0x2545f491;
  let dots = 0;
  for (let at = name.length - 1; at >= 0; at -= 1) {
    const code = name.charCodeAt(at);
    if (code === 46) {
      if (dots > 0) {
        finish(high, low);
        visit(at + 1);
      }
      dots += 1;
    }
    high = Math.imul(high ^ code, PRIME_A);
    low = Math.imul(low ^ code, PRIME_B) ^ (low >>> 15);
  }
  finish(high, low);
  visit(0);
}
