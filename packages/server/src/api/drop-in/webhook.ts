/*
 * Webhooks: whatever posts JSON when something happens. A configured one is known by its signature,
 * any other source by its token: in a header where the product can send one, else in the address.
 */
import { PROBLEM_CODES } from '@cordon/core';
import type { ReceivedRecord } from '@cordon/kit';
import type { FastifyRequest } from 'fastify';
import { MAX_RECORD_BYTES, tooLarge } from '../body.ts';
import type { ApiDeps } from '../deps.ts';
import { type ApiProblem, refuse } from '../problem-json.ts';
import type { Answer, Delivery, DropIn } from './drop-in.ts';
import { type FindSender, presentedToken } from './sender.ts';
import {
  findFault,
  type SignatureFault,
  type SignedWebhook,
  signatureHeader,
} from './signature.ts';
import { deliveryOf, readWebhook } from './webhook-records.ts';

interface WebhookParams {
  readonly source_id: string;
  readonly token?: string;
}

const paramsOf = (request: FastifyRequest): WebhookParams => request.params as WebhookParams;

/** The drop-in. */
export function createWebhook(deps: ApiDeps, findSender: FindSender): DropIn {
  const signed = new Map(deps.settings.webhooks.map((webhook) => [webhook.id, webhook]));
  const refuseSignature = (webhook: SignedWebhook, fault: SignatureFault): ApiProblem => {
    deps.telemetry.ingestRefused({ sourceId: webhook.id, reason: fault });
    return refuse(401, {
      code: 'wrong_signature',
      detail: WHY[fault],
      hint: `The signature is read from the header ${signatureHeader(webhook)}.`,
      retryable: false,
    });
  };
  return {
    id: 'webhook',
    identify: async (request) => {
      const { source_id: id, token } = paramsOf(request);
      const webhook = signed.get(id);
      if (webhook === undefined) return findSender(request, token ?? presentedToken(request), id);
      if (request.headers[signatureHeader(webhook)] === undefined)
        throw refuseSignature(webhook, 'no_signature');
      return id;
    },
    refusal: toRefusal,
    routes: [
      {
        methods: ['POST'],
        urls: ['/hooks/:source_id', '/hooks/:source_id/:token'],
        answer: async (delivery) => {
          const { headers } = delivery.request;
          const webhook = signed.get(delivery.sourceId);
          const body = delivery.sentBytes();
          const fault = webhook && findFault(webhook, { headers, body, now: deps.now() });
          if (webhook && fault) throw refuseSignature(webhook, fault);
          return accepted(await take(delivery));
        },
      },
    ],
  };
}

const WHY: Readonly<Record<SignatureFault, string>> = {
  no_signature: 'The request is not signed.',
  wrong_signature: 'The signature was not made with the secret of this webhook.',
  stale_signature: 'The request was signed too long ago or by a clock that is wrong.',
};

async function take(delivery: Delivery): Promise<number> {
  const { headers } = delivery.request;
  const records: ReceivedRecord[] = [];
  const id = deliveryOf(headers);
  for (const bytes of readWebhook(await delivery.bytes(), headers)) {
    if (bytes.length > MAX_RECORD_BYTES)
      throw tooLarge('What the webhook tells is larger than 1 MiB; nothing was taken.');
    records.push(delivery.record(bytes, id ? { senderId: `${id}/${records.length}` } : {}));
  }
  await delivery.take(records);
  return records.length;
}

const accepted = (count: number): Answer => ({ status: 202, body: { accepted: count } });

function toRefusal({ status, problem }: ApiProblem): Answer {
  const { code, detail, hint, retryable } = problem;
  const type = `urn:cordon:problem:${code}`;
  return {
    status,
    type: 'application/problem+json',
    body: {
      type,
      title: PROBLEM_CODES[code],
      status,
      code,
      detail,
      retryable,
      ...(hint ? { hint } : {}),
    },
    ...(status === 401 ? { headers: { 'www-authenticate': 'Bearer' } } : {}),
  };
}
