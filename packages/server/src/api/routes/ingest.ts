import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { API_PREFIX, type IngestResult, ingestRoute } from '@cordon/contract';
import type { EpochMs } from '@cordon/core';
import { type ReceivedRecord, SinkRefused } from '@cordon/kit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createLoginThrottle } from '../auth/login-throttle.ts';
import { bearerOf } from '../auth/principal.ts';
import { hashSecret, isToken } from '../auth/secret.ts';
import type { ApiDeps } from '../deps.ts';
import { refuse, tooManyTries } from '../problem-json.ts';

const MiB = 1024 * 1024;
/** As sent. */
const MAX_BODY_BYTES = 8 * MiB;
/** After gunzip: a small body cannot become a large one. */
const MAX_PLAIN_BYTES = 32 * MiB;
const MAX_LINE_BYTES = MiB;
const MAX_LINES = 100_000;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

const unzip = promisify(gunzip);

interface IngestRequest {
  readonly Params: { readonly source_id: string };
}

/**
 * HTTP push. The token is checked before a byte of the body is read; 200 is sent only after the
 * records are on disk; a full queue answers 429 and a failing disk 503, both with Retry-After, and
 * then nothing was taken.
 */
export async function registerIngest(app: FastifyInstance, deps: ApiDeps): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES },
    async (_: FastifyRequest, body: Buffer) => body,
  );
  app.route<IngestRequest>({
    method: ingestRoute.method,
    url: `${API_PREFIX}${ingestRoute.path}`,
    bodyLimit: MAX_BODY_BYTES,
    config: { access: ingestRoute.access },
    schema: {
      operationId: 'ingest',
      summary: ingestRoute.summary,
      params: ingestRoute.params,
      response: { 200: ingestRoute.response },
    },
    onRequest: [createTokenCheck(deps), checkType],
    handler: (request) => ingest(deps, request),
  });
}

/**
 * The right token always passes: whoever guesses from the same address cannot lock a sender out. Wrong
 * ones are counted, and after a few from one address told apart by 429 and no longer logged one by one.
 */
function createTokenCheck({ store, telemetry, now }: ApiDeps) {
  const throttle = createLoginThrottle(now);
  return async (request: FastifyRequest<IngestRequest>): Promise<void> => {
    const token = bearerOf(request);
    const sourceId = request.params.source_id;
    const credential =
      token && isToken(token, 'src') ? await store.findCredential(hashSecret(token)) : undefined;
    if (credential?.kind === 'source_token' && credential.subject === sourceId) return;
    const waitS = throttle.waitS(sourceId, request.ip);
    const known = credential?.subject ?? 'unknown';
    telemetry.ingestRefused({ sourceId: known, reason: waitS > 0 ? 'throttled' : 'wrong_token' });
    if (waitS > 0) throw tooManyTries(waitS);
    throttle.failed(sourceId, request.ip);
    throw wrongToken();
  };
}

const wrongToken = () =>
  refuse(401, {
    code: 'wrong_token',
    detail: 'The bearer token does not belong to this source.',
    hint: 'Send `Authorization: Bearer cdn_src_…`, the token shown when the source was made.',
    retryable: false,
  });

/** Forms are what curl says of any data, so they pass as the text they are. */
const TEXT_TYPES =
  /^(text\/|application\/(.*\+)?json\b|application\/(x-)?(nd-?json|jsonlines|ldjson)\b|application\/octet-stream\b|application\/x-www-form-urlencoded\b)/i;

async function checkType(request: FastifyRequest): Promise<void> {
  const type = request.headers['content-type'] ?? 'text/plain';
  if (TEXT_TYPES.test(type)) return;
  throw refuse(415, {
    code: 'unsupported_media_type',
    detail: 'The body must be lines of text or JSON.',
    hint: 'Send application/x-ndjson or text/plain; nothing was taken.',
    retryable: false,
  });
}

async function ingest(
  deps: ApiDeps,
  request: FastifyRequest<IngestRequest>,
): Promise<IngestResult> {
  const sourceId = request.params.source_id;
  const bytes = await plainBytes(request);
  const records = toRecords(bytes, { receivedAt: deps.now(), peer: request.ip });
  if (records.length > 0) await push(deps, sourceId, records);
  deps.telemetry.recordsIngested({ sourceId, count: records.length });
  return { accepted: records.length };
}

async function push(
  { intake, telemetry }: ApiDeps,
  sourceId: string,
  records: readonly ReceivedRecord[],
): Promise<void> {
  try {
    await intake.push(sourceId, records);
  } catch (error) {
    if (!(error instanceof SinkRefused)) throw error;
    const { problem } = error;
    telemetry.ingestRefused({ sourceId, reason: problem.code });
    if (problem.code === 'unknown_source') throw refuse(404, problem);
    throw refuse(problem.code.includes('queue') ? 429 : 503, problem, { retryAfterS: 2 });
  }
}

async function plainBytes(request: FastifyRequest): Promise<Buffer> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
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
    throw refuse(400, {
      code: 'bad_request',
      detail: 'The body is not valid gzip.',
      retryable: false,
    });
  }
}

/** One record a line, verbatim without its line end; empty lines are no records. */
export function toRecords(
  bytes: Uint8Array,
  received: { readonly receivedAt: EpochMs; readonly peer: string },
): readonly ReceivedRecord[] {
  const records: ReceivedRecord[] = [];
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start);
    const next = newline < 0 ? bytes.length : newline;
    const end = next > start && bytes[next - 1] === RETURN ? next - 1 : next;
    if (end - start > MAX_LINE_BYTES)
      throw tooLarge(`Line ${records.length + 1} is longer than 1 MiB; nothing was taken.`);
    if (end > start) records.push({ bytes: bytes.slice(start, end), ...received });
    if (records.length > MAX_LINES)
      throw tooLarge(`More than ${MAX_LINES} lines in one request; nothing was taken.`);
    start = next + 1;
  }
  return records;
}

const tooLarge = (detail: string) =>
  refuse(413, {
    code: 'payload_too_large',
    detail,
    hint: 'Send smaller batches.',
    retryable: false,
  });
