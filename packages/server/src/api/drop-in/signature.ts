/*
 * Signed webhooks: who sends proves it with a secret that it never sends. All comparisons take the
 * same time whatever is compared; during a rotation the old and the new secret both hold.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** How a sender signs. */
export type SignatureScheme = 'github' | 'gitlab' | 'standard' | 'hmac';

/** A webhook as it is configured. */
export interface SignedWebhook {
  readonly id: string;
  readonly title: string;
  readonly scheme: SignatureScheme;
  /** Any of them holds. */
  readonly secrets: readonly string[];
  /** `hmac`: the header with the signature, lower case. */
  readonly header: string;
  /** `standard`: how far the time of signing may be off. */
  readonly toleranceMs: number;
}

/** Why a signature does not hold. */
export type SignatureFault = 'no_signature' | 'wrong_signature' | 'stale_signature';

/** A request as far as its signature goes. */
export interface Signed {
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
  readonly now: number;
}

const HEADERS: Readonly<Record<Exclude<SignatureScheme, 'hmac'>, string>> = {
  github: 'x-hub-signature-256',
  gitlab: 'x-gitlab-token',
  standard: 'webhook-signature',
};

/** The header that carries the proof. */
export const signatureHeader = ({ scheme, header }: SignedWebhook): string =>
  scheme === 'hmac' ? header : HEADERS[scheme];

/** Undefined when the request was made by one who has the secret, just now where that can be told. */
export function findFault(webhook: SignedWebhook, signed: Signed): SignatureFault | undefined {
  const proof = signed.headers[signatureHeader(webhook)];
  if (typeof proof !== 'string' || proof === '') return 'no_signature';
  if (webhook.scheme === 'standard') return findStandardFault(webhook, signed, proof);
  const holds = webhook.secrets.some((secret) =>
    webhook.scheme === 'gitlab'
      ? isSame(sha256(secret), sha256(proof))
      : isSame(mac(secret, [signed.body]), decode(proof)),
  );
  return holds ? undefined : 'wrong_signature';
}

/** The Standard Webhooks specification: `id.timestamp.body`, several signatures, a window. */
function findStandardFault(
  webhook: SignedWebhook,
  { headers, body, now }: Signed,
  proof: string,
): SignatureFault | undefined {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  if (typeof id !== 'string' || typeof timestamp !== 'string') return 'no_signature';
  if (!/^\d{1,12}$/.test(timestamp)) return 'wrong_signature';
  const given = proof
    .split(' ')
    .filter((part) => part.startsWith('v1,'))
    .map((part) => Buffer.from(part.slice('v1,'.length), 'base64'));
  const holds = webhook.secrets.some((secret) => {
    const expected = mac(keyOf(secret), [`${id}.${timestamp}.`, body]);
    return given.some((signature) => isSame(expected, signature));
  });
  if (!holds) return 'wrong_signature';
  const isFresh = Math.abs(now - Number(timestamp) * 1_000) <= webhook.toleranceMs;
  return isFresh ? undefined : 'stale_signature';
}

/** `whsec_` and base64, as the specification has it; else the text itself. */
const keyOf = (secret: string): string | Buffer =>
  secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;

function mac(key: string | Buffer, parts: readonly (string | Uint8Array)[]): Buffer {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Hex or base64, with or without `sha256=` before it. */
function decode(proof: string): Buffer {
  const text = proof.trim().replace(/^sha256=/i, '');
  return Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64');
}

const isSame = (one: Buffer, other: Buffer): boolean =>
  one.length === other.length && timingSafeEqual(one, other);
