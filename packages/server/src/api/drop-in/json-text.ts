/** JSON from a sender, before anything is known of it. */
export type JsonMembers = Readonly<Record<string, unknown>>;

/** Is it an object, and no list? */
export const isObject = (value: unknown): value is JsonMembers =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value, or undefined when it is no JSON. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch {
    return undefined;
  }
}

/** The object, or undefined when it is none. */
export function parseObject(bytes: Uint8Array): JsonMembers | undefined {
  const value = parseJson(bytes);
  return isObject(value) ? value : undefined;
}

/** The text, or undefined when it is none. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const isBlank = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/**
 * Objects that follow each other with nothing or blanks between them, each verbatim. `rest` is where
 * the first thing begins that is no whole object, undefined when there is none.
 */
export function splitObjects(bytes: Uint8Array): {
  readonly objects: readonly Uint8Array[];
  readonly rest?: number;
} {
  const objects: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    while (isBlank(bytes[at])) at += 1;
    if (at >= bytes.length) return { objects };
    const end = bytes[at] === OPEN ? endOfObject(bytes, at) : -1;
    if (end < 0) return { objects, rest: at };
    objects.push(bytes.subarray(at, end));
    at = end;
  }
}

function endOfObject(bytes: Uint8Array, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = endOfText(bytes, at);
      if (at < 0) return -1;
    } else if (byte === OPEN) depth += 1;
    else if (byte === CLOSE) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

function endOfText(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; at < bytes.length; at += 1) {
    if (bytes[at] === BACKSLASH) at += 1;
    else if (bytes[at] === QUOTE) return at;
  }
  return -1;
}
