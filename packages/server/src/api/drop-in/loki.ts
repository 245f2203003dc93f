/*
 * Loki's push API as its senders see it: Promtail, Grafana Alloy, Docker's Loki driver, Fluent Bit.
 * A line keeps its labels and its time, in Loki's own words.
 */
import type { ReceivedRecord } from '@cordon/kit';
import type { FastifyRequest } from 'fastify';
import { MAX_PLAIN_BYTES, MAX_RECORD_BYTES, malformed, sentBytes, tooLarge } from '../body.ts';
import type { ApiProblem } from '../problem-json.ts';
import { type Answer, bytesOf, type Delivery, type DropIn } from './drop-in.ts';
import { parseJson } from './json-text.ts';
import { type LokiEntry, LokiError, readLokiJson, readLokiProtobuf } from './loki-streams.ts';
import { ProtobufError } from './protobuf.ts';
import { type FindSender, presentedToken } from './sender.ts';
import { SnappyError, SnappyTooLarge, unpackSnappy } from './snappy.ts';

/** The drop-in. */
export const createLoki = (findSender: FindSender): DropIn => ({
  id: 'loki',
  identify: (request) => findSender(request, presentedToken(request)),
  refusal: toRefusal,
  routes: [{ methods: ['POST'], urls: ['/loki/api/v1/push'], answer: takeStreams }],
});

const TEXT = 'text/plain; charset=utf-8';

async function takeStreams(delivery: Delivery): Promise<Answer> {
  const { records, refused } = await readRecords(delivery);
  await delivery.take(records);
  if (refused === 0) return { status: 204 };
  await delivery.refused('line_too_long', refused);
  const body = `${refused} of ${refused + records.length} entries are larger than 1 MiB and were not taken\n`;
  return { status: 400, body, type: TEXT };
}

async function readRecords(delivery: Delivery) {
  const records: ReceivedRecord[] = [];
  let refused = 0;
  try {
    for (const entry of await readEntries(delivery)) {
      const bytes = bytesOf(JSON.stringify(entry));
      if (bytes.length > MAX_RECORD_BYTES) refused += 1;
      else records.push(delivery.record(bytes));
    }
  } catch (error) {
    if (error instanceof SnappyTooLarge) throw tooLarge(`The body is too large: ${error.message}.`);
    const isMalformed =
      error instanceof LokiError || error instanceof ProtobufError || error instanceof SnappyError;
    if (!isMalformed) throw error;
    throw malformed(`The body holds no streams: ${error.message}; nothing was taken.`);
  }
  return { records, refused };
}

async function readEntries(delivery: Delivery): Promise<Iterable<LokiEntry>> {
  const { request } = delivery;
  if (isJson(request)) return readLokiJson(parseJson(await delivery.bytes()));
  // Some senders name the packing that the protocol has anyway.
  const isNamed = request.headers['content-encoding'] === 'snappy';
  const block = isNamed ? sentBytes(request) : await delivery.bytes();
  return readLokiProtobuf(unpackSnappy(block, MAX_PLAIN_BYTES));
}

const isJson = (request: FastifyRequest): boolean =>
  /^application\/json\b/i.test(request.headers['content-type'] ?? '');

const toRefusal = ({ status, problem }: ApiProblem): Answer => ({
  status,
  body: `${problem.detail}\n`,
  type: TEXT,
});
