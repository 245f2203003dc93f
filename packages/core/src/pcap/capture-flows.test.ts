import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../shared/json.ts';
import { type CaptureOptions, createCaptureFlows } from './capture-flows.ts';
import {
  AT,
  answer,
  ascii,
  big,
  ethernet,
  ip,
  pcap,
  tcp,
  udp,
  type CaptureOptions as WriterOptions,
} from './fixtures/capture-writer.ts';

const WEB = { src: '192.0.2.7', dst: '198.51.100.9', ports: [40_000, 80] } as const;
const ASK = { src: '192.0.2.7', dst: '192.0.2.53', ports: [40_001, 53] } as const;

function readAll(file: Uint8Array, options: Partial<CaptureOptions> = {}) {
  const flows = createCaptureFlows({ fallbackAt: AT, ...options });
  const outcomes = [...flows.push(file), ...flows.finish()];
  const records = outcomes.flatMap((item) => (item.kind === 'record' ? [item.record] : []));
  const of = (kind: string): JsonObject[] =>
    records.filter(({ capture_record }) => capture_record === kind);
  const problems = outcomes.flatMap((item) => (item.kind === 'problem' ? [item] : []));
  return { flows: of('flow'), dns: of('dns'), http: of('http'), problems, tally: flows.tally };
}

/** Packets of Ethernet, one after the other by a second or as they say. */
const capture = (
  packets: readonly (readonly number[])[],
  { step = 1_000, ...options }: WriterOptions & { step?: number } = {},
): Uint8Array =>
  pcap(
    packets.map((packet, index) => ({ bytes: ethernet(packet), at: AT + index * step })),
    options,
  );

