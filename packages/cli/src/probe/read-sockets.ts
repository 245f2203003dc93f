import { readFile } from 'node:fs/promises';
import type { Reading } from './reading.ts';

const LISTENS = '0A';
const STATES: Readonly<Record<string, string>> = {
  '01': 'established',
  '06': 'time_wait',
  '08': 'close_wait',
};

/** Sockets of /proc/net/tcp and tcp6: ports somebody listens at, and how many there are in each state. */
export function parseSockets(tables: readonly string[]): {
  readonly ports: readonly number[];
  readonly counts: Readonly<Record<string, number>>;
} {
  const ports = new Set<number>();
  const counts: Record<string, number> = {};
  for (const line of tables.flatMap((table) => table.split('\n').slice(1))) {
    const [, local = '', , code = ''] = line.trim().split(/\s+/);
    if (code === LISTENS) ports.add(Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16));
    const state = STATES[code];
    if (state !== undefined) counts[state] = (counts[state] ?? 0) + 1;
  }
  return { ports: [...ports].sort((a, b) => a - b), counts };
}

/** What listens and what is connected on this machine. */
export async function readSockets(): Promise<{
  readonly ports: readonly number[];
  readonly readings: readonly Reading[];
}> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  const { ports, counts } = parseSockets(tables);
  const readings = Object.entries(counts).map(([state, value]) => ({
    name: 'system.network.connections',
    value,
    labels: { state },
  }));
  return { ports, readings };
}
