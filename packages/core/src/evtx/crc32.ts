const POLYNOMIAL = 0xedb88320;
const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest;
});

/** The CRC-32 of zip and Ethernet over parts that belong together. */
export function crc32(...parts: readonly Uint8Array[]): number {
  let sum = -1;
  for (const part of parts) {
    for (let at = 0; at < part.length; at++) {
      sum = (sum >>> 8) ^ (TABLE[(sum ^ (part[at] as number)) & 0xff] as number);
    }
  }
  return (sum ^ -1) >>> 0;
}
