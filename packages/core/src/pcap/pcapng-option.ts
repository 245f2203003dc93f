const HEAD_BYTES = 4;
const END = 0;

/** The options of a block of pcapng by code, as far as they fit; the first of each code counts. */
export function readOptions(
  body: DataView,
  from: number,
  isLittle: boolean,
): Map<number, DataView> {
  const options = new Map<number, DataView>();
  let at = from;
  while (at + HEAD_BYTES <= body.byteLength) {
    const code = body.getUint16(at, isLittle);
    const length = body.getUint16(at + 2, isLittle);
    at += HEAD_BYTES;
    if (code === END || at + length > body.byteLength) break;
    if (!options.has(code))
      options.set(code, new DataView(body.buffer, body.byteOffset + at, length));
    at += (length + 3) & ~3;
  }
  return options;
}
