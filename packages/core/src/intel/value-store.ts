/*
 * The texts of an index in one buffer: Latin-1 as it is, hexadecimal two digits a byte, anything else
 * as UTF-16. Each record is: flags and length (two bytes), the text, and where flagged a reference.
 */

const LATIN = 0;
const HEX = 1;
const WIDE = 2;
const REFERENCED = 4;
const FLAG_BITS = 3;
const MAX_CHARS = 0xffff >>> FLAG_BITS;
const FIRST_BYTES = 64 * 1024;

const isHex = (text: string): boolean => text.length % 2 === 0 && /^[0-9a-f]+$/.test(text);
const isLatin = (text: string): boolean => {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0xff) return false;
  return true;
};
const formOf = (text: string): number => (isHex(text) ? HEX : isLatin(text) ? LATIN : WIDE);
const digitOf = (code: number): number => (code <= 57 ? code - 48 : code - 87);

/** Texts by the place they were added at; the longest is 8,191 characters. */
export class ValueStore {
  #bytes = new Uint8Array(FIRST_BYTES);
  #length = 0;

  /** Bytes held. */
  get size(): number {
    return this.#bytes.byteLength;
  }

  /** Gives back what was reserved and not used. */
  trim(): void {
    this.#bytes = this.#bytes.slice(0, this.#length);
  }

  /** Adds a text with an optional reference and tells its place. */
  add(text: string, reference?: string): number {
    const place = this.#length;
    this.#write(text.slice(0, MAX_CHARS), reference === undefined ? 0 : REFERENCED);
    if (reference !== undefined) this.#write(reference.slice(0, MAX_CHARS), 0);
    return place;
  }

  #write(text: string, flags: number): void {
    this.#reserve(2 + text.length * 2);
    const bytes = this.#bytes;
    const form = formOf(text);
    const head = (text.length << FLAG_BITS) | flags | form;
    bytes[this.#length] = head & 0xff;
    bytes[this.#length + 1] = head >>> 8;
    let at = this.#length + 2;
    if (form === HEX)
      for (let digit = 0; digit < text.length; digit += 2)
        bytes[at++] = (digitOf(text.charCodeAt(digit)) << 4) | digitOf(text.charCodeAt(digit + 1));
    else
      for (let char = 0; char < text.length; char += 1) {
        const code = text.charCodeAt(char);
        bytes[at++] = code & 0xff;
        if (form === WIDE) bytes[at++] = code >>> 8;
      }
    this.#length = at;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.ceil((this.#length + more) * 1.5));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  #head(place: number): number {
    return (this.#bytes[place] ?? 0) | ((this.#bytes[place + 1] ?? 0) << 8);
  }

  /** Is the text at that place the rest of `text` from `start` on? Compares without making a text. */
  isAt(place: number, text: string, start = 0): boolean {
    const head = this.#head(place);
    const length = head >>> FLAG_BITS;
    if (length !== text.length - start) return false;
    const form = head & 3;
    for (let at = 0; at < length; at += 1)
      if (this.#codeAt(place + 2, form, at) !== text.charCodeAt(start + at)) return false;
    return true;
  }

  #codeAt(from: number, form: number, at: number): number {
    const bytes = this.#bytes;
    if (form === LATIN) return bytes[from + at] ?? 0;
    if (form === WIDE) return (bytes[from + 2 * at] ?? 0) | ((bytes[from + 2 * at + 1] ?? 0) << 8);
    const both = bytes[from + (at >> 1)] ?? 0;
    const digit = at % 2 === 0 ? both >>> 4 : both & 15;
    return digit < 10 ? digit + 48 : digit + 87;
  }

  /** The text at a place. */
  textAt(place: number): string {
    const head = this.#head(place);
    const codes = Array.from({ length: head >>> FLAG_BITS }, (_, at) =>
      this.#codeAt(place + 2, head & 3, at),
    );
    return String.fromCharCode(...codes);
  }

  /** The reference that was added with it. */
  referenceAt(place: number): string | undefined {
    const head = this.#head(place);
    if ((head & REFERENCED) === 0) return undefined;
    const length = head >>> FLAG_BITS;
    const form = head & 3;
    return this.textAt(
      place + 2 + (form === HEX ? length / 2 : form === WIDE ? 2 * length : length),
    );
  }
}