describe('a flow', () => {
  it('counts both directions, from the end that began', () => {
    const { flows, tally } = readAll(
      capture([
        tcp({ ...WEB, flags: 'S' }),
        tcp({ ...answer(WEB), flags: 'SA' }),
        tcp({ ...WEB, flags: 'PA' }, ascii('hello')),
        tcp({ ...answer(WEB), flags: 'FA' }),
        tcp({ ...WEB, flags: 'FA' }),
      ]),
    );
    expect(flows).toEqual([
      {
        capture_record: 'flow',
        start_time: AT,
        end_time: AT + 4_000,
        duration: 4_000,
        protocol: 'tcp',
        protocol_number: 6,
        src_ip: '192.0.2.7',
        src_port: 40_000,
        dst_ip: '198.51.100.9',
        dst_port: 80,
        bytes: 125,
        packets: 3,
        reply_bytes: 80,
        reply_packets: 2,
        tcp_flags: 27,
        tcp_flag_names: 'FIN SYN PSH ACK',
        reply_tcp_flags: 19,
        conn_state: 'SF',
        src_mac: '02:00:00:00:00:01',
        dst_mac: '02:00:00:00:00:02',
      },
    ]);
    expect(tally).toMatchObject({ packets: 5, counted: 5, flows: 1 });
  });

  it.each([
    { state: 'S0', sent: ['S', 'S'], back: [] },
    { state: 'REJ', sent: ['S'], back: ['RA'] },
    { state: 'S1', sent: ['S', 'A'], back: ['SA'] },
    { state: 'S2', sent: ['S', 'FA'], back: ['SA'] },
    { state: 'S3', sent: ['S', 'A'], back: ['SA', 'FA'] },
    { state: 'RSTO', sent: ['S', 'R'], back: ['SA'] },
    { state: 'RSTR', sent: ['S', 'A'], back: ['SA', 'R'] },
    { state: 'RSTOS0', sent: ['S', 'R'], back: [] },
    { state: 'SH', sent: ['S', 'F'], back: [] },
    { state: 'OTH', sent: ['A'], back: ['A'] },
  ])('of TCP that sent $sent and got $back is $state', ({ state, sent, back }) => {
    const [first, ...rest] = sent.map((flags) => tcp({ ...WEB, flags }));
    const replies = back.map((flags) => tcp({ ...answer(WEB), flags }));
    const { flows } = readAll(capture([first ?? [], ...replies, ...rest]));
    expect(flows.map((flow) => [flow['conn_state'], flow['dst_port']])).toEqual([[state, 80]]);
  });

  it('begins at the client, even when the capture begins with an answer', () => {
    for (const first of [
      tcp({ ...answer(WEB), flags: 'SA' }),
      tcp({ ...answer(WEB), flags: 'A' }),
      udp(answer(ASK)),
    ]) {
      const { flows } = readAll(capture([first]));
      expect(flows[0]).toMatchObject({ src_ip: '192.0.2.7', packets: 0, reply_packets: 1 });
    }
  });

  it('ends when it was idle, and is told in parts when it is long, in the time of the packets', () => {
    const packets = Array.from({ length: 4 }, () => udp(WEB));
    const idle = readAll(capture(packets, { step: 121_000 }));
    expect(idle.flows.map(({ packets: count }) => count)).toEqual([1, 1, 1, 1]);
    const long = readAll(capture(packets, { step: 100_000 }), { activeMs: 200_000 });
    expect(long.flows.map(({ packets: count, is_continued }) => [count, is_continued])).toEqual([
      [2, undefined],
      [2, true],
    ]);
  });

  it('is a new one when a port is used again after the end', () => {
    const { flows } = readAll(
      capture([
        tcp({ ...WEB, flags: 'S' }),
        tcp({ ...answer(WEB), flags: 'RA' }),
        tcp({ ...WEB, flags: 'S' }),
      ]),
    );
    expect(flows.map(({ conn_state }) => conn_state)).toEqual(['REJ', 'S0']);
  });

  it('is told early when there are too many at once, which is counted', () => {
    const packets = Array.from({ length: 10 }, (_, index) =>
      udp({ ...WEB, ports: [40_000 + index, 9_999] }),
    );
    const { flows, tally } = readAll(capture(packets), { maxFlows: 3 });
    expect(flows).toHaveLength(10);
    expect(tally).toMatchObject({ flows: 10, evicted: 7 });
  });

  it('has the later parts of packets that were cut', () => {
    const first = ip({ ...WEB, protocol: 17, id: 7, fragment: 0x2000 }, [
      ...big([40_000, 2], [9_999, 2], [2_000, 2], [0, 2]),
      ...Array<number>(8).fill(0),
    ]);
    const last = ip({ ...WEB, protocol: 17, id: 7, fragment: 2 }, Array<number>(8).fill(0));
    const lost = ip({ ...WEB, protocol: 17, id: 8, fragment: 2 }, Array<number>(8).fill(0));
    const { flows } = readAll(capture([first, last, lost]));
    expect(flows.map((flow) => [flow['packets'], flow['fragments'], flow['dst_port']])).toEqual([
      [2, 2, 9_999],
      [1, 1, undefined],
    ]);
  });

  it('of ICMP has a type, and an echo with its answer is one', () => {
    const ends = { src: '2001:db8::1', dst: '2001:db8::2' };
    const { flows } = readAll(
      capture([
        ip({ ...ends, protocol: 58 }, [128, 0, 0, 0]),
        ip({ ...answer(ends), protocol: 58 }, [129, 0, 0, 0]),
      ]),
    );
    expect(flows).toEqual([
      expect.objectContaining({
        protocol: 'ipv6-icmp',
        src_ip: '2001:db8::1',
        icmp_type: 128,
        packets: 1,
        reply_packets: 1,
      }),
    ]);
  });
});

