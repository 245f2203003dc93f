import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** What each id prefix stands for. Ids read `<prefix>_<26 characters>`. */
export type IdPrefix =
  | 'evt'
  | 'sig'
  | 'alr'
  | 'inc'
  | 'run'
  | 'act'
  | 'evd'
  | 'rcp'
  | 'mat'
  | 'ntf';

type Id<P extends IdPrefix> = `${P}_${string}`;
export type EventId = Id<'evt'>;
export type SignalId = Id<'sig'>;
export type AlertId = Id<'alr'>;
export type IncidentId = Id<'inc'>;
export type RunId = Id<'run'>;
export type ActionId = Id<'act'>;
export type EvidenceId = Id<'evd'>;
export type MatterId = Id<'mat'>;
export type NotificationId = Id<'ntf'>;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_LENGTH = 26;

/**
 * An id derived from its cause: the same parts give the same id, so a replay repeats nothing.
 * SHA-256 over the parts, each length-prefixed so that no two lists of parts collide by joining;
 * the first 130 bits in Crockford base 32.
 */
export function idOf<P extends IdPrefix>(prefix: P, parts: readonly (string | number)[]): Id<P> {
  const text = parts.map((part) => `${String(part).length}:${part}`).join('|');
  const digest = sha256(utf8ToBytes(text));
  let out = '';
  let bits = 0;
  let held = 0;
  for (const byte of digest) {
    bits = (bits << 8) | byte;
    held += 8;
    while (held >= 5 && out.length < ID_LENGTH) {
      held -= 5;
      out += ALPHABET[(bits >>> held) & 31];
    }
    bits &= (1 << held) - 1;
  }
  return `${prefix}_${out}`;
}
