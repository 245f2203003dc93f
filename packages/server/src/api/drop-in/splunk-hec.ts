/*
 * Splunk's HTTP Event Collector as its senders see it: Docker's log driver, Fluent Bit, Vector, Cribl,
 * Splunk's own libraries. Answers carry Splunk's codes. An answer of 0 means on disk, so an
 * acknowledgement that is asked for later is always there already.
 */
import { BoundedMap } from '@cordon/core';
import type { ReceivedRecord } from '@cordon/kit';
import type { FastifyRequest } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import type { ApiProblem } from '../problem-json.ts';
import type { Answer, Delivery, DropIn, DropInRoute } from './drop-in.ts';
import { type JsonMembers, parseObject, textOf } from './json-text.ts';
import { type FindSender, presentedToken } from './sender.ts';
import { type HecCode, readEvents, readRaw } from './splunk-events.ts';

const BASE = '/services/collector';
const MAX_CHANNELS = 10_000;
const MAX_ACKS = 100_000;
const CHANNEL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const TEXTS: Readonly<Record<number, string>> = {
  0: 'Success',
  2: 'Token is required',
  4: 'Invalid token',
  5: 'No data',
  6: 'Invalid data format',
  8: 'Internal server error',
  9: 'Server is busy',
  10: 'Data channel is missing',
  11: 'Invalid data channel',
  12: 'Event field is required',
  13: 'Event field cannot be blank',
  17: 'HEC is healthy',
  18: 'HEC is unhealthy, queues are full',
  26: 'Server is busy, queue is at capacity',
  27: 'Request entity too large',
};

const answer = (status: number, code: number, more: object = {}): Answer => ({
  status,
  body: { text: TEXTS[code], code, ...more },
});

/** The drop-in. */
export function createSplunkHec(deps: ApiDeps, findSender: FindSender): DropIn {
  const channels = new AckBook();
  return {
    id: 'splunk-hec',
    identify: (request) => findSender(request, presentedToken(request)),
    refusal: toRefusal,
    routes: [
      {
        methods: ['POST'],
        urls: [BASE, `${BASE}/event`, `${BASE}/event/1.0`],
        answer: (delivery) => takeEvents(delivery, channels),
      },
      {
        methods: ['POST'],
        urls: [`${BASE}/raw`, `${BASE}/raw/1.0`],
        answer: (delivery) => takeRaw(delivery, channels),
      },
      {
        methods: ['POST'],
        urls: [`${BASE}/ack`, `${BASE}/ack/1.0`],
        answer: (delivery) => answerAcks(delivery, channels),
      },
      health(deps),
    ],
  };
}

/** Docker's driver asks by OPTIONS whether there is anything at all. */
const health = ({ intake }: ApiDeps): DropInRoute => ({
  methods: ['GET', 'OPTIONS'],
  urls: [BASE, `${BASE}/event`, `${BASE}/event/1.0`, `${BASE}/health`, `${BASE}/health/1.0`],
  isOpen: true,
  answer: () => (intake.problem() === undefined ? answer(200, 17) : answer(503, 18)),
});

async function takeEvents(delivery: Delivery, channels: AckBook): Promise<Answer> {
  const channel = channelOf(delivery.request);
  if (channel === 'wrong') return answer(400, 11);
  const { records, fault } = readEvents(await delivery.bytes());
  if (records.length === 0 && fault === undefined) return answer(400, 5);
  await delivery.take(records.map(({ bytes, ...said }) => delivery.record(bytes, said)));
  if (fault === undefined) return success(delivery, channels, channel);
  await delivery.refused(REASONS[fault.code], fault.count);
  return answer(400, fault.code, { 'invalid-event-number': fault.number });
}

const REASONS: Readonly<Record<HecCode, string>> = {
  5: 'no_data',
  6: 'not_a_record',
  12: 'no_event',
  13: 'no_event',
};

async function takeRaw(delivery: Delivery, channels: AckBook): Promise<Answer> {
  const channel = channelOf(delivery.request);
  if (channel === 'wrong') return answer(400, 11);
  const records: ReceivedRecord[] = [];
  const query = delivery.request.query as JsonMembers;
  for (const { bytes, ...said } of readRaw(await delivery.bytes(), query))
    records.push(delivery.record(bytes, said));
  if (records.length === 0) return answer(400, 5);
  await delivery.take(records);
  return success(delivery, channels, channel);
}

const success = (delivery: Delivery, channels: AckBook, channel: string | undefined): Answer =>
  answer(
    200,
    0,
    channel === undefined ? {} : { ackId: channels.issue(delivery.sourceId, channel) },
  );

async function answerAcks(delivery: Delivery, channels: AckBook): Promise<Answer> {
  const channel = channelOf(delivery.request);
  if (channel === undefined) return answer(400, 10);
  if (channel === 'wrong') return answer(400, 11);
  const asked = parseObject(await delivery.bytes())?.['acks'];
  if (!Array.isArray(asked) || asked.length > MAX_ACKS) return answer(400, 6);
  const ids = asked.filter((id): id is number => Number.isSafeInteger(id) && id >= 0);
  const acks = ids.map((id) => [id, channels.has(delivery.sourceId, channel, id)] as const);
  return { status: 200, body: { acks: Object.fromEntries(acks) } };
}

function channelOf(request: FastifyRequest): string | undefined {
  const header = textOf(request.headers['x-splunk-request-channel']);
  const channel = header ?? textOf((request.query as JsonMembers)['channel']);
  if (channel === undefined) return undefined;
  return CHANNEL.test(channel) ? channel.toLowerCase() : 'wrong';
}

/**
 * How many acknowledgements each channel was given; all of them are true. A channel that is forgotten
 * answers false, and its sender sends again: twice rather than never.
 */
class AckBook {
  private readonly issued = new BoundedMap<string, number>(MAX_CHANNELS);

  issue(sourceId: string, channel: string): number {
    const key = `${sourceId} ${channel}`;
    const id = this.issued.get(key) ?? 0;
    this.issued.set(key, id + 1);
    return id;
  }

  has(sourceId: string, channel: string, id: number): boolean {
    return id < (this.issued.get(`${sourceId} ${channel}`) ?? 0);
  }
}

const CODES: Readonly<Record<number, readonly [number, number]>> = {
  401: [403, 4],
  413: [413, 27],
  415: [400, 6],
  429: [429, 26],
  500: [500, 8],
  503: [503, 9],
};

function toRefusal({ status, problem }: ApiProblem, request: FastifyRequest): Answer {
  if (status === 401 && request.headers.authorization === undefined) return answer(401, 2);
  if (problem.code === 'tries_throttled') return answer(403, 4);
  const [own, code] = CODES[status] ?? [400, 6];
  return answer(own, code);
}
