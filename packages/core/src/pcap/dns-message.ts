import { addressText } from '../netflow/value.ts';

/** What a message of DNS asks and answers. */
export interface DnsMessage {
  readonly id: number;
  readonly isAnswer: boolean;
  readonly rcode: string;
  readonly name: string;
  readonly type: string;
  readonly answers: readonly string[];
}

const HEAD_BYTES = 12;
const MAX_ANSWERS = 32;
const MAX_NAME = 1_024;
const MAX_LABEL = 63;
const MAX_STEPS = 144;
const POINTER = 0xc0;
const POINTER_BITS = 0x3fff;
const MAX_TEXT = 256;
/** Opcode zero: a plain question. */
const OPCODE_BITS = 0x7800;
const TYPES: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  10: 'NULL',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  35: 'NAPTR',
  43: 'DS',
  46: 'RRSIG',
  48: 'DNSKEY',
  52: 'TLSA',
  64: 'SVCB',
  65: 'HTTPS',
  252: 'AXFR',
  255: 'ANY',
  257: 'CAA',
};
const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

const typeName = (type: number): string => TYPES[type] ?? `TYPE${type}`;

interface Name {
  readonly text: string;
  readonly end: number;
}

/** A name of at most so many labels and pointers; each pointer may only point backwards. */
function readName(view: DataView, from: number): Name | undefined {
  const labels: string[] = [];
  let at = from;
  let end: number | undefined;
  for (let steps = 0; steps < MAX_STEPS && at < view.byteLength; steps += 1) {
    const size = view.getUint8(at);
    if (size === 0) return { text: labels.join('.').slice(0, MAX_NAME), end: end ?? at + 1 };
    const isPointer = size >= POINTER;
    const next = isPointer ? pointerAt(view, at) : at + 1 + size;
    if (next === undefined || next > view.byteLength || (!isPointer && size > MAX_LABEL))
      return undefined;
    if (isPointer) end ??= at + 2;
    else labels.push(labelText(view, at + 1, size));
    at = next;
  }
  return undefined;
}

function pointerAt(view: DataView, at: number): number | undefined {
  if (at + 2 > view.byteLength) return undefined;
  const target = view.getUint16(at) & POINTER_BITS;
  return target < at ? target : undefined;
}

/** Octets that are no letters of a name are written as `\ddd`, as zone files do. */
function labelText(view: DataView, at: number, size: number): string {
  let text = '';
  for (let index = at; index < at + size; index += 1) {
    const code = view.getUint8(index);
    const isPlain = code > 0x20 && code < 0x7f && code !== 0x2e && code !== 0x5c;
    text += isPlain ? String.fromCharCode(code) : `\\${String(code).padStart(3, '0')}`;
  }
  return text;
}

function answerText(
  view: DataView,
  type: number,
  { at, length }: { readonly at: number; readonly length: number },
): string | undefined {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length);
  if ((type === 1 && length === 4) || (type === 28 && length === 16)) return addressText(bytes);
  if (type === 2 || type === 5 || type === 12) return readName(view, at)?.text;
  if (type === 15 && length > 2) return readName(view, at + 2)?.text;
  if (type === 16 && length > 1) return labelText(view, at + 1, Math.min(length - 1, MAX_TEXT));
  return undefined;
}

function readAnswers(view: DataView, from: number, count: number): readonly string[] {
  const answers: string[] = [];
  let at = from;
  for (let index = 0; index < Math.min(count, MAX_ANSWERS); index += 1) {
    const name = readName(view, at);
    if (!name || name.end + 10 > view.byteLength) break;
    const length = view.getUint16(name.end + 8);
    const dataAt = name.end + 10;
    if (dataAt + length > view.byteLength) break;
    const text = answerText(view, view.getUint16(name.end), { at: dataAt, length });
    if (text !== undefined) answers.push(text);
    at = dataAt + length;
  }
  return answers;
}

/** Reads a message of DNS with one question; undefined for what is none. */
export function readDns(bytes: Uint8Array): DnsMessage | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint16(2);
  if ((flags & OPCODE_BITS) !== 0 || view.getUint16(4) !== 1) return undefined;
  const name = readName(view, HEAD_BYTES);
  if (!name || name.end + 4 > view.byteLength) return undefined;
  const code = flags & 15;
  return {
    id: view.getUint16(0),
    isAnswer: (flags & 0x8000) !== 0,
    rcode: RCODES[code] ?? String(code),
    name: name.text,
    type: typeName(view.getUint16(name.end)),
    answers: readAnswers(view, name.end + 4, view.getUint16(6)),
  };
}
