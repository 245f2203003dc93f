/*
 * Prometheus remote write 1.0: Prometheus, Grafana Alloy, VictoriaMetrics' vmagent. The samples of a
 * request are taken or counted one by one; none of them is a reason to send it again.
 */
import { type Sample, toEpochMs } from '@cordon/core';
import type { FastifyRequest } from 'fastify';
import { MAX_PLAIN_BYTES, malformed, sentBytes, tooLarge } from '../body.ts';
import type { ApiDeps } from '../deps.ts';
import { type ApiProblem, refuse } from '../problem-json.ts';
import type { Answer, Delivery, DropIn } from './drop-in.ts';
import { cutLabels } from './metric-labels.ts';
import { doubleOf, ProtobufError, readFields, textOfBytes, type WireField } from './protobuf.ts';
import { type FindSender, presentedToken } from './sender.ts';
import { SnappyError, SnappyTooLarge, unpackSnappy } from './snappy.ts';

/** The drop-in. */
export const createRemoteWrite = (
  { metrics }: Pick<ApiDeps, 'metrics'>,
  findSender: FindSender,
): DropIn => ({
  id: 'prometheus',
  identify: (request) => findSender(request, presentedToken(request)),
  refusal: toRefusal,
  routes: [
    {
      methods: ['POST'],
      urls: ['/prometheus/api/v1/write'],
      answer: (delivery) => takeSeries(metrics, delivery),
    },
  ],
});

function takeSeries(metrics: ApiDeps['metrics'], { request, sourceId }: Delivery): Answer {
  refuseSecondVersion(request);
  try {
    const body = unpackSnappy(sentBytes(request), MAX_PLAIN_BYTES);
    metrics.take(sourceId, [...readWriteRequest(body)]);
    return { status: 204 };
  } catch (error) {
    if (error instanceof SnappyTooLarge) throw tooLarge(`The body is too large: ${error.message}.`);
    if (error instanceof SnappyError || error instanceof ProtobufError)
      throw malformed(`The body holds no series: ${error.message}; nothing was taken.`);
    throw error;
  }
}

/** A sender of the second version is told so, and falls back to the first (remote write 2.0, section "Content-Type"). */
function refuseSecondVersion(request: FastifyRequest): void {
  if (!/io\.prometheus\.write\.v2/.test(request.headers['content-type'] ?? '')) return;
  throw refuse(415, {
    code: 'unsupported_media_type',
    detail: 'Series come as prometheus.WriteRequest, packed with Snappy.',
    retryable: false,
  });
}

/** Gives the samples of a prometheus.WriteRequest. */
export function* readWriteRequest(request: Uint8Array): Generator<Sample> {
  for (const field of readFields(request))
    if (field.number === 1) yield* readSeries(bytesIn(field));
}

function* readSeries(series: Uint8Array): Generator<Sample> {
  const pairs: (readonly [string, string])[] = [];
  const samples: Uint8Array[] = [];
  for (const field of readFields(series)) {
    if (field.number === 1) pairs.push(readLabel(bytesIn(field)));
    if (field.number === 2) samples.push(bytesIn(field));
  }
  const { __name__: name = '', ...labels } = cutLabels(pairs);
  for (const sample of samples) yield { name, labels, ...readSample(sample) };
}

function readLabel(label: Uint8Array): readonly [string, string] {
  const texts = ['', ''] as [string, string];
  for (const field of readFields(label))
    if (field.number === 1 || field.number === 2)
      texts[field.number - 1] = textOfBytes(bytesIn(field));
  return texts;
}

function readSample(sample: Uint8Array): Pick<Sample, 'at' | 'value'> {
  let value = 0;
  let at = 0n;
  for (const field of readFields(sample)) {
    if (field.number === 1 && field.kind === 'fixed64') value = doubleOf(field.value);
    if (field.number === 2 && field.kind === 'varint') at = BigInt.asIntN(64, field.value);
  }
  if (at < 0n) throw new ProtobufError('a sample lies before 1970');
  return { value, at: toEpochMs(Number(at)) };
}

function bytesIn(field: WireField): Uint8Array {
  if (field.kind !== 'bytes')
    throw new ProtobufError(`field ${field.number} is no message or text`);
  return field.value;
}

const toRefusal = ({ status, problem }: ApiProblem): Answer => ({
  status,
  body: `${problem.detail}\n`,
  type: 'text/plain; charset=utf-8',
});
