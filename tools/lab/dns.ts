// A resolver of the lab: `node dns.ts ADDRESS ZONE_JSON` answers over UDP as the zone says.
import { createSocket } from 'node:dgram';
import process from 'node:process';
import { decode, encode } from 'dns-packet';

/** What is said of a name: addresses, or the way it fails. */
export interface DnsEntry {
  readonly a?: string;
  readonly aaaa?: string;
  /** Response code: 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED. */
  readonly code?: number;
  /** Fails only while signatures are checked. */
  readonly bogus?: boolean;
  /** Extended error (RFC 8914). */
  readonly ede?: number;
}

const CHECKING_DISABLED = 1 << 4;
const [address = '127.0.0.1', text = '{}'] = process.argv.slice(2);
const zone = JSON.parse(text) as Readonly<Record<string, DnsEntry>>;
const socket = createSocket('udp4');

socket.on('message', (bytes, from) => {
  const { id, flags = 0, questions = [] } = decode(bytes);
  const [question] = questions;
  if (question === undefined) return;
  const entry = zone[question.name] ?? zone['*'] ?? { code: 3 };
  const isChecked = (flags & CHECKING_DISABLED) === 0;
  const code = entry.bogus && isChecked ? 2 : (entry.code ?? 0);
  const data = question.type === 'A' ? entry.a : question.type === 'AAAA' ? entry.aaaa : undefined;
  const answers =
    code === 0 && data !== undefined
      ? [{ type: question.type as 'A', name: question.name, ttl: 5, data }]
      : [];
  const ede =
    code !== 0 && entry.ede !== undefined
      ? [{ code: 15, data: Buffer.from([entry.ede >> 8, entry.ede & 255]) }]
      : [];
  const additionals =
    ede.length === 0
      ? []
      : [
          {
            type: 'OPT' as const,
            name: '.',
            udpPayloadSize: 1_232,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: 0,
            flag_do: false,
            options: ede,
          },
        ];
  const packet = {
    type: 'response' as const,
    id: id ?? 0,
    flags: (1 << 8) | (1 << 7) | code,
    questions,
    answers,
    additionals,
  };
  socket.send(encode(packet as Parameters<typeof encode>[0]), from.port, from.address);
});
socket.bind(53, address, () => process.stdout.write('ready\n'));
