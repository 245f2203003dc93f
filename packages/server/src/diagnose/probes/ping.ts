import type { PathMtuFact, PingFact, TraceFact } from '@cordon/core';
import type { View } from '../view.ts';

const COUNT = 20;
const MAX_HOPS = 8;
/** Whole packets, in bytes, from a full Ethernet frame down to what every link must carry. */
const SIZES = [1_500, 1_480, 1_440, 1_400, 1_350, 1_280, 1_000, 576] as const;
const HEADERS_BYTES = 28;

const ERRORS = [
  [/Destination Host Unreachable/i, 'host-unreachable'],
  [/Destination Net Unreachable|Network is unreachable/i, 'net-unreachable'],
  [/Packet filtered|prohibited/i, 'prohibited'],
  [/Time to live exceeded/i, 'ttl-exceeded'],
] as const;

/** Twenty echo requests in a second. */
export async function ping(view: View, address: string): Promise<PingFact | undefined> {
  const { code, text } = await view.run('ping', [
    '-n',
    '-c',
    String(COUNT),
    '-i',
    '0.05',
    '-W',
    '1',
    address,
  ]);
  if (code === 127) return undefined;
  const counts = /(\d+) packets transmitted, (\d+) (?:packets )?received/.exec(text);
  const error = errorOf(text);
  return {
    sent: Number(counts?.[1] ?? COUNT),
    received: Number(counts?.[2] ?? 0),
    rttMs: Number(/= [\d.]+\/([\d.]+)\//.exec(text)?.[1] ?? 0),
    ...(error === undefined ? {} : { error }),
  };
}

function errorOf(text: string): PingFact['error'] {
  for (const [pattern, kind] of ERRORS) {
    const line = text.split('\n').find((one) => pattern.test(one));
    if (line !== undefined)
      return {
        kind,
        by: /^From ([0-9a-f.:]+)/i.exec(line)?.[1]?.replace(/:$/, '') ?? 'this machine',
      };
  }
  return undefined;
}

/** Sends whole packets that may not be cut, the largest first, until one comes through. */
export async function findPathMtu(view: View, address: string): Promise<PathMtuFact | undefined> {
  let lostBytes: number | undefined;
  let isToldTooLarge = false;
  for (const size of SIZES) {
    const args = [
      '-n',
      '-M',
      'do',
      '-c',
      '2',
      '-i',
      '0.2',
      '-W',
      '1',
      '-s',
      String(size - HEADERS_BYTES),
      address,
    ];
    const { code, text } = await view.run('ping', args);
    if (code === 127) return undefined;
    if (code === 0)
      return {
        passedBytes: size,
        isToldTooLarge,
        ...(lostBytes === undefined ? {} : { lostBytes }),
      };
    isToldTooLarge ||= /frag(?:mentation)? needed|message too long|mtu\s*=/i.test(text);
    lostBytes = size;
  }
  return { passedBytes: 0, isToldTooLarge, ...(lostBytes === undefined ? {} : { lostBytes }) };
}

/** Who answers at which distance to a connection to the port; to echo requests where that may not be sent. */
export async function trace(
  view: View,
  { address, port }: { readonly address: string; readonly port: number },
): Promise<TraceFact | undefined> {
  const args = [
    '-n',
    '-T',
    '-p',
    String(port),
    '-q',
    '1',
    '-N',
    String(MAX_HOPS),
    '-w',
    '1',
    '-m',
    String(MAX_HOPS),
    address,
  ];
  const { code, text } = await view.run('traceroute', args);
  // A filter of this machine itself: no packet was let out.
  if (/send: Operation not permitted/.test(text)) return { hops: [], isLoop: false };
  const hops = code === 0 ? readTrace(text) : await pingHops(view, address);
  const seen = hops.filter((hop) => hop !== undefined && hop !== address);
  return { hops, isLoop: seen.length > new Set(seen).size };
}

const readTrace = (text: string): readonly (string | undefined)[] =>
  [...text.matchAll(/^\s*\d+\s+(\*|[0-9a-f.:]+)/gim)].map(([, hop]) =>
    hop === '*' ? undefined : hop,
  );

async function pingHops(view: View, address: string): Promise<readonly (string | undefined)[]> {
  const distances = Array.from({ length: MAX_HOPS }, (_, nth) => nth + 1);
  const said = await Promise.all(
    distances.map((ttl) =>
      view.run('ping', ['-n', '-c', '1', '-W', '1', '-t', String(ttl), address]),
    ),
  );
  return said.map(({ code, text }) =>
    code === 0 ? address : /^From ([0-9a-f.:]+?):? /im.exec(text)?.[1],
  );
}
