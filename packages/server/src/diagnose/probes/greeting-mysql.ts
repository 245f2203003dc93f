import type { TalkFact } from '@cordon/core';

const HEADER_BYTES = 4;
const ERROR = 0xff;
const PROTOCOL = 10;
const BY_CODE: Readonly<Record<number, TalkFact['reason']>> = {
  1040: 'too-many-connections',
  1129: 'not-allowed-from-here',
  1130: 'not-allowed-from-here',
  1203: 'too-many-connections',
};

/** The server greets first: version and login plugin, or an error with its number. */
export function readMysql(bytes: Uint8Array): TalkFact | undefined {
  if (bytes.length < HEADER_BYTES + 1) return undefined;
  const length = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16);
  if (length > 4_096)
    return { outcome: 'other-protocol', text: new TextDecoder('latin1').decode(bytes) };
  if (bytes.length < HEADER_BYTES + length) return undefined;
  const body = bytes.subarray(HEADER_BYTES);
  const words = new TextDecoder('latin1').decode(body.subarray(1, length));
  if (body[0] === ERROR) {
    const code = (body[1] ?? 0) | ((body[2] ?? 0) << 8);
    const reason = BY_CODE[code];
    return {
      outcome: 'refuses',
      text: `${code} ${words.slice(2)}`,
      ...(reason === undefined ? {} : { reason }),
    };
  }
  if (body[0] !== PROTOCOL) return { outcome: 'other-protocol', text: words };
  const version = words.slice(0, words.indexOf('\0'));
  if (/mysql_old_password/.test(words))
    return { outcome: 'refuses', text: `${version}, mysql_old_password`, reason: 'login-method' };
  return { outcome: 'greets', text: version };
}
