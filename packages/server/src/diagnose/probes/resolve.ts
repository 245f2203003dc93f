import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import type { Asked, ResolveFact, ResolverAnswer } from '@cordon/core';
import { decode, encode } from 'dns-packet';

const ANSWER_MS = 1_500;
/** Longer than the system's own way takes with a dead resolver before a live one. */
const SYSTEM_MS = 6_000;
const MAX_RESOLVERS = 4;
const DNS_PORT = 53;
const CHECKING_DISABLED = 1 << 4;
const RECURSION_DESIRED = 1 << 8;
const EXTENDED_ERROR = 15;
const EXTENDED_WORDS: Readonly<Record<number, string>> = {
  6: 'DNSSEC bogus',
  7: 'signature expired',
  8: 'signature not yet valid',
  9: 'DNSKEY missing',
  10: 'signatures missing',
  12: 'NSEC missing',
  15: 'blocked',
  16: 'censored',
  17: 'filtered',
  18: 'prohibited',
  22: 'no reachable authority',
  23: 'network error',
};

/** Asks the system's own way, and each configured resolver by itself. */
export async function resolveName(host: string): Promise<ResolveFact> {
  const [system, hostsFile, servers] = await Promise.all([
    askSystem(host),
    readHosts(host),
    readResolvers(),
  ]);
  const resolvers = await Promise.all(servers.map((server) => askResolver(server, host)));
  return { system, hostsFile, resolvers };
}

async function askSystem(host: string): Promise<ResolveFact['system']> {
  const begun = performance.now();
  const timer = new AbortController();
  const late = new Promise<'late'>((resolve) => {
    const handle = setTimeout(() => resolve('late'), SYSTEM_MS);
    timer.signal.addEventListener('abort', () => clearTimeout(handle));
  });
  const found = await Promise.race([
    lookup(host, { all: true }).catch((error: unknown) => error),
    late,
  ]);
  timer.abort();
  const ms = performance.now() - begun;
  if (Array.isArray(found))
    return {
      said: 'answers',
      addresses: [...new Set(found.map(({ address }) => String(address)))],
      ms,
    };
  const code = found === 'late' ? 'EAI_AGAIN' : String((found as { code?: unknown }).code);
  return { said: code === 'ENOTFOUND' ? 'no-name' : 'silent', addresses: [], ms };
}

async function readHosts(host: string): Promise<readonly string[]> {
  const text = await readFile('/etc/hosts', 'utf8').catch(() => '');
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    .flatMap(([address = '', ...names]) => (names.includes(host) ? [address] : []));
}

async function readResolvers(): Promise<readonly string[]> {
  const text = await readFile('/etc/resolv.conf', 'utf8').catch(() => '');
  return [...text.matchAll(/^\s*nameserver\s+([0-9a-f.:]+)/gim)]
    .map(([, server = '']) => server)
    .slice(0, MAX_RESOLVERS);
}

async function askResolver(server: string, host: string): Promise<ResolverAnswer> {
  const [four, six] = await Promise.all([
    query(server, { host, type: 'A' }),
    query(server, { host, type: 'AAAA' }),
  ]);
  const addresses = [...four.addresses, ...six.addresses];
  const said = addresses.length > 0 ? 'answers' : four.said === 'silent' ? six.said : four.said;
  const extended = four.extended ?? six.extended;
  if (said !== 'server-failure')
    return { server, said, addresses, ...(extended === undefined ? {} : { extended }) };
  const unchecked = await query(server, { host, type: 'A', isUnchecked: true });
  return {
    server,
    said,
    addresses,
    saidUnchecked: unchecked.said,
    ...(extended === undefined ? {} : { extended }),
  };
}

interface Question {
  readonly host: string;
  readonly type: 'A' | 'AAAA';
  readonly isUnchecked?: boolean;
}

interface Answer {
  readonly said: Asked;
  readonly addresses: readonly string[];
  readonly extended?: string;
}

/** One question over UDP (RFC 1035), with room for an extended error (RFC 8914). */
function query(server: string, { host, type, isUnchecked = false }: Question): Promise<Answer> {
  const silent: Answer = { said: 'silent', addresses: [] };
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(server) ? 'udp6' : 'udp4');
    let isOver = false;
    const end = (answer: Answer): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end(silent), ANSWER_MS);
    const id = Math.floor(Math.random() * 65_535);
    socket.once('error', () => end(silent));
    socket.on('message', (bytes) => {
      const answer = readAnswer(bytes, id);
      if (answer !== undefined) end(answer);
    });
    socket.connect(DNS_PORT, server, (error?: Error) => {
      // Without a way there it is told here, not as an event.
      if (error !== undefined || isOver) return end(silent);
      const flags = RECURSION_DESIRED | (isUnchecked ? CHECKING_DISABLED : 0);
      socket.send(
        encode({
          type: 'query',
          id,
          flags,
          questions: [{ type, name: host }],
          additionals: [
            {
              type: 'OPT',
              name: '.',
              udpPayloadSize: 1_232,
              extendedRcode: 0,
              ednsVersion: 0,
              flags: 0,
              flag_do: false,
              options: [],
            },
          ],
        }),
      );
    });
  });
}

function readAnswer(bytes: Uint8Array, id: number): Answer | undefined {
  try {
    const packet = decode(Buffer.from(bytes)) as ReturnType<typeof decode> & {
      readonly rcode?: string;
    };
    if (packet.id !== id) return undefined;
    const addresses = (packet.answers ?? []).flatMap((one) =>
      one.type === 'A' || one.type === 'AAAA' ? [one.data] : [],
    );
    const extended = readExtended(packet.additionals ?? []);
    return {
      said: toSaid(packet.rcode ?? '', addresses.length),
      addresses,
      ...(extended === undefined ? {} : { extended }),
    };
  } catch {
    return { said: 'server-failure', addresses: [], extended: 'an answer that cannot be read' };
  }
}

function toSaid(code: string, found: number): Asked {
  if (code === 'NOERROR') return found > 0 ? 'answers' : 'no-address';
  if (code === 'NXDOMAIN') return 'no-name';
  return code === 'REFUSED' ? 'refused' : 'server-failure';
}

interface Additional {
  readonly type: string;
  readonly options?: readonly { readonly code: number | string; readonly data?: unknown }[];
}

function readExtended(additionals: readonly unknown[]): string | undefined {
  const options = (additionals as readonly Additional[]).flatMap(({ options: all }) => all ?? []);
  const found = options.find(({ code }) => Number(code) === EXTENDED_ERROR)?.data;
  if (!(found instanceof Uint8Array) || found.length < 2) return undefined;
  const code = (found[0] ?? 0) * 256 + (found[1] ?? 0);
  const text = new TextDecoder().decode(found.subarray(2));
  return [EXTENDED_WORDS[code] ?? `code ${code}`, text].filter((part) => part !== '').join(', ');
}
