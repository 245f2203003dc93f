import { md5 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** What a client says when it opens TLS, before anything is secret. */
export interface ClientHello {
  readonly version: string;
  readonly serverName?: string;
  readonly protocols: readonly string[];
  readonly ja3: string;
  readonly ja4: string;
}

/** How far a hello is there: read, or so many octets are wanted, or it is none. */
export type HelloRead =
  | { readonly kind: 'hello'; readonly hello: ClientHello }
  | { readonly kind: 'wanted'; readonly bytes: number }
  | { readonly kind: 'none' };

const NONE: HelloRead = { kind: 'none' };
const RECORD_BYTES = 5;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
/** Larger than any hello that is meant honestly. */
export const MAX_HELLO_BYTES = 8_192;
const EXTENSION = {
  name: 0,
  groups: 10,
  points: 11,
  signatures: 13,
  alpn: 16,
  versions: 43,
} as const;
const VERSIONS: Readonly<Record<number, readonly [name: string, ja4: string]>> = {
  [0x0300]: ['SSLv3', 's3'],
  [0x0301]: ['TLSv1.0', '10'],
  [0x0302]: ['TLSv1.1', '11'],
  [0x0303]: ['TLSv1.2', '12'],
  [0x0304]: ['TLSv1.3', '13'],
};
const HASH_DIGITS = 12;
const MAX_PROTOCOLS = 16;

/** Values that clients invent so that servers stay tolerant (RFC 8701). */
const isGrease = (value: number): boolean =>
  (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff);

/** Reads octets in order; past the end everything is empty and `isShort` says so. */
class Cursor {
  isShort = false;
  private readonly view: DataView;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.isShort || this.at >= this.view.byteLength;
  }

  number(octets: 1 | 2 | 3): number {
    return this.bytes(octets).reduce((value, octet) => value * 256 + octet, 0);
  }

  bytes(length: number): Uint8Array {
    if (this.at + length > this.view.byteLength) {
      this.isShort = true;
      return new Uint8Array();
    }
    const part = new Uint8Array(this.view.buffer, this.view.byteOffset + this.at, length);
    this.at += length;
    return part;
  }

  /** Octets behind their length. */
  block(lengthOctets: 1 | 2): Uint8Array {
    return this.bytes(this.number(lengthOctets));
  }
}

function numbersOf(bytes: Uint8Array, octets: 1 | 2): readonly number[] {
  const cursor = new Cursor(bytes);
  const numbers: number[] = [];
  while (!cursor.isAtEnd) {
    const value = cursor.number(octets);
    if (!cursor.isShort) numbers.push(value);
  }
  return numbers;
}

/** Reads a hello from the first octets that a client sent; a hello in several records is not read. */
export function readClientHello(bytes: Uint8Array): HelloRead {
  if (bytes[0] !== HANDSHAKE || (bytes.length > 1 && bytes[1] !== 3)) return NONE;
  if (bytes.length < RECORD_BYTES) return { kind: 'wanted', bytes: RECORD_BYTES };
  const end = RECORD_BYTES + (((bytes[3] ?? 0) << 8) | (bytes[4] ?? 0));
  if (end > MAX_HELLO_BYTES) return NONE;
  if (bytes.length > RECORD_BYTES && bytes[RECORD_BYTES] !== CLIENT_HELLO) return NONE;
  if (bytes.length < end) return { kind: 'wanted', bytes: end };
  const hello = readHello(bytes.subarray(RECORD_BYTES, end));
  return hello ? { kind: 'hello', hello } : NONE;
}

interface Offer {
  readonly version: number;
  readonly ciphers: readonly number[];
  readonly extensions: ReadonlyMap<number, Uint8Array>;
}

function readHello(bytes: Uint8Array): ClientHello | undefined {
  const cursor = new Cursor(bytes);
  cursor.bytes(4);
  const version = cursor.number(2);
  cursor.bytes(32);
  cursor.block(1);
  const ciphers = numbersOf(cursor.block(2), 2).filter((value) => !isGrease(value));
  cursor.block(1);
  if (cursor.isShort) return undefined;
  const extensions = readExtensions(cursor.isAtEnd ? new Uint8Array() : cursor.block(2));
  const offer: Offer = { version, ciphers, extensions };
  const serverName = serverNameOf(extensions.get(EXTENSION.name));
  const best = bestVersion(offer);
  return {
    version: VERSIONS[best]?.[0] ?? best.toString(16),
    ...(serverName !== undefined && { serverName }),
    protocols: protocolsOf(extensions.get(EXTENSION.alpn)),
    ja3: toJa3(offer),
    ja4: toJa4(offer, best),
  };
}

