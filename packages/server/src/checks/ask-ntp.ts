import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';

const ANSWER_MS = 2_000;
const PACKET_BYTES = 48;
/** Version 4, mode client (RFC 5905). */
const CLIENT = 0x23;
const SERVER_MODE = 4;
const UNSYNCHRONISED = 3;
const MAX_STRATUM = 15;
/** Seconds from 1900, where NTP counts from, to 1970. */
const NTP_EPOCH_S = 2_208_988_800;
const FRACTION = 2 ** 32;
const ORIGINATE = 24;
const RECEIVE = 32;
const TRANSMIT = 40;

/** What one question told: this clock less the server's, and how long it took. */
export interface NtpAnswer {
  readonly offsetMs: number;
  readonly ms: number;
}

/** Asks a time server once (RFC 5905, client mode); undefined without an answer that can be used. */
export function askNtp(place: {
  readonly address: string;
  readonly port: number;
}): Promise<NtpAnswer | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(place.address) ? 'udp6' : 'udp4');
    let isOver = false;
    const end = (answer: NtpAnswer | undefined): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end(undefined), ANSWER_MS);
    const question = Buffer.alloc(PACKET_BYTES);
    let sentAt = 0;
    socket.once('error', () => end(undefined));
    socket.on('message', (bytes) => {
      const at = Date.now();
      // Only an answer to this very question counts: it repeats when that was sent.
      const isOurs =
        bytes.length >= PACKET_BYTES &&
        bytes.subarray(ORIGINATE, RECEIVE).equals(question.subarray(TRANSMIT));
      if (isOurs) end(readAnswer(bytes, { sentAt, at }));
    });
    socket.connect(place.port, place.address, (error?: Error) => {
      if (error !== undefined || isOver) return end(undefined);
      sentAt = Date.now();
      question[0] = CLIENT;
      writeTime(question, sentAt);
      socket.send(question);
    });
  });
}

function readAnswer(
  bytes: Buffer,
  { sentAt, at }: { readonly sentAt: number; readonly at: number },
): NtpAnswer | undefined {
  const first = bytes[0] ?? 0;
  const stratum = bytes[1] ?? 0;
  if ((first & 7) !== SERVER_MODE || first >> 6 === UNSYNCHRONISED) return undefined;
  if (stratum === 0 || stratum > MAX_STRATUM) return undefined;
  const ahead = (readTime(bytes, RECEIVE) - sentAt + (readTime(bytes, TRANSMIT) - at)) / 2;
  return { offsetMs: -ahead, ms: at - sentAt };
}

const readTime = (bytes: Buffer, at: number): number =>
  (bytes.readUInt32BE(at) - NTP_EPOCH_S) * 1_000 + (bytes.readUInt32BE(at + 4) / FRACTION) * 1_000;

function writeTime(bytes: Buffer, ms: number): void {
  bytes.writeUInt32BE(Math.floor(ms / 1_000) + NTP_EPOCH_S, TRANSMIT);
  bytes.writeUInt32BE(Math.floor(((ms % 1_000) / 1_000) * FRACTION), TRANSMIT + 4);
}
