import { execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import { createCaptureFlows, type JsonObject } from '@cordon/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AT,
  answer,
  big,
  ethernet,
  ip,
  pcap,
  tcp,
  udp,
} from '../../../../core/src/pcap/fixtures/capture-writer.ts';

const run = promisify(execFile);
const TCPDUMP = '/usr/bin/tcpdump';
const NFPCAPD = '/usr/bin/nfpcapd';
const isRoot = process.getuid?.() === 0;

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-witness-'));
});
afterEach(() => rm(folder, { recursive: true }));

function readCapture(bytes: Uint8Array) {
  const flows = createCaptureFlows({ fallbackAt: AT });
  const outcomes = [...flows.push(bytes), ...flows.finish()];
  const records = outcomes.flatMap((item) => (item.kind === 'record' ? [item.record] : []));
  const problems = outcomes.flatMap((item) => (item.kind === 'problem' ? [item.problem] : []));
  return { records, problems, tally: flows.tally };
}

/** Packets and octets by direction: `protocol source port > target port`. */
type Directions = Record<string, readonly [packets: number, bytes: number]>;

function directionsOf(records: readonly JsonObject[]): Directions {
  const all: Directions = {};
  const note = (key: string, packets: unknown, bytes: unknown) => {
    const [before, octets] = all[key] ?? [0, 0];
    if (Number(packets) > 0) all[key] = [before + Number(packets), octets + Number(bytes)];
  };
  for (const flow of records.filter(({ capture_record }) => capture_record === 'flow')) {
    const { protocol_number, src_ip, dst_ip, src_port = 0, dst_port = 0 } = flow;
    note(
      `${protocol_number} ${src_ip} ${src_port} > ${dst_ip} ${dst_port}`,
      flow['packets'],
      flow['bytes'],
    );
    note(
      `${protocol_number} ${dst_ip} ${dst_port} > ${src_ip} ${src_port}`,
      flow['reply_packets'],
      flow['reply_bytes'],
    );
  }
  return all;
}

/** The same as nfdump counts it. */
async function askNfdump(path: string): Promise<Directions> {
  const stored = join(folder, 'stored');
  await run('/bin/mkdir', [stored]);
  await run(NFPCAPD, ['-r', path, '-w', stored]);
  const all: Directions = {};
  for (const name of await readdir(stored)) {
    const { stdout } = await run('/usr/bin/nfdump', [
      '-6',
      '-r',
      join(stored, name),
      '-q',
      '-N',
      '-o',
      'fmt:%pr|%sa|%sp|%da|%dp|%ipkt|%ibyt',
    ]);
    for (const line of stdout.trim().split('\n')) {
      const [protocol, src, srcPort, dst, dstPort, packets, bytes] = line
        .split('|')
        .map((part) => part.trim());
      const isIcmp = protocol === '1' || protocol === '58';
      const key = `${protocol} ${src} ${isIcmp ? 0 : srcPort} > ${dst} ${isIcmp ? 0 : dstPort}`;
      const [before, octets] = all[key] ?? [0, 0];
      all[key] = [before + Number(packets), octets + Number(bytes)];
    }
  }
  return all;
}

describe.skipIf(!existsSync(NFPCAPD))('nfpcapd counts the same (needs nfdump)', () => {
  const web = { src: '192.0.2.7', dst: '198.51.100.9', ports: [40_000, 443] } as const;
  const v6 = { src: '2001:db8::7', dst: '2001:db8::9', ports: [40_001, 53] } as const;
  const echo = { src: '192.0.2.7', dst: '198.51.100.9', protocol: 1 };
  const body = Array<number>(100).fill(7);
  const packets = [
    tcp({ ...web, flags: 'S' }),
    tcp({ ...answer(web), flags: 'SA' }),
    tcp({ ...web, flags: 'PA' }, body),
    udp(v6, body),
    udp(answer(v6), body),
    ip(echo, [8, 0, 0, 0, ...big([1, 4])]),
    ip(answer(echo), [0, 0, 0, 0, ...big([1, 4])]),
    tcp({ ...answer(web), flags: 'RA' }),
  ];
  it.each([
    { name: 'Ethernet', link: 1, frame: (packet: number[]) => ethernet(packet) },
    { name: 'a VLAN', link: 1, frame: (packet: number[]) => ethernet(packet, [7]) },
    {
      name: 'Linux cooked',
      link: 113,
      frame: (packet: number[]) => [
        ...big(
          [0, 2],
          [1, 2],
          [6, 2],
          [2, 6],
          [0, 2],
          [(packet[0] ?? 0) >> 4 === 6 ? 0x86dd : 0x0800, 2],
        ),
        ...packet,
      ],
    },
  ])('in $name', async ({ link, frame }) => {
    const path = join(folder, 'made.pcap');
    const bytes = pcap(
      packets.map((packet, index) => ({ bytes: frame(packet), at: AT + index })),
      { link },
    );
    await writeFile(path, bytes);
    const { records, problems } = readCapture(bytes);
    expect(problems).toEqual([]);
    expect(directionsOf(records)).toEqual(await askNfdump(path));
  });
});

