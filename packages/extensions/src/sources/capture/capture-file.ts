import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import {
  type CaptureOptions,
  type CaptureOutcome,
  createCaptureFlows,
  isCapture,
} from '@cordon/core';

const MAGIC_BYTES = 8;

/** Bytes past the limit: what was packed unpacks to more than is read. */
export class TooLarge extends Error {}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

async function firstBytes(file: FileHandle): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC_BYTES), 0, MAGIC_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

/** The bytes of a file, unpacked when it is gzipped. */
async function openBytes(path: string): Promise<Readable> {
  const file = await open(path, 'r');
  const head = await firstBytes(file).finally(() => file.close());
  const bytes = createReadStream(path);
  if (!isGzip(head)) return bytes;
  const gunzip = createGunzip();
  bytes.on('error', (error) => gunzip.destroy(error));
  return bytes.pipe(gunzip);
}

/** The bytes of a capture, unpacked; none for a file that does not begin like one. */
async function* captureBytes(path: string, maxBytes: number): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | undefined = new Uint8Array();
  let seen = 0;
  for await (const chunk of (await openBytes(path)) as AsyncIterable<Buffer>) {
    seen += chunk.length;
    if (seen > maxBytes) throw new TooLarge(`it unpacks to more than ${maxBytes} bytes`);
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < MAGIC_BYTES) continue;
    if (!isCapture(head)) return;
    yield head;
    head = undefined;
  }
}

/**
 * What a capture file holds, plain or gzipped; nothing for a file that does not begin like one. Throws when the file cannot
 * be read or unpacked, after what came before, and `TooLarge` past `maxBytes`.
 */
export async function* readCaptureFile(
  path: string,
  { maxBytes, ...options }: CaptureOptions & { readonly maxBytes: number },
): AsyncGenerator<CaptureOutcome> {
  const flows = createCaptureFlows(options);
  let isKnown = false;
  try {
    for await (const bytes of captureBytes(path, maxBytes)) {
      isKnown = true;
      yield* flows.push(bytes);
    }
  } catch (error) {
    if (isKnown) yield* flows.finish();
    throw error;
  }
  if (isKnown) yield* flows.finish();
}

/** A name for a record that stays the same when its file is read again, grown or moved. */
export const nameOf = (byte: number, text: string): string =>
  `${byte}:${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`;
