import type { TalkFact } from '@cordon/core';

const KEXINIT = 20;
const COOKIE_BYTES = 16;
/** What present OpenSSH clients offer by default (10.0, with the exchange of 8.x besides). */
const OFFERED = {
  'key exchange':
    /^(?:sntrup761x25519-sha512|mlkem768x25519-sha256|curve25519-sha256|ecdh-sha2-nistp(?:256|384|521)|diffie-hellman-group(?:14-sha256|16-sha512|18-sha512|-exchange-sha256))/,
  'host key': /^(?:ssh-ed25519|ecdsa-sha2-nistp(?:256|384|521)|rsa-sha2-(?:256|512)|sk-)/,
  cipher: /^(?:chacha20-poly1305|aes(?:128|192|256)-(?:ctr|gcm))/,
} as const;

/** The version line and, after it, the algorithms the server offers (RFC 4253 sections 4.2 and 7.1). */
export function readSsh(bytes: Uint8Array): TalkFact | undefined {
  const end = bytes.indexOf(10);
  if (end < 0) return undefined;
  const said = new TextDecoder('latin1').decode(bytes.subarray(0, end));
  if (!said.startsWith('SSH-')) return { outcome: 'other-protocol', text: said };
  if (!/^SSH-(?:2\.0|1\.99)-/.test(said))
    return { outcome: 'refuses', text: said, reason: 'old-version' };
  const lists = readAlgorithms(bytes.subarray(end + 1));
  if (lists === 'more') return undefined;
  const missing = Object.entries(OFFERED).find(
    ([, known], nth) => !(lists[nth] ?? []).some((name) => known.test(name)),
  );
  if (missing === undefined) return { outcome: 'greets', text: said };
  const at = Object.keys(OFFERED).indexOf(missing[0]);
  return {
    outcome: 'refuses',
    text: `${missing[0]}: it offers only ${(lists[at] ?? []).join(', ')}`,
    reason: 'algorithms',
  };
}

function readAlgorithms(bytes: Uint8Array): readonly (readonly string[])[] | 'more' {
  if (bytes.length < 6) return 'more';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 + view.getUint32(0)) return 'more';
  if (bytes[5] !== KEXINIT) return [];
  const lists: string[][] = [];
  let at = 6 + COOKIE_BYTES;
  for (let nth = 0; nth < 3 && at + 4 <= bytes.length; nth += 1) {
    const length = view.getUint32(at);
    const names = new TextDecoder('latin1').decode(bytes.subarray(at + 4, at + 4 + length));
    lists.push(names.split(',').filter((name) => name !== ''));
    at += 4 + length;
  }
  return lists;
}
