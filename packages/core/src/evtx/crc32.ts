const POLYNOMIAL = 0xedb88320;

/** Eight tables of 256: eight bytes are taken in one step. */
const TABLES = makeTables();

function makeTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
    tables[byte] = rest;
  }
  for (let index = 256; index < tables.length; index++) {
    const before = tables[index - 256] as number;
    tables[index] = (before >>> 8) ^ (tables[before & 0xff] as number);
  }
  return tables;
}

/** The CRC-32 of zip and Ethernet over parts that belong together. */
export function crc32(...parts: readonly Uint8Array[]): number {
  return (parts.reduce(addBytes, -1) ^ -1) >>> 0;
}

function addBytes(before: number, part: Uint8Array): number {
  const table = (slot: number, byte: number) => TABLES[(slot << 8) | (byte & 0xff)] as number;
  const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
  const whole = part.length & ~7;
  let sum = before;
  for (let at = 0; at < whole; at += 8) {
    const low = view.getInt32(at, true) ^ sum;
    const high = view.getInt32(at + 4, true);
    sum =
      table(7, low) ^
      table(6, low >>> 8) ^
      table(5, low >>> 16) ^
      table(4, low >>> 24) ^
      table(3, high) ^
      table(2, high >>> 8) ^
      table(1, high >>> 16) ^
      table(0, high >>> 24);
  }
  for (let at = whole; at < part.length; at++)
    sum = (sum >>> 8) ^ table(0, sum ^ (part[at] as number));
  return sum;
}
