import { describe, expect, it } from 'vitest';
import type { View } from '../view.ts';
import { readLimits, readListening } from './machine.ts';
import { findPathMtu, ping, trace } from './ping.ts';
import { readRoute } from './route.ts';

/** A machine that answers commands from a table of what real ones print. */
const machine = (
  answers: Readonly<Record<string, string | { readonly code: number; readonly text: string }>>,
): View => ({
  name: 'a table',
  async run(command, args) {
    const line = [command, ...args].join(' ');
    const found = Object.entries(answers).find(([start]) => line.startsWith(start))?.[1];
    if (found === undefined) return { code: 127, text: '' };
    return typeof found === 'string' ? { code: 0, text: found } : found;
  },
});
const links = JSON.stringify([
  { ifname: 'lo', flags: ['LOOPBACK', 'UP'] },
  { ifname: 'eth0', flags: ['BROADCAST', 'UP', 'LOWER_UP'] },
]);

describe('what programs print', () => {
  it('ip: a route, its link and its next hop', async () => {
    const view = machine({
      'ip -j route get':
        '[{"dst":"192.0.2.9","gateway":"198.51.100.1","dev":"eth0","prefsrc":"198.51.100.7"}]',
      'ip -j link show': links,
      'ip -j neigh show 198.51.100.1': '[{"dst":"198.51.100.1","state":["FAILED"]}]',
    });
    expect(await readRoute(view, '192.0.2.9')).toEqual({
      outcome: 'route',
      device: 'eth0',
      gateway: '198.51.100.1',
      source: '198.51.100.7',
      isLinkUp: true,
      neighbour: 'failed',
    });
  });

  it.each([
    ['RTNETLINK answers: Network is unreachable', 'none'],
    ['RTNETLINK answers: Permission denied', 'prohibited'],
    ['RTNETLINK answers: No route to host', 'unreachable'],
    ['RTNETLINK answers: Invalid argument', 'blackhole'],
  ])('ip: %s', async (text, outcome) => {
    const view = machine({ 'ip -j route get': { code: 2, text }, 'ip -j link show': links });
    expect(await readRoute(view, '192.0.2.9')).toMatchObject({ outcome, isLinkUp: true });
  });

  it.each([
    [
      '3 packets transmitted, 3 received, 0% packet loss\nrtt min/avg/max/mdev = 0.1/0.4/0.9/0.1 ms',
      { sent: 3, received: 3, rttMs: 0.4 },
    ],
    [
      'From 198.51.100.1 icmp_seq=1 Destination Host Unreachable\n3 packets transmitted, 0 received',
      { received: 0, error: { kind: 'host-unreachable', by: '198.51.100.1' } },
    ],
    [
      'From 198.51.100.1 icmp_seq=1 Packet filtered\n3 packets transmitted, 0 received',
      { error: { kind: 'prohibited', by: '198.51.100.1' } },
    ],
    [
      'ping: connect: Network is unreachable',
      { received: 0, error: { kind: 'net-unreachable', by: 'this machine' } },
    ],
  ])('ping: %s', async (text, expected) => {
    expect(await ping(machine({ ping: text }), '192.0.2.9')).toMatchObject(expected);
  });

  it('ping: the largest packet that comes through', async () => {
    const view = machine({
      'ping -n -M do -c 2 -i 0.2 -W 1 -s 1472': {
        code: 1,
        text: '2 packets transmitted, 0 received',
      },
      'ping -n -M do -c 2 -i 0.2 -W 1 -s 1452': {
        code: 1,
        text: '2 packets transmitted, 0 received',
      },
      'ping -n -M do -c 2 -i 0.2 -W 1 -s 1412': '2 packets transmitted, 2 received',
    });
    expect(await findPathMtu(view, '192.0.2.9')).toEqual({
      passedBytes: 1_440,
      lostBytes: 1_480,
      isToldTooLarge: false,
    });
  });

  it('traceroute: hops, and a circle', async () => {
    const text =
      'traceroute to 192.0.2.9\n 1  198.51.100.1  0.1 ms\n 2  203.0.113.1  0.2 ms\n 3  198.51.100.1  0.2 ms\n 4  *\n';
    expect(await trace(machine({ traceroute: text }), { address: '192.0.2.9', port: 80 })).toEqual({
      hops: ['198.51.100.1', '203.0.113.1', '198.51.100.1', undefined],
      isLoop: true,
    });
  });

  it('ss: who listens, and how many wait', async () => {
    const text =
      'LISTEN 9      8            [::ffff:127.0.0.1]:80     *:*\nLISTEN 0 511 *:80 *:*\n';
    expect(await readListening(machine({ ss: text }), 80)).toEqual({
      addresses: ['::ffff:127.0.0.1', '*'],
      waiting: 9,
      backlog: 8,
    });
  });

  it('the kernel: limits', async () => {
    const view = machine({
      'cat /proc/sys/net/ipv4': '50000\t50003\n320\t0\t1000\n',
      'ss -Htan':
        'ESTAB 0 0 198.51.100.7:50001 192.0.2.9:80\nESTAB 0 0 198.51.100.7:22 192.0.2.9:999\n',
      'cat /proc/sys/net/netfilter': '12\n10\n',
    });
    expect(await readLimits(view)).toEqual({
      localPorts: { used: 1, size: 4 },
      descriptors: { used: 320, max: 1_000 },
      conntrack: { used: 12, max: 10 },
    });
  });
});
