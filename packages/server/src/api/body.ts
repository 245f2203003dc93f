/*
 * What a sender's body may be: its size as sent and unpacked, how long a record and how many of them.
 * Every way in over HTTP reads its body through here.
 */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { type ApiProblem, refuse } from './problem-json.ts';

const MiB = 1024 * 1024;
/** After gunzip: a small body cannot become a large one. */
export const MAX_PLAIN_BYTES = 32 * MiB;
export const MAX_RECORD_BYTES = MiB;
export const MAX_RECORDS = 100_000;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

const unzip = promisify(gunzip);

/** The body as it was sent, nothing unpacked. */
export const sentBytes = (request: FastifyRequest): Buffer =>
  Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);

/** The body without its gzip; what is no gzip, or too much when unpacked, is refused. */
export async function plainBytes(request: FastifyRequest): Promise<Buffer> {
  const body = sentBytes(request);
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return body;
  if (encoding !== 'gzip') {
    throw refuse(415, {
      code: 'unsupported_media_type',
      detail: 'The body may be plain or gzip.',
      retryable: false,
    });
  }
  try {
    return await unzip(body, { maxOutputLength: MAX_PLAIN_BYTES });
  } catch (error) {
    const isBomb = error instanceof RangeError;
    if (isBomb)
      throw tooLarge(`The body is larger than ${MAX_PLAIN_BYTES / MiB} MiB when unpacked.`);
    throw malformed('The body is not valid gzip.');
  }
}

/** One piece a line, verbatim without its line end; empty lines are none. */
export function splitLines(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start);
    const next = newline < 0 ? bytes.length : newline;
    const end = next > start && bytes[next - 1] === RETURN ? next - 1 : next;
    if (end - start > MAX_RECORD_BYTES)
      throw tooLarge(`Line ${lines.length + 1} is longer than 1 MiB; nothing was taken.`);
    if (end > start) lines.push(bytes.slice(start, end));
    if (lines.length > MAX_RECORDS)
      throw tooLarge(`More than ${MAX_RECORDS} lines in one request; nothing was taken.`);
    start = next + 1;
  }
  return lines;
}

/** The body is more than is taken at once. */
export const tooLarge = (detail: string): ApiProblem =>
  refuse(413, {
    code: 'payload_too_large',
    detail,
    hint: 'Send smaller batches.',
    retryable: false,
  });

/** The body is not what the route takes. */
export const malformed = (detail: string): ApiProblem =>
  refuse(400, { code: 'bad_request', detail, retryable: false });
