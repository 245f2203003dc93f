import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { createZstdCompress, zstdDecompressSync } from 'node:zlib';
import type { Json, JsonObject } from '@cordon/core';

/*
 * What the thinker knows, as it is kept: JSON, compressed, as text of base64, which every store carries.
 * Some tens of megabytes of JSON are written piece by piece, and compressed beside it: whoever thinks in
 * this thread has its turn in between. What is written must not change meanwhile; `Analyst.snapshot`
 * promises that.
 */

/** So many rows of a list are one piece. */
const PIECE_ROWS = 100;
/** So much is written in one turn: some milliseconds. */
const TURN_CHARS = 250_000;

/** The JSON text of a value in pieces: of a list some rows at a time, of an object member by member. */
export function* piecesOf(value: Json): Generator<string> {
  if (Array.isArray(value)) yield* piecesOfList(value as readonly Json[]);
  else if (typeof value === 'object' && value !== null) yield* piecesOfObject(value as JsonObject);
  else yield JSON.stringify(value);
}

function* piecesOfList(rows: readonly Json[]): Generator<string> {
  yield '[';
  for (let at = 0; at < rows.length; at += PIECE_ROWS) {
    const some = JSON.stringify(rows.slice(at, at + PIECE_ROWS)).slice(1, -1);
    yield at === 0 ? some : `,${some}`;
  }
  yield ']';
}

function* piecesOfObject(value: JsonObject): Generator<string> {
  let before = '{';
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${before}${JSON.stringify(name)}:`;
    yield* piecesOf(member);
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
}

async function* inTurns(pieces: Iterable<string>): AsyncGenerator<Buffer> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < TURN_CHARS) continue;
    yield Buffer.from(text);
    text = '';
    await setImmediate();
  }
  yield Buffer.from(text);
}

/** Writes a snapshot as it is kept; others have their turn meanwhile. */
export async function packSnapshot(snapshot: Json): Promise<string> {
  const packed = await pipeline(inTurns(piecesOf(snapshot)), createZstdCompress(), (out) =>
    buffer(out),
  );
  return packed.toString('base64');
}

/** The inverse of {@link packSnapshot}. */
export const unpackSnapshot = (text: string): Json =>
  JSON.parse(zstdDecompressSync(Buffer.from(text, 'base64')).toString()) as Json;