describe('a packet', () => {
  const plain = udp({ ...WEB, ports: [1_111, 2_222] });
  const v6 = { src: '2001:db8::1', dst: '2001:db8::2', ports: [1_111, 2_222] } as const;
  const inV6 = udp(v6).slice(40);
  it.each([
    { name: 'of one VLAN', link: 1, bytes: ethernet(plain, [7]), holds: { vlan: 7 } },
    { name: 'of a VLAN in a VLAN', link: 1, bytes: ethernet(plain, [7, 9]), holds: { vlan: 9 } },
    {
      name: 'of PPPoE',
      link: 1,
      bytes: [
        ...ethernet(plain).slice(0, 12),
        ...big([0x8864, 2], [0x11000001, 4], [0, 2], [0x21, 2]),
        ...plain,
      ],
      holds: {},
    },
    { name: 'of raw IP', link: 101, bytes: plain, holds: {} },
    { name: 'of raw IPv6', link: 229, bytes: udp(v6), holds: { src_ip: '2001:db8::1' } },
    { name: 'of a loopback of BSD', link: 0, bytes: [2, 0, 0, 0, ...plain], holds: {} },
    {
      name: 'of a loopback of OpenBSD',
      link: 108,
      bytes: [0, 0, 0, 24, ...udp(v6)],
      holds: { dst_ip: '2001:db8::2' },
    },
    {
      name: 'of Linux cooked',
      link: 113,
      bytes: [...big([0, 2], [1, 2], [6, 2], [0x020000000001, 6], [0, 2], [0x0800, 2]), ...plain],
      holds: { src_mac: '02:00:00:00:00:01' },
    },
    {
      name: 'of Linux cooked 2',
      link: 276,
      bytes: [
        ...big([0x0800, 2], [0, 2], [2, 4], [1, 2], [0, 1], [6, 1], [0x020000000001, 6], [0, 2]),
        ...plain,
      ],
      holds: { src_mac: '02:00:00:00:00:01' },
    },
    {
      name: 'of IPv6 with extension headers',
      link: 101,
      bytes: ip({ ...v6, protocol: 0 }, [
        60,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        17,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        ...inV6,
      ]),
      holds: {},
    },
  ])('$name is read', ({ link, bytes, holds }) => {
    const { flows, problems } = readAll(pcap([{ bytes }], { link }));
    expect(problems).toEqual([]);
    expect(flows).toEqual([
      expect.objectContaining({ src_port: 1_111, dst_port: 2_222, ...holds }),
    ]);
  });

  it('of another protocol is counted, one that is damaged or of an unknown link is told as well', () => {
    const arp = [...ethernet(plain).slice(0, 12), 0x08, 0x06, ...Array<number>(28).fill(0)];
    const broken = ethernet([0x41, ...plain.slice(1)]);
    const { tally, problems } = readAll(pcap([{ bytes: arp }, { bytes: broken }]));
    expect(tally).toMatchObject({ packets: 2, other: 1, damaged: 1, counted: 0 });
    expect(problems).toEqual([
      expect.objectContaining({
        lost: 1,
        byte: 24 + 16 + arp.length,
        problem: expect.objectContaining({ code: 'capture_packet_damaged' }),
      }),
    ]);
    const wireless = readAll(pcap([{ bytes: plain }], { link: 105 }));
    expect(wireless.problems[0]?.problem.code).toBe('capture_unknown_link');
    expect(wireless.tally).toMatchObject({ packets: 1, unknownLink: 1 });
  });

  it('keeps its flow when the capture ends inside the next one', () => {
    const file = capture([udp(WEB), udp(WEB)]);
    const { flows, problems } = readAll(file.subarray(0, file.length - 3));
    expect(flows).toHaveLength(1);
    expect(problems.map(({ problem }) => problem.code)).toEqual(['capture_truncated']);
  });
});

/** A name as labels. */
const nameOf = (name: string): number[] => [
  ...name.split('.').flatMap((label) => [label.length, ...ascii(label)]),
  0,
];
const question = (id: number, name: string, type = 1): number[] => [
  ...big([id, 2], [0x0100, 2], [1, 2], [0, 2], [0, 4]),
  ...nameOf(name),
  ...big([type, 2], [1, 2]),
];
const answered = (asked: readonly number[], rcode: number, answers: readonly number[][] = []) => [
  ...asked.slice(0, 2),
  ...big([0x8180 | rcode, 2], [1, 2], [answers.length, 2], [0, 4]),
  ...asked.slice(12),
  ...answers.flat(),
];
const resource = (type: number, data: readonly number[]): number[] => [
  ...big([0xc00c, 2], [type, 2], [1, 2], [60, 4], [data.length, 2]),
  ...data,
];

