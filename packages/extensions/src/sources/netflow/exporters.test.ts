import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startSource } from '@cordon/kit/source-contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AT,
  answer,
  ethernet,
  ip,
  pcap,
  tcp,
  udp,
} from '../../../../core/src/pcap/fixtures/capture-writer.ts';
import { netflow } from './source.ts';

const run = promisify(execFile);
const SOFTFLOWD = '/usr/sbin/softflowd';
const NFDUMP = ['/usr/bin/nfpcapd', '/usr/bin/nfreplay'] as const;
const CONNECTIONS = 300;

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-exporter-'));
  path = join(folder, 'traffic.pcap');
  await writeFile(path, traffic());
});
afterEach(() => rm(folder, { recursive: true }));

/** Connections, datagrams and echoes, IPv6 among them. */
function traffic(): Uint8Array {
  const packets = Array.from({ length: CONNECTIONS }, (_, index) => {
    const port = 20_000 + index;
    const web = { src: '192.0.2.7', dst: '198.51.100.9', ports: [port, 443] } as const;
    const time = { src: '192.0.2.8', dst: '198.51.100.5', ports: [port, 123] } as const;
    const v6 = { src: '2001:db8::7', dst: '2001:db8::9', ports: [port, 22] } as const;
    return [
      tcp({ ...web, flags: 'S' }),
      tcp({ ...answer(web), flags: 'SA' }),
      tcp({ ...web, flags: 'FA' }, Array<number>(index).fill(7)),
      tcp({ ...answer(web), flags: 'FA' }),
      udp(time, Array<number>(48).fill(1)),
      tcp({ ...v6, flags: 'S' }),
      tcp({ ...answer(v6), flags: 'RA' }),
    ];
  }).flat();
  const echo = { src: '192.0.2.7', dst: '198.51.100.9', protocol: 1 };
  packets.push(ip(echo, [8, 0, 0, 0, 0, 1, 0, 1]), ip(answer(echo), [0, 0, 0, 0, 0, 1, 0, 1]));
  return pcap(packets.map((packet, index) => ({ bytes: ethernet(packet), at: AT + index * 10 })));
}

interface Flow {
  readonly protocol: string;
  readonly src_ip: string;
  readonly dst_ip: string;
  readonly src_port?: number;
  readonly dst_port?: number;
  readonly bytes: number;
  readonly packets: number;
  readonly reply_bytes?: number;
  readonly start_time: number;
  readonly tcp_flag_names?: string;
}

/** Lets an exporter send to the source; ends when all flows are there that it says to have sent. */
async function receive(send: (port: string) => Promise<number>): Promise<readonly Flow[]> {
  const config = { host: '127.0.0.1', port: 0, exporters: [], templateMinutes: 60 };
  const source = startSource(netflow, config);
  const sent = await send(new URL(await source.where).port);
  await source.sink.until(() => source.sink.records.length >= sent);
  source.abort();
  await source.done;
  expect(source.sink.losses).toEqual([]);
  expect(source.sink.problems).toEqual([]);
  expect(source.sink.records).toHaveLength(sent);
  return source.sink.texts().map((text) => JSON.parse(text) as Flow);
}

/** Octets and packets by protocol, both directions. */
function totals(flows: readonly Flow[], protocols: readonly string[]) {
  return protocols.map((protocol) => {
    const own = flows.filter((flow) => flow.protocol === protocol);
    const sum = (of: (flow: Flow) => number) => own.reduce((all, flow) => all + of(flow), 0);
    return [protocol, sum(({ bytes, reply_bytes = 0 }) => bytes + reply_bytes)];
  });
}
const PAYLOAD = (CONNECTIONS * (CONNECTIONS - 1)) / 2;
const V4_BYTES = 4 * 40 * CONNECTIONS + PAYLOAD;
const V6_BYTES = 2 * 60 * CONNECTIONS;
const UDP_BYTES = 76 * CONNECTIONS;
const ICMP_BYTES = 56;

