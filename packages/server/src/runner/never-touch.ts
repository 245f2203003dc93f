import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import type { NeverTouch } from '@cordon/core';

/** Ranges that stand for no single machine of an attacker: blocking them cuts off this one. */
const FIXED: readonly NeverTouch[] = [
  { value: '127.0.0.0/8', why: 'loopback' },
  { value: '::1', why: 'loopback' },
  { value: '0.0.0.0/8', why: 'this network' },
  { value: '::', why: 'the unspecified address' },
  { value: '169.254.0.0/16', why: 'link-local, cloud metadata' },
  { value: 'fe80::/10', why: 'link-local' },
  { value: '224.0.0.0/4', why: 'multicast' },
  { value: 'ff00::/8', why: 'multicast' },
  { value: '255.255.255.255', why: 'broadcast' },
];

/** Gateways of /proc/net/route: little-endian hexadecimal in the third column, where not zero. */
export function readGateways(route: string): readonly string[] {
  const gateways = route
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/)[2] ?? '')
    .filter((hex) => /^[0-9A-Fa-f]{8}$/.test(hex) && hex !== '00000000')
    .map((hex) => [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.'));
  return [...new Set(gateways)];
}

/** Resolvers of /etc/resolv.conf. */
export const readResolvers = (conf: string): readonly string[] =>
  conf
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([word, address]) => word === 'nameserver' && address !== undefined)
    .map(([, address]) => address ?? '');

const readOrNothing = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** What this machine must never cut off: itself, its gateway, its resolvers, and what is no machine at all. */
export async function seedNeverTouch(): Promise<readonly NeverTouch[]> {
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const [route, conf] = await Promise.all([
    readOrNothing('/proc/net/route'),
    readOrNothing('/etc/resolv.conf'),
  ]);
  return [
    ...FIXED,
    ...own
      .filter((face) => !face.internal)
      .map((face) => ({ value: face.address, why: 'an address of this machine' })),
    ...readGateways(route).map((value) => ({ value, why: 'the gateway of this machine' })),
    ...readResolvers(conf).map((value) => ({ value, why: 'a name server of this machine' })),
  ];
}
