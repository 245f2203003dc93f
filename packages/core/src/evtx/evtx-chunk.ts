import type { JsonObject } from '../shared/json.ts';
import type { Problem, ProblemCode } from '../shared/problem.ts';
import { BinaryXmlReader } from './binary-xml.ts';
import { Budget, type ChunkBytes, EvtxFault, readU64, toChunkBytes } from './chunk-bytes.ts';
import { crc32 } from './crc32.ts';
import { EventWriter } from './event-json.ts';
import { fileTimeMs } from './value-text.ts';

const HEADER_BYTES = 512;
const RECORD_HEAD_BYTES = 24;
/** Head, an empty body and the size again. */
const MIN_RECORD_BYTES = 28;
const RECORD_MAGIC = 0x00002a2a;
const MAGIC_LOW = 0x43666c45;
const MAGIC_HIGH = 0x006b6e68;
/** A whole chunk of ordinary records needs a hundredth of this. */
const CHUNK_LIMITS = { maxSteps: 4_000_000, maxChars: 64 * 1024 * 1024 };
/** The normaliser reads no longer JSON anyway. */
const RECORD_LIMITS = { maxSteps: 100_000, maxChars: 1_048_576 };

/** Where in the file a record or a damage lies. */
export interface EvtxPlace {
  /** From the start of the file. */
  readonly byte: number;
  /** Number of the chunk, from 0. */
  readonly chunk: number;
  /** The number that Windows gave the record. */
  readonly recordId?: number;
}

/** A record of an event log file, or what was wrong with one or more. */
export type EvtxItem =
  | {
      readonly kind: 'record';
      readonly place: EvtxPlace;
      /** When it was written, epoch ms; undefined when that time cannot be. */
      readonly writtenAt: number | undefined;
      /** `{Event: {System, EventData or UserData, …}}`. */
      readonly event: JsonObject;
    }
  | {
      readonly kind: 'problem';
      readonly place: EvtxPlace;
      readonly problem: Problem;
      /** How many records it stands for; 0 when all that is left was read in spite of it. */
      readonly lost: number;
    };

/** One chunk's bytes, whole or cut short, and where it began. */
export interface ChunkInput {
  readonly bytes: Uint8Array;
  readonly byte: number;
  readonly index: number;
}

interface ChunkState {
  /** Do header and records fit their checksums? */
  readonly isWhole: boolean;
  /** Where the records end, when the chunk is whole. */
  readonly end: number;
  /** Records that the header counts; 0 when it cannot be believed. */
  readonly expected: number;
  readonly damage: string | undefined;
}

/** What every record of a chunk is read with. */
interface Tools {
  readonly input: ChunkInput;
  readonly chunk: ChunkBytes;
  readonly xml: BinaryXmlReader;
  readonly budget: Budget;
}

/**
 * The records of one chunk, in order. A chunk that does not fit its checksums (a live file was
 * copied, a disk failed) is walked record by record; what cannot be read becomes a problem.
 */
export function* readEvtxChunk(input: ChunkInput): Generator<EvtxItem> {
  // Windows grows a file by chunks of zeros ahead of writing them.
  if (isBlank(input.bytes)) return;
  const chunk = toChunkBytes(input.bytes);
  const state = inspect(chunk);
  if (state.damage)
    yield toProblem(input, 'evtx_chunk_damaged', {
      at: 0,
      detail: state.damage,
      lost: 0,
    });
  const budget = new Budget(CHUNK_LIMITS);
  const xml = new BinaryXmlReader(chunk, budget);
  const tools: Tools = { input, chunk, xml, budget };
  let seen = 0;
  for (const item of state.isWhole ? walk(tools, state.end) : recover(tools)) {
    seen += item.kind === 'record' ? 1 : item.lost;
    yield item;
  }
  if (state.expected > seen)
    yield toProblem(input, 'evtx_chunk_damaged', {
      at: 0,
      detail: `The chunk counts ${state.expected} records, but ${seen} were found`,
      lost: state.expected - seen,
    });
  for (const at of xml.alteredNames)
    yield toProblem(input, 'evtx_chunk_damaged', {
      at,
      detail: 'A field name does not fit its hash; it was read as it stands',
      lost: 0,
    });
}

function isBlank(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== 0) return false;
  return true;
}

function inspect({ bytes, view }: ChunkBytes): ChunkState {
  const lost = { isWhole: false, end: bytes.length, expected: 0 };
  if (bytes.length < HEADER_BYTES) return { ...lost, damage: 'The file ends inside the chunk' };
  if (view.getUint32(0, true) !== MAGIC_LOW || view.getUint32(4, true) !== MAGIC_HIGH)
    return { ...lost, damage: 'It does not begin like a chunk' };
  if (
    view.getUint32(124, true) !== crc32(bytes.subarray(0, 120), bytes.subarray(128, HEADER_BYTES))
  )
    return { ...lost, damage: 'The header of the chunk does not fit its checksum' };
  const count = readU64(view, 16) - readU64(view, 8) + 1;
  const expected = count > 0 && count <= bytes.length / MIN_RECORD_BYTES ? count : 0;
  const end = view.getUint32(48, true);
  if (end < HEADER_BYTES || end > bytes.length)
    return { ...lost, expected, damage: 'The file ends inside the chunk' };
  if (view.getUint32(52, true) !== crc32(bytes.subarray(HEADER_BYTES, end)))
    return { ...lost, expected, damage: 'The records of the chunk do not fit their checksum' };
  return { isWhole: true, end, expected, damage: undefined };
}

