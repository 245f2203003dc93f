import type { LimitsFact, ListeningFact } from '@cordon/core';
import type { View } from '../view.ts';

/** Who listens at a port, and how many connections wait to be accepted (`ss`). */
export async function readListening(view: View, port: number): Promise<ListeningFact | undefined> {
  const { code, text } = await view.run('ss', ['-Hltn', `sport = :${port}`]);
  if (code !== 0) return undefined;
  const rows = text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((row) => row[0] === 'LISTEN');
  const [first] = rows;
  return {
    addresses: rows.map((row) => addressOf(row[3] ?? '')),
    ...(first === undefined ? {} : { waiting: Number(first[1]), backlog: Number(first[2]) }),
  };
}

const addressOf = (endpoint: string): string =>
  endpoint.slice(0, endpoint.lastIndexOf(':')).replace(/^\[|\]$|%.*$/g, '');

/** Local ports, descriptors and tracked connections, used and at most. */
export async function readLimits(view: View): Promise<LimitsFact | undefined> {
  const { code, text } = await view.run('cat', [
    '/proc/sys/net/ipv4/ip_local_port_range',
    '/proc/sys/fs/file-nr',
  ]);
  if (code !== 0) return undefined;
  const [low = 0, high = 0, openFiles = 0, , maxFiles = 0] = text.trim().split(/\s+/).map(Number);
  const sockets = await view.run('ss', ['-Htan']);
  const ports = new Set(sockets.text.split('\n').flatMap((line) => localPort(line)));
  const conntrack = await readConntrack(view);
  return {
    localPorts: {
      used: [...ports].filter((port) => port >= low && port <= high).length,
      size: high - low + 1,
    },
    descriptors: { used: openFiles, max: maxFiles },
    ...(conntrack === undefined ? {} : { conntrack }),
  };
}

function localPort(line: string): readonly number[] {
  const endpoint = line.trim().split(/\s+/)[3];
  return endpoint === undefined ? [] : [Number(endpoint.slice(endpoint.lastIndexOf(':') + 1))];
}

async function readConntrack(view: View): Promise<LimitsFact['conntrack']> {
  const folder = '/proc/sys/net/netfilter';
  const { code, text } = await view.run('cat', [
    `${folder}/nf_conntrack_count`,
    `${folder}/nf_conntrack_max`,
  ]);
  if (code !== 0) return undefined;
  const [used = 0, max = 0] = text.trim().split(/\s+/).map(Number);
  return { used, max };
}
