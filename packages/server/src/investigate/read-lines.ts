import { isCapture, isEvtx } from '@cordon/core';
import { type Input, InputError, type InputLimits, type LineItem, problemIn } from './input.ts';
import { readCapture } from './read-capture.ts';
import { readCsv } from './read-csv.ts';
import { type FileRecord, readEvtxRecords } from './read-evtx.ts';

const LF = 0x0a;
const SAMPLE_BYTES = 8_192;
/** So many bytes tell an event log file or a packet capture. */
const MAGIC_BYTES = 8;
const MAX_NUL_SHARE = 0.005;
/** Whole JSON documents up to this size are taken apart; larger ones must come as lines. */
const MAX_DOCUMENT_BYTES = 256 * 1024 * 1024;

/** What an input is made of: its lines, or the records of a binary file. */
export type InputItem = LineItem | FileRecord;

const isBinary = (bytes: Uint8Array): boolean => {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  return sample.filter((byte) => byte === 0).length > sample.length * MAX_NUL_SHARE;
};

/**
 * Records of an input: its lines, the members of a JSON document, the rows of a CSV file, or what the first bytes tell: the
 * records of a Windows event log file, the flows of a packet capture. Throws `InputError` where it must stop.
 */
export async function* readItems(input: Input, limits: InputLimits): AsyncIterable<InputItem> {
  const chunks = await peek(await input.open());
  if (isEvtx(chunks.head)) {
    yield* readEvtxRecords(input.path, chunks.all);
    return;
  }
  if (isCapture(chunks.head)) {
    yield* readCapture(input, chunks.all);
    return;
  }
  const lines = splitLines({ path: input.path, chunks: chunks.all }, limits);
  if (/\.json(\.gz)?$/i.test(input.path)) yield* readJson(lines);
  else if (/\.csv(\.gz)?$/i.test(input.path)) yield* readCsv(lines);
  else yield* lines;
}

/** The first bytes, and all of them again. */
async function peek(chunks: AsyncIterable<Uint8Array>): Promise<{
  readonly head: Uint8Array;
  readonly all: AsyncIterable<Uint8Array>;
}> {
  const rest = chunks[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array();
  while (head.length < MAGIC_BYTES) {
    const next = await rest.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  async function* all() {
    try {
      if (head.length > 0) yield head;
      yield* { [Symbol.asyncIterator]: () => rest };
    } finally {
      await rest.return?.();
    }
  }
  return { head, all: all() };
}

interface Chunks {
  readonly path: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

async function* splitLines(input: Chunks, limits: InputLimits): AsyncIterable<LineItem> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let line = 1;
  let isSkipping = false;
  let isFirst = true;
  const finish = (): LineItem | undefined => {
    const bytes = Buffer.concat(held);
    const isTooLong = isSkipping;
    held = [];
    heldBytes = 0;
    isSkipping = false;
    line += 1;
    if (isTooLong) return { kind: 'too_long', line: line - 1 };
    const body = bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes;
    return body.length === 0 ? undefined : { kind: 'line', bytes: body };
  };
  const hold = (part: Buffer) => {
    heldBytes += part.length;
    if (heldBytes > limits.maxLineBytes) isSkipping = true;
    if (isSkipping) held = [];
    else held.push(part);
  };
  for await (const chunk of input.chunks) {
    if (isFirst && isBinary(chunk)) throw new InputError(binary(input.path));
    isFirst = false;
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let end = bytes.indexOf(LF, from); end >= 0; end = bytes.indexOf(LF, from)) {
      hold(bytes.subarray(from, end));
      from = end + 1;
      const item = finish();
      if (item) yield item;
    }
    hold(bytes.subarray(from));
  }
  const last = heldBytes > 0 ? finish() : undefined;
  if (last) yield last;
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** A `.json` file is JSON lines when its first line is a whole object; else one document. */
async function* readJson(lines: AsyncIterable<LineItem>): AsyncIterable<LineItem> {
  const document: Buffer[] = [];
  let bytes = 0;
  let isLines: boolean | undefined;
  for await (const item of lines) {
    if (item.kind === 'too_long') {
      yield item;
      continue;
    }
    isLines ??= looksLikeLines(Buffer.from(item.bytes));
    bytes += item.bytes.length;
    if (isLines || bytes > MAX_DOCUMENT_BYTES) {
      yield* document.splice(0).map(toLine);
      isLines = true;
      yield item;
    } else document.push(Buffer.from(item.bytes));
  }
  yield* openDocument(document);
}

const toLine = (bytes: Uint8Array): LineItem => ({ kind: 'line', bytes });

function looksLikeLines(first: Buffer): boolean {
  const text = first.toString('utf8').trim();
  return text.startsWith('{') && isJson(text) && membersOf(JSON.parse(text)) === undefined;
}

/** The list inside a document: the document itself, or CloudTrail's `Records`, or any single list of objects. */
function membersOf(document: unknown): readonly unknown[] | undefined {
  if (Array.isArray(document)) return document;
  if (typeof document !== 'object' || document === null) return undefined;
  const records = 'Records' in document ? document.Records : undefined;
  return Array.isArray(records) ? records : undefined;
}

/** Members of a document as one line each; a text that is no JSON goes line by line, so that it is counted. */
function openDocument(parts: readonly Buffer[]): readonly LineItem[] {
  if (parts.length === 0) return [];
  const text = Buffer.concat(parts.flatMap((part) => [part, Buffer.from('\n')])).toString('utf8');
  if (!isJson(text)) return parts.map(toLine);
  const document: unknown = JSON.parse(text);
  return (membersOf(document) ?? [document]).map((member) =>
    toLine(Buffer.from(JSON.stringify(member))),
  );
}

const binary = (path: string) =>
  problemIn(path, 'binary_file', {
    detail: 'The file is not text.',
    hint: 'Export it as text or JSON lines, then investigate that.',
  });