/** Every record up to a known end. */
function* walk(tools: Tools, end: number): Generator<EvtxItem> {
  let at = HEADER_BYTES;
  while (at < end) {
    const size = sizeAt(tools.chunk, at, end);
    if (size === 0) {
      const next = findRecord(tools.chunk, at + 1, end);
      yield toGap(tools.input, at);
      at = next;
    } else {
      yield readRecord(tools, at, size);
      at += size;
    }
  }
}

/**
 * Every record that can be found. Behind the last one may lie remains of an earlier use of the
 * chunk, so numbers must ascend.
 */
function* recover(tools: Tools): Generator<EvtxItem> {
  const { chunk } = tools;
  const end = chunk.bytes.length;
  let last = -1;
  let at = HEADER_BYTES;
  while (at < end) {
    const next = sizeAt(chunk, at, end) > 0 ? at : findRecord(chunk, at + 1, end);
    const isMore = next < end && idAt(chunk, next) > last;
    if (next !== at && (isMore || isTorn(chunk, at))) yield toGap(tools.input, at);
    if (!isMore) return;
    const size = sizeAt(chunk, next, end);
    yield readRecord(tools, next, size);
    last = idAt(chunk, next);
    at = next + size;
  }
}

/** Size of the whole record that begins here, or 0. */
function sizeAt({ view }: ChunkBytes, at: number, end: number): number {
  if (at + MIN_RECORD_BYTES > end || view.getUint32(at, true) !== RECORD_MAGIC) return 0;
  const size = view.getUint32(at + 4, true);
  if (size < MIN_RECORD_BYTES || size > end - at) return 0;
  return view.getUint32(at + size - 4, true) === size ? size : 0;
}

const idAt = ({ view }: ChunkBytes, at: number): number => readU64(view, at + 8);

const isTorn = ({ view }: ChunkBytes, at: number): boolean =>
  at + 4 <= view.byteLength && view.getUint32(at, true) === RECORD_MAGIC;

/** Where the next whole record begins, or the end. */
function findRecord(chunk: ChunkBytes, from: number, end: number): number {
  for (let at = chunk.bytes.indexOf(0x2a, from); at >= 0 && at < end; ) {
    if (sizeAt(chunk, at, end) > 0) return at;
    at = chunk.bytes.indexOf(0x2a, at + 1);
  }
  return end;
}

function readRecord({ input, chunk, xml, budget }: Tools, at: number, size: number): EvtxItem {
  const recordId = idAt(chunk, at);
  try {
    const nodes = xml.readRecord(at + RECORD_HEAD_BYTES, at + size - 4);
    const event = new EventWriter(xml, [budget, new Budget(RECORD_LIMITS)]).write(nodes);
    if (!Object.hasOwn(event, 'Event')) throw new EvtxFault('It holds no event', at);
    return {
      kind: 'record',
      place: { byte: input.byte + at, chunk: input.index, recordId },
      writtenAt: fileTimeMs(chunk, at + 16),
      event,
    };
  } catch (error) {
    if (!(error instanceof EvtxFault)) throw error;
    const where = error.byte > 0 ? ` (byte ${input.byte + error.byte})` : '';
    const detail = `The record ${recordId} cannot be read: ${error.message}${where}`;
    return toProblem(input, 'evtx_record_damaged', { at, detail, lost: 1, recordId });
  }
}

interface Damage {
  readonly at: number;
  readonly detail: string;
  readonly lost: number;
  readonly recordId?: number;
}

/** At least one record lay there. */
const toGap = (input: ChunkInput, at: number): EvtxItem =>
  toProblem(input, 'evtx_record_damaged', {
    at,
    detail: 'No whole record begins where one should',
    lost: 1,
  });

const HINT = 'What else the file holds was read; take a fresh copy of it if you can.';

function toProblem(
  input: Pick<ChunkInput, 'byte' | 'index'>,
  code: ProblemCode,
  { at, detail, lost, recordId }: Damage,
): EvtxItem {
  const byte = input.byte + at;
  return {
    kind: 'problem',
    place: { byte, chunk: input.index, ...(recordId === undefined ? {} : { recordId }) },
    problem: {
      code,
      detail: `${detail}; chunk ${input.index}, byte ${byte}.`,
      hint: HINT,
      retryable: false,
    },
    lost,
  };
}
