import { createHmac } from 'node:crypto';
import { isIP } from 'node:net';
import { err, ok, type Problem, type Result } from '@cordon/core';
import { defineAction, defineConnector, type Receipt } from '@cordon/kit';
import { type Static, Type } from 'typebox';
import { Agent, request } from 'undici';
import { ForbiddenAddress, guardedLookup, isPrivateAddress } from '../../public-address.ts';

const WebhookConfig = Type.Object(
  {
    url: Type.String({ pattern: '^https?://', maxLength: 2_000 }),
    secret: Type.String({
      minLength: 16,
      maxLength: 200,
      description: 'Shared secret of Standard Webhooks; `whsec_` and base 64, or any text.',
    }),
    allow_private: Type.Optional(
      Type.Boolean({ description: 'Private and local addresses may be sent to.' }),
    ),
  },
  { additionalProperties: false },
);
type WebhookConfig = Static<typeof WebhookConfig>;

const SendParams = Type.Object(
  {
    text: Type.String({ minLength: 1, maxLength: 4_000 }),
    data: Type.Optional(Type.Record(Type.String({ maxLength: 100 }), Type.Unknown())),
  },
  { additionalProperties: false },
);

const ANSWER_LIMIT = 64 * 1024;

/** The signature of Standard Webhooks 1.0: HMAC-SHA-256 over id, time and body. */
export function signWebhook(
  secret: string,
  message: { readonly id: string; readonly timestampS: number; readonly body: string },
): string {
  const key = secret.startsWith('whsec_')
    ? Buffer.from(secret.slice(6), 'base64')
    : Buffer.from(secret);
  return `v1,${createHmac('sha256', key).update(`${message.id}.${message.timestampS}.${message.body}`).digest('base64')}`;
}

function toProblem(error: unknown): Problem {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof ForbiddenAddress) return forbidden(cause.message);
  const text = cause instanceof Error ? cause.message : String(cause);
  return {
    code: 'target_unreachable',
    detail: `The receiver could not be reached: ${text}.`,
    retryable: true,
  };
}

const forbidden = (what: string): Problem => ({
  code: 'target_not_allowed',
  detail: `${what}, which is not a public address.`,
  hint: 'set allow_private when that is meant',
  retryable: false,
});

interface Message {
  readonly id: string;
  readonly body: string;
  readonly signal: AbortSignal;
}

async function post(config: WebhookConfig, message: Message): Promise<Result<Receipt>> {
  const url = new URL(config.url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!config.allow_private && isIP(host) !== 0 && isPrivateAddress(host))
    return err(forbidden(host));
  const dispatcher = new Agent(config.allow_private ? {} : { connect: { lookup: guardedLookup } });
  const timestampS = Math.floor(Date.now() / 1_000);
  try {
    const answer = await request(url, {
      dispatcher,
      method: 'POST',
      signal: message.signal,
      headers: {
        'content-type': 'application/json',
        'webhook-id': message.id,
        'webhook-timestamp': String(timestampS),
        'webhook-signature': signWebhook(config.secret, { ...message, timestampS }),
      },
      body: message.body,
    });
    await answer.body.dump({ limit: ANSWER_LIMIT });
    return toReceipt(answer.statusCode);
  } catch (error) {
    return err(toProblem(error));
  } finally {
    await dispatcher.destroy();
  }
}

function toReceipt(status: number): Result<Receipt> {
  if (status >= 200 && status < 300)
    return ok({ changed: true, text: `The receiver took it (HTTP ${status}).`, data: { status } });
  const retryable = status === 429 || status >= 500;
  return err({ code: 'action_failed', detail: `The receiver answered HTTP ${status}.`, retryable });
}

const send = defineAction<WebhookConfig, typeof SendParams>({
  verb: 'notify.webhook.send',
  class: 'notify',
  title: 'Send to a webhook',
  params: SendParams,
  ttl: 'none',
  impact: 0,
  target: () => ({ kind: 'url', id: 'webhook', role: 'target' }),
  apply: (params, { config, signal, idempotencyKey }) =>
    post(config, {
      id: idempotencyKey,
      body: JSON.stringify({ type: 'cordon.notice', text: params.text, data: params.data ?? {} }),
      signal,
    }),
});

/** A signed POST (Standard Webhooks) to any receiver. Follows no redirects; sends to public addresses only unless told otherwise. */
export const webhook = defineConnector({
  id: 'webhook',
  title: 'Webhook',
  config: WebhookConfig,
  actions: [send],
  async check({ config }) {
    const host = new URL(config.url).hostname.replace(/^\[|\]$/g, '');
    return !config.allow_private && isIP(host) !== 0 && isPrivateAddress(host)
      ? err(forbidden(host))
      : ok({ text: 'The address may be sent to.' });
  },
});
