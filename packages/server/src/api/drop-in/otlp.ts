/*
 * OTLP/HTTP logs and metrics: the OpenTelemetry collector and SDKs, Fluent Bit, Vector, Grafana Alloy. Answers in
 * the encoding of the request; a log that cannot be a record is told as a partial success.
 */
import type { ReceivedRecord } from '@cordon/kit';
import type { FastifyRequest } from 'fastify';
import { MAX_RECORD_BYTES, malformed } from '../body.ts';
import type { ApiDeps } from '../deps.ts';
import { type ApiProblem, refuse } from '../problem-json.ts';
import type { Answer, Delivery, DropIn } from './drop-in.ts';
import { parseJson } from './json-text.ts';
import { readOtlpJson } from './otlp-json.ts';
import { OtlpError, toOtlpRecord } from './otlp-log.ts';
import { readMetricsJson } from './otlp-metric-json.ts';
import { readMetricsProtobuf } from './otlp-metric-protobuf.ts';
import { readOtlpProtobuf } from './otlp-protobuf.ts';
import { ProtobufError, writeBytes, writeNumber } from './protobuf.ts';
import { type FindSender, presentedToken } from './sender.ts';

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';

/** The drop-in. */
export const createOtlp = (
  { metrics }: Pick<ApiDeps, 'metrics'>,
  findSender: FindSender,
): DropIn => ({
  id: 'otlp',
  identify: (request) => findSender(request, presentedToken(request)),
  refusal: toRefusal,
  routes: [
    { methods: ['POST'], urls: ['/v1/logs'], answer: takeLogs },
    {
      methods: ['POST'],
      urls: ['/v1/metrics'],
      answer: (delivery) => takeMetrics(metrics, delivery),
    },
  ],
});

const isProtobuf = (request: FastifyRequest): boolean =>
  (request.headers['content-type'] ?? '').startsWith(PROTOBUF);

/** The samples are taken or counted one by one; none is a reason to send them again. */
async function takeMetrics(metrics: ApiDeps['metrics'], delivery: Delivery): Promise<Answer> {
  const { request, sourceId } = delivery;
  refuseOtherForms(request);
  const bytes = await delivery.bytes();
  const samples = whole('metrics', () => [
    ...(isProtobuf(request) ? readMetricsProtobuf(bytes) : readMetricsJson(parseJson(bytes))),
  ]);
  metrics.take(sourceId, samples);
  return success(isProtobuf(request), 0);
}

function refuseOtherForms(request: FastifyRequest): void {
  const type = request.headers['content-type'] ?? '';
  if (isProtobuf(request) || type.startsWith(JSON_TYPE)) return;
  throw refuse(415, {
    code: 'unsupported_media_type',
    detail: `Telemetry comes as ${PROTOBUF} or ${JSON_TYPE}.`,
    retryable: false,
  });
}

/** What was read, or a refusal of the whole request. */
function whole<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof OtlpError || error instanceof ProtobufError)
      throw malformed(`The request holds no ${what}: ${error.message}; nothing was taken.`);
    throw error;
  }
}

async function takeLogs(delivery: Delivery): Promise<Answer> {
  const { request } = delivery;
  refuseOtherForms(request);
  const bytes = await delivery.bytes();
  const { records, refused } = readRecords(bytes, delivery);
  await delivery.take(records);
  await delivery.refused('not_a_record', refused);
  return success(isProtobuf(request), refused);
}

function readRecords(bytes: Uint8Array, delivery: Delivery) {
  const logs = isProtobuf(delivery.request)
    ? readOtlpProtobuf(bytes)
    : readOtlpJson(parseJson(bytes));
  return whole('logs', () => {
    const records: ReceivedRecord[] = [];
    let refused = 0;
    for (const [origin, log] of logs) {
      const record = toOtlpRecord(origin, log);
      if (record.length > MAX_RECORD_BYTES) refused += 1;
      else records.push(delivery.record(record));
    }
    return { records, refused };
  });
}

const TOO_LARGE = 'A log is larger than 1 MiB.';

function success(inProtobuf: boolean, refused: number): Answer {
  if (!inProtobuf) {
    const partialSuccess = { rejectedLogRecords: String(refused), errorMessage: TOO_LARGE };
    return { status: 200, body: refused === 0 ? {} : { partialSuccess }, type: JSON_TYPE };
  }
  const partial = Buffer.concat([writeNumber(1, refused), writeBytes(2, TOO_LARGE)]);
  const body = refused === 0 ? new Uint8Array() : writeBytes(1, partial);
  return { status: 200, body, type: PROTOBUF };
}

/** Codes of google.rpc.Status. */
const CODES: Readonly<Record<number, number>> = { 401: 16, 413: 8, 429: 8, 500: 13, 503: 14 };

function toRefusal({ status, problem }: ApiProblem, request: FastifyRequest): Answer {
  const code = CODES[status] ?? 3;
  if (!isProtobuf(request))
    return { status, body: { code, message: problem.detail }, type: JSON_TYPE };
  const body = Buffer.concat([writeNumber(1, code), writeBytes(2, problem.detail)]);
  return { status, body, type: PROTOBUF };
}