describe('DNS', () => {
  it('is a record of question and answer', () => {
    const asked = question(7, 'www.example.com');
    const reply = answered(asked, 0, [
      resource(5, [3, ...ascii('cdn'), 0xc0, 0x10]),
      resource(1, [203, 0, 113, 9]),
    ]);
    const { dns } = readAll(capture([udp(ASK, asked), udp(answer(ASK), reply)]));
    expect(dns).toEqual([
      {
        capture_record: 'dns',
        start_time: AT,
        protocol: 'udp',
        protocol_number: 17,
        src_ip: '192.0.2.7',
        src_port: 40_001,
        dst_ip: '192.0.2.53',
        dst_port: 53,
        dns_id: 7,
        query: 'www.example.com',
        query_type: 'A',
        rcode: 'NOERROR',
        answers: ['cdn.example.com', '203.0.113.9'],
      },
    ]);
  });

  it('without an answer is told after a while, and an answer without a question at once', () => {
    const asked = question(7, 'lost.example', 28);
    const { dns } = readAll(
      capture([udp(ASK, asked), udp(answer(ASK), answered(question(8, 'no.example'), 3))], {
        step: 20_000,
      }),
    );
    expect(dns.map(({ query, rcode, start_time }) => [query, rcode, start_time])).toEqual([
      ['lost.example', undefined, AT],
      ['no.example', 'NXDOMAIN', AT + 20_000],
    ]);
  });

  it('over TCP stands behind its length', () => {
    const asked = question(7, 'zone.example', 252);
    const segment = tcp({ ...ASK, flags: 'PA' }, [...big([asked.length, 2]), ...asked]);
    expect(readAll(capture([segment])).dns).toEqual([
      expect.objectContaining({ query: 'zone.example', query_type: 'AXFR', protocol: 'tcp' }),
    ]);
  });

  it('with a name that points at itself is none', () => {
    const looped = [...question(7, '').slice(0, 12), 1, 97, 0xc0, 12, 0, 1, 0, 1];
    expect(readAll(capture([udp(ASK, looped)])).dns).toEqual([]);
  });
});

describe('HTTP', () => {
  const get = ascii(
    'GET /a?b=1 HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: curl/8\r\nX: y\r\n\r\n',
  );
  const okay = ascii('HTTP/1.1 404 Not Found\r\nContent-Length: 12\r\n\r\n');

  it('is a record of request and answer', () => {
    const { http } = readAll(
      capture([
        tcp({ ...WEB, flags: 'PA', sequence: 1 }, get),
        tcp({ ...WEB, flags: 'PA', sequence: 1 }, get),
        tcp({ ...answer(WEB), flags: 'PA' }, ascii('HTTP/1.1 100 Continue\r\n\r\n')),
        tcp({ ...answer(WEB), flags: 'PA' }, okay),
      ]),
    );
    expect(http).toEqual([
      expect.objectContaining({
        start_time: AT,
        method: 'GET',
        uri: '/a?b=1',
        host: 'shop.example',
        user_agent: 'curl/8',
        status_code: 404,
        response_length: 12,
        dst_port: 80,
      }),
    ]);
  });

  it('without an answer is told with the next request, or at the end of the flow', () => {
    const { http } = readAll(
      capture([
        tcp({ ...WEB, flags: 'PA', sequence: 1 }, get),
        tcp(
          { ...WEB, flags: 'PA', sequence: 99 },
          ascii('POST /b HTTP/1.0\r\nContent-Length: 5\r\n\r\nabcde'),
        ),
      ]),
    );
    expect(http.map(({ method, status_code }) => [method, status_code])).toEqual([
      ['GET', undefined],
      ['POST', undefined],
    ]);
    expect(http[1]).toMatchObject({ request_length: 5 });
  });
});