/** Each connection of IPv4 that was made is there, from the client and from the server. */
function expectConnections(flows: readonly Flow[], tolerance: number): void {
  const sent = flows.filter(({ src_ip, dst_port }) => src_ip === '192.0.2.7' && dst_port === 443);
  expect(new Set(sent.map(({ src_port }) => src_port)).size).toBe(CONNECTIONS);
  for (const { src_port = 0, start_time, bytes } of sent) {
    const index = src_port - 20_000;
    expect(bytes).toBe(80 + index);
    expect(Math.abs(start_time - (AT + index * 70))).toBeLessThanOrEqual(tolerance);
  }
}

describe.skipIf(!existsSync(SOFTFLOWD))('softflowd (needs softflowd)', () => {
  /** Says itself how many records it sent. */
  const softflowd =
    (...options: readonly string[]) =>
    async (port: string): Promise<number> => {
      const own = ['-p', join(folder, 'pid'), '-c', 'none'];
      const args = ['-d', '-a', '-r', path, '-n', `127.0.0.1:${port}`, ...own, ...options];
      const { stdout, stderr } = await run(SOFTFLOWD, args);
      const said = /\(([0-9]+) records\) in [0-9]+ packets \(0 failures\)/.exec(stdout + stderr);
      return Number(said?.[1]);
    };

  it.each([
    { name: 'NetFlow v5', options: ['-v', '5'], hasV6: false },
    { name: 'NetFlow v9', options: ['-6', '-v', '9'], hasV6: true },
    { name: 'IPFIX', options: ['-6', '-v', '10'], hasV6: true },
  ])('sends $name, and every flow, octet and time is there', async ({ options, hasV6 }) => {
    const flows = await receive(softflowd(...options));
    expect(totals(flows, ['tcp', 'udp', 'icmp'])).toEqual([
      ['tcp', V4_BYTES + (hasV6 ? V6_BYTES : 0)],
      ['udp', UDP_BYTES],
      ['icmp', ICMP_BYTES],
    ]);
    // The uptime of softflowd is whole seconds in the head and milliseconds in the flow.
    expectConnections(flows, 1_000);
    const refused = flows.filter(({ src_ip }) => src_ip === '2001:db8::7');
    expect(refused).toHaveLength(hasV6 ? CONNECTIONS : 0);
  });

  it('sends IPFIX with both directions in one flow', async () => {
    const flows = await receive(softflowd('-6', '-b', '-v', '10'));
    expect(totals(flows, ['tcp', 'udp', 'icmp'])).toEqual([
      ['tcp', V4_BYTES + V6_BYTES],
      ['udp', UDP_BYTES],
      ['icmp', ICMP_BYTES],
    ]);
    expect(flows.filter(({ protocol }) => protocol === 'tcp')).toHaveLength(2 * CONNECTIONS);
  });
});

describe.skipIf(!NFDUMP.every(existsSync))('nfreplay (needs nfdump)', () => {
  it.each(['5', '9'])('sends what nfpcapd saw as NetFlow v%s', async (version) => {
    await run(NFDUMP[0], ['-r', path, '-w', folder, '-o', 'fat']);
    const stored = (await readdir(folder)).find((name) => name.startsWith('nfcapd')) ?? '';
    const { stdout } = await run('/usr/bin/nfdump', [
      '-r',
      join(folder, stored),
      '-q',
      '-o',
      'fmt:%pr %sa',
      'not inet6',
    ]);
    const sent = stdout.trim().split('\n').length;
    const flows = await receive(async (port) => {
      await run(NFDUMP[1], ['-r', join(folder, stored), '-p', port, '-v', version, 'not inet6']);
      return sent;
    });
    expect(totals(flows, ['tcp', 'udp', 'icmp'])).toEqual([
      ['tcp', V4_BYTES],
      ['udp', UDP_BYTES],
      ['icmp', ICMP_BYTES],
    ]);
    expectConnections(flows, 1_000);
  });
});
