import { utf8ToBytes } from '@noble/hashes/utils.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015'] as const;
const FLAG_DASH = /(?<![\p{L}\p{N}_])[-/\u2013\u2014\u2015](?=[\p{L}\p{N}_])/gu;
const MAX_VARIANTS = 625;

/** The bytes of a text in the encoding a modifier names (`utf16` carries a byte order mark). */
export function toBytes(
  text: string,
  encoding: 'utf8' | 'utf16le' | 'utf16be' | 'utf16',
): readonly number[] {
  if (encoding === 'utf8') return [...utf8ToBytes(text)];
  const isBig = encoding === 'utf16be';
  const bytes: number[] = encoding === 'utf16' ? [0xff, 0xfe] : [];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    bytes.push(...(isBig ? [unit >> 8, unit & 255] : [unit & 255, unit >> 8]));
  }
  return bytes;
}

/** RFC 4648 base 64 with padding. */
export function toBase64(bytes: readonly number[]): string {
  let out = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.slice(at, at + 3);
    const left = bytes.length - at;
    out += (ALPHABET[a >> 2] ?? '') + (ALPHABET[((a & 3) << 4) | (b >> 4)] ?? '');
    out += left > 1 ? (ALPHABET[((b & 15) << 2) | (c >> 6)] ?? '') : '=';
    out += left > 2 ? (ALPHABET[c & 63] ?? '') : '=';
  }
  return out;
}

/** The part of the base 64 text that does not depend on what stands around it, at each of three offsets. */
export function toBase64Offsets(bytes: readonly number[]): readonly string[] {
  const starts = [0, 2, 3];
  const cuts = [0, 3, 2];
  return starts.map((start, offset) => {
    const text = toBase64([...Array.from({ length: offset }, () => 0x20), ...bytes]);
    return text.slice(start, text.length - (cuts[(bytes.length + offset) % 3] ?? 0));
  });
}

/** Every spelling of a command line flag: each dash or `/` that begins a word becomes each of five dashes; undefined when there are too many. */
export function toDashVariants(text: string): readonly string[] | undefined {
  const places = [...text.matchAll(FLAG_DASH)].map((match) => match.index);
  if (DASHES.length ** places.length > MAX_VARIANTS) return undefined;
  let variants = [text];
  for (const place of places) {
    variants = variants.flatMap((variant) =>
      DASHES.map((dash) => variant.slice(0, place) + dash + variant.slice(place + 1)),
    );
  }
  return variants;
}
