import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { type Json, type JsonObject, toCanonicalJson } from '../../shared/json.ts';

const HASHES = { 'sha-256': sha256, 'sha-384': sha384, 'sha-512': sha512 } as const;

/** What a signature of a playbook is over. */
export interface SignedContent {
  /** The canonical form (RFC 8785) of the document with this signature alone, without its value. */
  readonly canonical: string;
  /** Hexadecimal digest of it. */
  readonly digest: string;
}

/** What the signature at that place is over; undefined when its hash algorithm is not known. */
export function toSignedContent(document: JsonObject, at: number): SignedContent | undefined {
  const signatures = (document['signatures'] ?? []) as readonly JsonObject[];
  const { value: _, ...signature } = signatures[at] ?? {};
  const name = String(signature['hash_algorithm'] ?? 'sha-256').toLowerCase();
  const hash = Object.hasOwn(HASHES, name) ? HASHES[name as keyof typeof HASHES] : undefined;
  if (!hash) return undefined;
  const canonical = toCanonicalJson({ ...document, signatures: [signature] as readonly Json[] });
  return { canonical, digest: bytesToHex(hash(utf8ToBytes(canonical))) };
}
