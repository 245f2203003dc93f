import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_BYTES = 32;
const TOKEN = /^cdn_(api|src|set)_([0-9A-Za-z]{40,48})_([0-9A-Za-z]{6})$/;

/** What a token is for: the API, a push source, or the set-up link. */
export type TokenKind = 'api' | 'src' | 'set';

/** A session id: 256 random bits. */
export const mintSessionId = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** A name for a credential, not a secret. */
export const mintId = (prefix: string): string => `${prefix}_${randomBytes(12).toString('hex')}`;

/**
 * `cdn_<kind>_<base62>_<crc>`: 256 random bits with a prefix that secret scanners know and a CRC-32
 * so that a mistyped token is told from a wrong one without a look-up.
 */
export function mintToken(kind: TokenKind): string {
  const body = toBase62(BigInt(`0x${randomBytes(SECRET_BYTES).toString('hex')}`)).padStart(43, '0');
  return `cdn_${kind}_${body}_${checksum(kind, body)}`;
}

/** Is this in the form of a token of that kind, with a checksum that fits? */
export function isToken(text: string, kind: TokenKind): boolean {
  const [, found, body, crc] = TOKEN.exec(text) ?? [];
  return found === kind && body !== undefined && checksum(kind, body) === crc;
}

/** What is kept of a secret: SHA-256 in hex. Secrets have 256 random bits, so no salt or stretching is needed. */
export const hashSecret = (secret: string): string =>
  createHash('sha256').update(secret).digest('hex');

const checksum = (kind: TokenKind, body: string): string =>
  toBase62(BigInt(crc32(`cdn_${kind}_${body}`))).padStart(6, '0');

function toBase62(value: bigint): string {
  let rest = value;
  let text = '';
  do {
    text = `${ALPHABET[Number(rest % 62n)]}${text}`;
    rest /= 62n;
  } while (rest > 0n);
  return text;
}
