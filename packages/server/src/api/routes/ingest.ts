import { API_PREFIX, type IngestResult, ingestRoute } from '@cordon/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createLoginThrottle } from '../auth/login-throttle.ts';
import { bearerOf } from '../auth/principal.ts';
import { hashSecret, isToken } from '../auth/secret.ts';
import { plainBytes, splitLines } from '../body.ts';
import type { ApiDeps } from '../deps.ts';
import { refuse, tooManyTries } from '../problem-json.ts';
import { pushRecords } from '../push-records.ts';

/** As sent. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

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
  const received = { receivedAt: deps.now(), peer: request.ip };
  const lines = splitLines(await plainBytes(request));
  const batch = batchIdOf(request);
  const records = lines.map((bytes, index) => ({
    bytes,
    ...received,
    ...(batch === undefined ? {} : { senderId: `${batch}:${index}` }),
  }));
  await pushRecords(deps, request.params.source_id, records);
  return { accepted: records.length };
}

const MAX_ID_CHARS = 200;

/** A batch that is sent again under the same key is taken once. */
function batchIdOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' && key !== '' ? key.slice(0, MAX_ID_CHARS) : undefined;
}