/** Captures on the loopback while there is traffic; it ends when the program has printed the marker. */
async function captureWhile(path: string, traffic: () => Promise<void>): Promise<void> {
  const args = [
    '-i',
    'lo',
    '-nn',
    '-U',
    '-w',
    path,
    '--print',
    '-l',
    '--immediate-mode',
    'tcp or udp',
  ];
  const program = spawn(TCPDUMP, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const over = once(program, 'close');
  let said = '';
  const says = (stream: NodeJS.ReadableStream, text: string) =>
    new Promise<void>((resolve) => {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString('latin1');
        if (said.includes(text)) resolve();
      });
    });
  await says(program.stderr, 'listening on');
  await traffic();
  const marker = createSocket('udp4');
  const marked = says(program.stdout, '> 127.0.0.77.9:');
  await new Promise<void>((resolve) => marker.send('marker', 9, '127.0.0.77', () => resolve()));
  await marked;
  marker.close();
  program.kill('SIGTERM');
  await over;
}

/** Resolves when a connection is over, however it ended. */
const ended = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.on('error', () => undefined).on('close', () => resolve());
  });

/** A request of HTTP, a hello of TLS, a connection that is refused. */
async function makeTraffic(): Promise<{ readonly refused: number }> {
  const http = createHttpServer((_request, response) => response.writeHead(418).end('short'));
  await once(http.listen(0, '127.0.0.1'), 'listening');
  const { port } = http.address() as AddressInfo;
  await fetch(`http://127.0.0.1:${port}/tea?pot=1`).then((answered) => answered.text());
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
  const deaf = createServer((socket) => socket.once('data', () => socket.end()));
  await once(deaf.listen(0, '127.0.0.1'), 'listening');
  const client = connectTls({
    port: (deaf.address() as AddressInfo).port,
    host: '127.0.0.1',
    servername: 'shop.example',
    ALPNProtocols: ['h2'],
  });
  await ended(client);
  await new Promise((resolve) => deaf.close(resolve));
  await ended(connect(port, '127.0.0.1'));
  return { refused: port };
}

describe.skipIf(!existsSync(TCPDUMP) || !isRoot)(
  'what tcpdump captured (needs tcpdump and root)',
  () => {
    it('is read to the last packet, with what was said in it', async () => {
      const path = join(folder, 'real.pcap');
      let port = 0;
      await captureWhile(path, async () => {
        port = (await makeTraffic()).refused;
      });
      const { records, problems, tally } = readCapture(await readFile(path));
      const { stdout } = await run(TCPDUMP, ['-nnr', path]);
      expect(problems).toEqual([]);
      expect(tally.packets).toBe(stdout.trim().split('\n').length);
      expect(tally.counted).toBe(tally.packets);
      const own = records.filter(({ dst_port }) => dst_port === port);
      expect(own.find(({ capture_record }) => capture_record === 'http')).toMatchObject({
        method: 'GET',
        uri: '/tea?pot=1',
        host: `127.0.0.1:${port}`,
        status_code: 418,
      });
      const states = own.flatMap(({ conn_state }) =>
        conn_state === undefined ? [] : [conn_state],
      );
      expect(states).toContain('REJ');
      expect(records.find(({ tls_sni }) => tls_sni === 'shop.example')).toMatchObject({
        tls_version: 'TLSv1.3',
        tls_alpn: ['h2'],
        ja3: expect.stringMatching(/^[0-9a-f]{32}$/),
        ja4: expect.stringMatching(/^t13d[0-9]{4}h2_[0-9a-f]{12}_[0-9a-f]{12}$/),
      });
      if (existsSync(NFPCAPD)) expect(directionsOf(records)).toEqual(await askNfdump(path));
    });
  },
);
