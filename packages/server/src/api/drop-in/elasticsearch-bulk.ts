/* The body of Elasticsearch's `_bulk`: a line that says what to do, and for most a line with the document. */
import { isUtf8 } from 'node:buffer';
import { MAX_RECORD_BYTES, MAX_RECORDS, malformed, tooLarge } from '../body.ts';
import { isObject, parseObject } from './json-text.ts';

type Operation = 'create' | 'index' | 'update' | 'delete';

/** Why an item is not taken, in Elasticsearch's words. */
export interface ItemError {
  readonly status: number;
  readonly type: string;
  readonly reason: string;
}

/** One item of a bulk request: a document, or why it is none. */
export interface BulkItem {
  readonly operation: Operation;
  readonly index: string;
  readonly id?: string;
  readonly document?: Uint8Array;
  readonly error?: ItemError;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const MAX_ACTION_BYTES = 8_192;
const MAX_NAME_CHARS = 255;

/** Reads a bulk body; throws when it cannot be told where an item begins. */
export function parseBulk(bytes: Uint8Array, defaultIndex: string): readonly BulkItem[] {
  if (bytes.length > 0 && bytes.at(-1) !== NEWLINE)
    throw malformed('The bulk request must be terminated by a newline [\\n]');
  const lines = linesOf(bytes);
  const items: BulkItem[] = [];
  // Senders mostly say the same for each document: what it means is read once.
  let last: { readonly line: Uint8Array; readonly action: Action } | undefined;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at];
    if (line === undefined || line.length === 0) continue;
    if (!last || Buffer.compare(line, last.line) !== 0)
      last = { line, action: parseAction(line, { line: at + 1, defaultIndex }) };
    const { action } = last;
    if (items.length >= MAX_RECORDS)
      throw tooLarge(`More than ${MAX_RECORDS} items in one request; nothing was taken.`);
    if (action.operation === 'delete') {
      items.push({ ...action, error: NO_DELETE });
      continue;
    }
    at += 1;
    const document = lines[at];
    if (document === undefined) throw malformed(`The document of line [${at}] is missing`);
    items.push(toItem(action, document));
  }
  return items;
}

function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(NEWLINE, start);
    const next = found < 0 ? bytes.length : found;
    const end = next > start && bytes[next - 1] === RETURN ? next - 1 : next;
    lines.push(bytes.subarray(start, end));
    start = next + 1;
  }
  return lines;
}

interface Action {
  readonly operation: Operation;
  readonly index: string;
  readonly id?: string;
}

const OPERATIONS: readonly string[] = ['create', 'index', 'update', 'delete'];
const isOperation = (name: string): name is Operation => OPERATIONS.includes(name);

function parseAction(
  bytes: Uint8Array,
  place: { readonly line: number; readonly defaultIndex: string },
): Action {
  const wrong = (what: string) =>
    malformed(`Malformed action/metadata line [${place.line}], ${what}`);
  if (bytes.length > MAX_ACTION_BYTES) throw wrong(`longer than ${MAX_ACTION_BYTES} bytes`);
  const line = parseObject(bytes);
  const [operation, ...others] = Object.keys(line ?? {});
  if (line === undefined || operation === undefined || others.length > 0)
    throw wrong('expected one of create, index, update, delete');
  if (!isOperation(operation)) throw wrong('expected one of create, index, update, delete');
  const given = line[operation];
  const metadata = isObject(given) ? given : {};
  const index = nameOf(metadata['_index']) ?? place.defaultIndex;
  const id = nameOf(metadata['_id']);
  return { operation, index, ...(id === undefined ? {} : { id }) };
}

const nameOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, MAX_NAME_CHARS) : undefined;

/** Takes the document of an item, or says why not. */
export function toItem(action: Action, document: Uint8Array): BulkItem {
  const error = action.operation === 'update' ? NO_UPDATE : findFault(document);
  return error ? { ...action, error } : { ...action, document };
}

function findFault(document: Uint8Array): ItemError | undefined {
  if (document.length > MAX_RECORD_BYTES)
    return refusedItem(413, 'document_too_large', 'The document is larger than 1 MiB.');
  if (!isUtf8(document)) return refusedItem(400, PARSING, 'The document is not UTF-8.');
  if (parseObject(document) === undefined)
    return refusedItem(400, PARSING, 'failed to parse: the document is no JSON object.');
  return undefined;
}

const PARSING = 'document_parsing_exception';
const refusedItem = (status: number, type: string, reason: string): ItemError => ({
  status,
  type,
  reason,
});
const NO_DELETE = refusedItem(
  400,
  'illegal_argument_exception',
  'Cordon keeps every record until its retention ends; nothing is deleted on request.',
);
const NO_UPDATE = refusedItem(
  400,
  'illegal_argument_exception',
  'Cordon keeps records as they came; send a new one with create or index.',
);