function readExtensions(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const cursor = new Cursor(bytes);
  const extensions = new Map<number, Uint8Array>();
  while (!cursor.isAtEnd) {
    const type = cursor.number(2);
    const body = cursor.block(2);
    if (!cursor.isShort && !isGrease(type)) extensions.set(type, body);
  }
  return extensions;
}

const asciiOf = (bytes: Uint8Array): string =>
  String.fromCharCode(...bytes.filter((code) => code > 0x20 && code < 0x7f));

function serverNameOf(bytes: Uint8Array | undefined): string | undefined {
  if (!bytes) return undefined;
  const cursor = new Cursor(bytes);
  cursor.bytes(3);
  const name = asciiOf(cursor.block(2)).slice(0, 255);
  return name === '' ? undefined : name;
}

function protocolsOf(bytes: Uint8Array | undefined): readonly string[] {
  if (!bytes) return [];
  const cursor = new Cursor(new Cursor(bytes).block(2));
  const protocols: string[] = [];
  while (!cursor.isAtEnd && protocols.length < MAX_PROTOCOLS)
    protocols.push(asciiOf(cursor.block(1)));
  return protocols;
}

/** Numbers of an extension behind their length. */
const listOf = (
  { extensions }: Offer,
  extension: number,
  { lengthOctets, octets }: { lengthOctets: 1 | 2; octets: 1 | 2 },
): readonly number[] => {
  const bytes = extensions.get(extension);
  return bytes ? numbersOf(new Cursor(bytes).block(lengthOctets), octets) : [];
};

function bestVersion(offer: Offer): number {
  const offered = listOf(offer, EXTENSION.versions, { lengthOctets: 1, octets: 2 });
  const known = offered.filter((version) => !isGrease(version));
  return known.length === 0 ? offer.version : Math.max(...known);
}

/** The fingerprint of a client, by the order of what it offers (JA3). */
function toJa3(offer: Offer): string {
  const groups = listOf(offer, EXTENSION.groups, { lengthOctets: 2, octets: 2 });
  const points = listOf(offer, EXTENSION.points, { lengthOctets: 1, octets: 1 });
  const lists = [
    [offer.version],
    offer.ciphers,
    [...offer.extensions.keys()],
    groups.filter((group) => !isGrease(group)),
    points,
  ];
  return bytesToHex(md5(utf8ToBytes(lists.map((list) => list.join('-')).join(','))));
}

const digitsOf = (value: number): string => value.toString(16).padStart(4, '0');
const hashOf = (text: string): string =>
  text === ''
    ? '0'.repeat(HASH_DIGITS)
    : bytesToHex(sha256(utf8ToBytes(text))).slice(0, HASH_DIGITS);
const countOf = (list: readonly unknown[]): string =>
  String(Math.min(list.length, 99)).padStart(2, '0');

/** The fingerprint of a client, whatever the order of what it offers (JA4, over TCP). */
function toJa4(offer: Offer, version: number): string {
  const types = [...offer.extensions.keys()];
  const head = [
    't',
    VERSIONS[version]?.[1] ?? '00',
    offer.extensions.has(EXTENSION.name) ? 'd' : 'i',
    countOf(offer.ciphers),
    countOf(types),
    alpnOf(offer.extensions.get(EXTENSION.alpn)),
  ].join('');
  const ciphers = offer.ciphers.map(digitsOf).sort().join(',');
  const kept = types.filter((type) => type !== EXTENSION.name && type !== EXTENSION.alpn);
  const extensions = kept.map(digitsOf).sort().join(',');
  const signatures = listOf(offer, EXTENSION.signatures, { lengthOctets: 2, octets: 2 })
    .filter((value) => !isGrease(value))
    .map(digitsOf)
    .join(',');
  const tail = signatures === '' ? extensions : `${extensions}_${signatures}`;
  return `${head}_${hashOf(ciphers)}_${hashOf(kept.length === 0 ? '' : tail)}`;
}

const isWordLetter = (code: number): boolean => /^[0-9A-Za-z]$/.test(String.fromCharCode(code));

/** The first and the last letter of the protocol that the client likes best. */
function alpnOf(bytes: Uint8Array | undefined): string {
  const name = bytes ? new Cursor(new Cursor(bytes).block(2)).block(1) : new Uint8Array();
  const [first, last] = [name[0], name.at(-1)];
  if (first === undefined || last === undefined) return '00';
  if (isWordLetter(first) && isWordLetter(last)) return String.fromCharCode(first, last);
  return `${first.toString(16).padStart(2, '0')[0]}${last.toString(16).padStart(2, '0')[1]}`;
}
