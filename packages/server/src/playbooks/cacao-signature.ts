import { createPublicKey, type KeyObject, constants as rsa, verify } from 'node:crypto';
import { type JsonObject, toSignedContent } from '@cordon/core';

/**
 * What a signature of a CACAO playbook turned out to be, and over which of the readings of the
 * standard it holds: its text says the hash is signed, its authors' example signs the hash as
 * hexadecimal text, and libraries hash once more what they are given.
 */
export interface SignatureFinding {
  readonly id: string;
  readonly signee: string;
  readonly state: 'valid' | 'invalid' | 'no_key' | 'unknown_algorithm';
  readonly over?: 'canonical_text' | 'digest' | 'digest_as_hex';
  /** Was it in force at the time asked for? Absent where it has no such time. */
  readonly isInTime?: boolean;
}

interface Scheme {
  readonly hash: string | null;
  readonly options: {
    readonly padding?: number;
    readonly saltLength?: number;
    readonly dsaEncoding?: 'ieee-p1363';
  };
}

function toScheme(algorithm: string): Scheme | undefined {
  if (algorithm === 'Ed25519' || algorithm === 'Ed448' || algorithm === 'EdDSA')
    return { hash: null, options: {} };
  const parts = /^(RS|PS|ES)(256|384|512)$/.exec(algorithm);
  if (!parts) return undefined;
  const hash = `sha${parts[2]}`;
  if (parts[1] === 'ES') return { hash, options: { dsaEncoding: 'ieee-p1363' } };
  if (parts[1] === 'RS') return { hash, options: { padding: rsa.RSA_PKCS1_PADDING } };
  const saltLength = rsa.RSA_PSS_SALTLEN_DIGEST;
  return { hash, options: { padding: rsa.RSA_PKCS1_PSS_PADDING, saltLength } };
}

function toKey(signature: JsonObject): KeyObject | undefined {
  const given = signature['public_key'];
  if (typeof given !== 'string') return undefined;
  try {
    if (given.includes('BEGIN')) return createPublicKey(given);
    return createPublicKey({ key: Buffer.from(given, 'base64'), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/** Checks every signature of a document, by the key it brings along. No certificate is fetched. */
export function verifyCacao(document: JsonObject, now: number): readonly SignatureFinding[] {
  const signatures = (document['signatures'] ?? []) as readonly JsonObject[];
  return signatures.map((signature, at) => verifyOne(document, signature, { at, now }));
}

function verifyOne(
  document: JsonObject,
  signature: JsonObject,
  of: { readonly at: number; readonly now: number },
): SignatureFinding {
  const text = (name: string): string => {
    const value = signature[name];
    return typeof value === 'string' ? value : '';
  };
  const until = Date.parse(text('valid_until'));
  const from = Date.parse(text('valid_from'));
  const isInTime = !(until < of.now) && !(from > of.now);
  const head = {
    id: text('id'),
    signee: text('signee'),
    ...(Number.isNaN(until) && Number.isNaN(from) ? {} : { isInTime }),
  };
  const content = toSignedContent(document, of.at);
  const scheme = toScheme(text('algorithm'));
  if (!content || !scheme) return { ...head, state: 'unknown_algorithm' };
  const key = toKey(signature);
  if (!key) return { ...head, state: 'no_key' };
  const value = Buffer.from(text('value'), 'base64url');
  const readings = [
    ['digest_as_hex', Buffer.from(content.digest, 'utf8')],
    ['digest', Buffer.from(content.digest, 'hex')],
    ['canonical_text', Buffer.from(content.canonical, 'utf8')],
  ] as const;
  const over = readings.find(([, data]) => fits(scheme, { key, data, value }))?.[0];
  return over ? { ...head, state: 'valid', over } : { ...head, state: 'invalid' };
}

function fits(
  { hash, options }: Scheme,
  of: { readonly key: KeyObject; readonly data: Buffer; readonly value: Buffer },
): boolean {
  try {
    return verify(hash, of.data, { key: of.key, ...options }, of.value);
  } catch {
    return false;
  }
}
