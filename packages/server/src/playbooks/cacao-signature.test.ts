import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type JsonObject, toSignedContent } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import { verifyCacao } from './cacao-signature.ts';

const NOW = Date.UTC(2024, 1, 1);

interface Signing {
  readonly algorithm: string;
  readonly keys: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  readonly over: 'canonical_text' | 'digest' | 'digest_as_hex';
}

function toSigned({ algorithm, keys, over }: Signing): JsonObject {
  const key = keys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const signature = {
    type: 'jss',
    id: 'jss--1',
    signee: 'ACME',
    hash_algorithm: 'sha-256',
    algorithm,
    public_key: key,
    valid_until: '2025-01-01T00:00:00.000Z',
  };
  const document = { type: 'playbook', name: 'Ärger', signatures: [signature] };
  const content = toSignedContent(document, 0);
  if (!content) throw new Error('no content');
  const data = {
    canonical_text: Buffer.from(content.canonical),
    digest: Buffer.from(content.digest, 'hex'),
    digest_as_hex: Buffer.from(content.digest),
  }[over];
  const hash = algorithm.startsWith('Ed') ? null : 'sha256';
  const value = sign(hash, data, { key: keys.privateKey, dsaEncoding: 'ieee-p1363' });
  return { ...document, signatures: [{ ...signature, value: value.toString('base64url') }] };
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');

describe('signatures of CACAO playbooks', () => {
  it.each<Signing>([
    { algorithm: 'RS256', keys: rsa, over: 'digest_as_hex' },
    { algorithm: 'RS256', keys: rsa, over: 'canonical_text' },
    { algorithm: 'ES256', keys: ec, over: 'digest' },
    { algorithm: 'Ed25519', keys: ed, over: 'canonical_text' },
  ])('$algorithm over $over is found valid, and invalid once a word is changed', (signing) => {
    const document = toSigned(signing);
    expect(verifyCacao(document, NOW)).toEqual([
      { id: 'jss--1', signee: 'ACME', state: 'valid', over: signing.over, isInTime: true },
    ]);
    expect(verifyCacao({ ...document, name: 'Other' }, NOW)[0]?.state).toBe('invalid');
  });

  it('holds for each of several signatures by itself', () => {
    const [one, two] = [
      toSigned({ algorithm: 'RS256', keys: rsa, over: 'digest' }),
      toSigned({ algorithm: 'Ed25519', keys: ed, over: 'digest' }),
    ];
    const both = [...(one['signatures'] as never[]), ...(two['signatures'] as never[])];
    const states = verifyCacao({ ...one, signatures: both }, NOW).map(({ state }) => state);
    expect(states).toEqual(['valid', 'valid']);
  });

  it('says that its time is over, and that a key or an algorithm is not there', () => {
    const document = toSigned({ algorithm: 'RS256', keys: rsa, over: 'digest' });
    expect(verifyCacao(document, Date.UTC(2030, 0, 1))[0]).toMatchObject({ isInTime: false });
    const change = (patch: JsonObject): JsonObject => ({
      ...document,
      signatures: [{ ...(document['signatures'] as readonly JsonObject[])[0], ...patch }],
    });
    expect(verifyCacao(change({ public_key: 'AAAA' }), NOW)[0]?.state).toBe('no_key');
    expect(verifyCacao(change({ algorithm: 'XMSS' }), NOW)[0]?.state).toBe('unknown_algorithm');
  });
});
