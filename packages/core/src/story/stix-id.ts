import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';

/** The namespace that STIX 2.1 (section 2.9) fixes for the ids of observables. */
const STIX_NAMESPACE = '00abedb4-aa42-466c-9c01-fed23315a9b7';
/** The namespace of what Cordon itself says. */
const CORDON_NAMESPACE = 'b6ea2a5e-6a3c-5d0e-9f41-7c0b1f6e2d11';

/** A name-based UUID, version 5 (RFC 9562): the same name gives the same id. */
function uuid5(namespace: string, name: string): string {
  const bytes = new Uint8Array([
    ...hexToBytes(namespace.replaceAll('-', '')),
    ...utf8ToBytes(name),
  ]);
  const hash = sha1(bytes).slice(0, 16);
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytesToHex(hash);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The id of an observable by the properties that make it what it is; keys in alphabetical order. */
export const observableId = (type: string, properties: Readonly<Record<string, string>>): string =>
  `${type}--${uuid5(STIX_NAMESPACE, JSON.stringify(Object.fromEntries(Object.entries(properties).sort())))}`;

/** The id of an object that Cordon makes, by its cause. */
export const objectId = (type: string, ...cause: readonly string[]): string =>
  `${type}--${uuid5(CORDON_NAMESPACE, JSON.stringify([type, ...cause]))}`;
