import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ip, ipfix, octets, set, template, v5, v9 } from './fixtures/flow-writer.ts';
import { createFlowReader, type FlowReader, type FlowsRead } from './flow-reader.ts';
import { addressText } from './value.ts';

const AT = 1_772_636_400_000;
const PEER = '192.0.2.1';
const read = (reader: FlowReader, bytes: Uint8Array, at = AT): FlowsRead =>
  reader.read({ bytes, peer: PEER, at });
const codes = ({ problems }: FlowsRead) => problems.map(({ code }) => code);

const SIMPLE = template(256, [
  [8, 4],
  [12, 4],
  [7, 2],
  [11, 2],
  [4, 1],
  [6, 1],
  [1, 4],
  [2, 4],
  [22, 4],
  [21, 4],
]);
const simpleFlow = (bytes: number) => [
  ...ip('203.0.113.9'),
  ...ip('192.0.2.10'),
  ...octets([40_000, 2], [443, 2], [6, 1], [0x1b, 1], [bytes, 4], [3, 4], [90_000, 4], [95_000, 4]),
];

describe('NetFlow v5', () => {
  it('gives a record for each flow, with times from the uptime', () => {
    const flow = {
      src: '203.0.113.9',
      dst: '192.0.2.10',
      ports: [40_000, 22],
      protocol: 6,
      flags: 0x12,
      first: 98_000,
      last: 99_000,
    } as const;
    const { flows, problems } = read(createFlowReader(), v5([flow]));
    expect(problems).toEqual([]);
    expect(flows).toEqual([
      expect.objectContaining({
        flow_version: 'netflow5',
        exporter: PEER,
        src_ip: '203.0.113.9',
        dst_port: 22,
        protocol: 'tcp',
        tcp_flag_names: 'SYN ACK',
        bytes: 40,
        packets: 1,
        start_time: AT + 500 - 2_000,
        end_time: AT + 500 - 1_000,
        duration: 1_000,
      }),
    ]);
  });

  it('reads type and code of ICMP, and estimates where packets were sampled', () => {
    const flow = {
      src: '203.0.113.9',
      dst: '192.0.2.10',
      ports: [0, 0x0803],
      protocol: 1,
    } as const;
    const { flows } = read(createFlowReader(), v5([flow], { sampling: 0x4000 | 100 }));
    expect(flows[0]).toMatchObject({
      protocol: 'icmp',
      icmp_type: 8,
      icmp_code: 3,
      sampling_rate: 100,
      estimated_bytes: 4_000,
    });
    expect(flows[0]).not.toHaveProperty('dst_port');
  });

  it('stands a clock of 32 bits that turns over between start and export', () => {
    const flow = {
      src: '203.0.113.9',
      dst: '192.0.2.10',
      ports: [1, 2],
      protocol: 17,
      first: 2 ** 32 - 1_000,
      last: 500,
    } as const;
    const { flows } = read(createFlowReader(), v5([flow], { uptime: 1_000 }));
    expect(flows[0]).toMatchObject({ start_time: AT + 500 - 2_000, end_time: AT + 500 - 500 });
  });
});

describe('templates', () => {
  it('lay out the flows of NetFlow v9, in the same datagram or later', () => {
    const reader = createFlowReader();
    const first = read(reader, v9([set(0, SIMPLE), set(256, simpleFlow(10), 2)]));
    const second = read(
      reader,
      v9([set(256, [...simpleFlow(20), ...simpleFlow(30)])], { sequence: 1 }),
    );
    expect([...first.flows, ...second.flows].map(({ bytes }) => bytes)).toEqual([10, 20, 30]);
    expect(first.flows[0]).toMatchObject({ start_time: AT - 10_000, end_time: AT - 5_000 });
  });

  it('that come late find the flows that waited for them', () => {
    const reader = createFlowReader();
    expect(read(reader, v9([set(256, simpleFlow(10))])).flows).toEqual([]);
    expect(reader.tally).toMatchObject({ held: 1 });
    const { flows } = read(reader, v9([set(0, SIMPLE)], { sequence: 1 }), AT + 1_000);
    expect(flows.map(({ bytes }) => bytes)).toEqual([10]);
    expect(reader.tally).toMatchObject({ held: 0, decoded: 1 });
  });

  it('that never come cost the flows, with the reason', () => {
    const reader = createFlowReader();
    read(reader, v9([set(256, simpleFlow(10))]));
    const out = reader.expire(AT + 300_001);
    expect(out.losses).toEqual([{ reason: 'flow_no_template', count: 1 }]);
    expect(codes(out)).toEqual(['flow_no_template']);
    expect(reader.tally).toMatchObject({ held: 0, dropped: 1 });
  });

  it('belong to one exporter and one domain', () => {
    const reader = createFlowReader();
    read(reader, v9([set(0, SIMPLE)]));
    expect(read(reader, v9([set(256, simpleFlow(1))], { domain: 1 })).flows).toEqual([]);
    const other = { bytes: v9([set(256, simpleFlow(1))]), peer: '192.0.2.2', at: AT };
    expect(reader.read(other).flows).toEqual([]);
  });

  it('that are not sent again are forgotten', () => {
    const reader = createFlowReader({ templateMs: 1_000 });
    read(reader, v9([set(0, SIMPLE)]));
    expect(read(reader, v9([set(256, simpleFlow(1))], { sequence: 1 }), AT + 2_000).flows).toEqual(
      [],
    );
  });

  it.each([
    ['runs past its set', set(2, SIMPLE.slice(0, 9))],
    ['has records of no length', set(2, template(256, [[8, 0]]))],
    ['has too many fields', set(2, octets([256, 2], [5_000, 2]))],
  ])('that %s are refused', (_name, bytes) => {
    const reader = createFlowReader();
    const out = read(reader, ipfix([bytes]));
    expect(codes(out)).toEqual(['flow_bad_set']);
  });

  it('are not withdrawn by whoever can send a datagram', () => {
    const reader = createFlowReader();
    read(reader, ipfix([set(2, SIMPLE)]));
    const out = read(reader, ipfix([set(2, octets([256, 2], [0, 2])), set(256, simpleFlow(5))]));
    expect(out.flows).toHaveLength(1);
  });
});

describe('IPFIX', () => {
  it('reads variable lengths, fields of enterprises, what flows back, and absolute times', () => {
    const layout = template(300, [
      [8, 4],
      [460, 65_535],
      [77, 65_535, 9],
      [1, 3],
      [1, 8, 29_305],
      [152, 8],
      [154, 8],
    ]);
    const body = [
      ...ip('192.0.2.7'),
      ...[3, 0x61, 0x2e, 0x62],
      ...[255, 0, 2, 0xbe, 0xef],
      ...octets([70_000, 3], [80_000, 8], [AT - 5, 8], [2_208_988_800 + AT / 1_000, 4], [0, 4]),
    ];
    const { flows, problems } = read(createFlowReader(), ipfix([set(2, layout), set(300, body)]));
    expect(problems).toEqual([]);
    expect(flows[0]).toMatchObject({
      http_host: 'a.b',
      enterprise_9_77: 'beef',
      bytes: 70_000,
      reply_bytes: 80_000,
      start_time: AT,
    });
  });

  it('learns sampling and the start of the exporter from options', () => {
    const options = [
      ...octets([400, 2], [4, 2], [1, 2], [302, 2], [4, 2]),
      ...octets([305, 2], [4, 2], [306, 2], [4, 2], [160, 2], [8, 2]),
    ];
    const option = octets([7, 4], [1, 4], [99, 4], [AT - 100_000, 8]);
    const layout = template(256, [
      [8, 4],
      [302, 4],
      [1, 4],
      [22, 4],
      [21, 4],
    ]);
    const flow = [...ip('192.0.2.7'), ...octets([7, 4], [50, 4], [10_000, 4], [20_000, 4])];
    const { flows } = read(
      createFlowReader(),
      ipfix([set(3, options), set(400, option), set(2, layout), set(256, flow)]),
    );
    expect(flows[0]).toMatchObject({
      sampling_rate: 100,
      estimated_bytes: 5_000,
      start_time: AT - 90_000,
      end_time: AT - 80_000,
    });
  });
});

describe('sequence numbers', () => {
  it('show what is missing, once it had time to come', () => {
    const reader = createFlowReader();
    const flow = { src: '192.0.2.7', dst: '192.0.2.8', ports: [1, 2], protocol: 6 } as const;
    read(reader, v5([flow, flow], { sequence: 10 }));
    read(reader, v5([flow], { sequence: 20 }));
    expect(reader.expire(AT + 5_000).losses).toEqual([]);
    expect(reader.expire(AT + 10_000).losses).toEqual([{ reason: 'flow_sequence_gap', count: 8 }]);
    expect(reader.tally).toMatchObject({ missing: 8 });
  });

  it('lose nothing when datagrams overtake each other or an exporter begins again', () => {
    const reader = createFlowReader();
    for (const sequence of [5, 7, 6, 8, 2_000_000_000])
      read(reader, v9([set(0, SIMPLE)], { sequence }));
    expect(reader.expire(AT + 60_000).losses).toEqual([]);
  });
});

describe('what is remembered', () => {
  it('is bounded in exporters, templates and waiting data', () => {
    const reader = createFlowReader({
      maxDomains: 4,
      maxHeldBytes: 200,
      maxHeldBytesOfDomain: 100,
    });
    for (let domain = 0; domain < 50; domain += 1)
      read(
        reader,
        v9(
          [
            set(300, simpleFlow(1)),
            set(301, simpleFlow(1)),
            set(302, simpleFlow(1)),
            set(303, simpleFlow(1)),
          ],
          { domain },
        ),
      );
    const { sets, held, dropped } = reader.tally;
    expect(sets).toBe(200);
    expect(held).toBeLessThanOrEqual(6);
    expect(held + dropped).toBe(200);
  });
});

it.each([
  ['2001:db8::1', [0x20, 1, 0xd, 0xb8, ...Array<number>(11).fill(0), 1]],
  ['::', Array<number>(16).fill(0)],
  ['1:0:1:0:1:0:1:0', [0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0]],
])('the address %s is written as RFC 5952 wants it', (text, bytes) =>
  expect(addressText(Uint8Array.from(bytes))).toBe(text),
);

describe('hostile input', () => {
  const holds = ({ tally }: FlowReader) => {
    expect(tally.sets).toBe(tally.templates + tally.decoded + tally.held + tally.dropped);
  };

  it('of any bytes is survived, and all of it is accounted for', () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    const headed = fc
      .tuple(fc.constantFrom(5, 9, 10), bytes)
      .map(([version, rest]) => Uint8Array.from([0, version, ...rest]));
    fc.assert(
      fc.property(fc.array(fc.oneof(bytes, headed), { maxLength: 20 }), (datagrams) => {
        const reader = createFlowReader({ maxDomains: 3, maxHeldBytes: 500 });
        datagrams.forEach((datagram, index) => {
          read(reader, datagram, AT + index * 1_000);
        });
        reader.expire(AT + 1e6);
        holds(reader);
      }),
      { numRuns: Number(process.env['CORDON_FUZZ_RUNS'] ?? 500) },
    );
  });

  it('of lengths that lie and flipped bits is survived, and all of it is accounted for', () => {
    const whole = [
      v9([set(0, SIMPLE), set(256, simpleFlow(1))]),
      ipfix([set(2, SIMPLE), set(256, [...simpleFlow(1), ...simpleFlow(2)])]),
      ipfix([
        set(
          2,
          template(300, [
            [8, 4],
            [460, 65_535],
            [1, 8],
          ]),
        ),
        set(300, [1, 2, 3, 4, 1, 65, ...octets([9, 8])]),
      ]),
      v5([{ src: '192.0.2.7', dst: '192.0.2.8', ports: [1, 2], protocol: 6 }]),
    ];
    const flips = fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...whole), flips, fc.nat(200)), { maxLength: 12 }),
        (sent) => {
          const reader = createFlowReader();
          for (const [datagram, changes, cut] of sent) {
            const bytes = datagram.slice(0, cut < 20 ? cut : undefined);
            for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
            read(reader, bytes);
          }
          holds(reader);
        },
      ),
      { numRuns: Number(process.env['CORDON_FUZZ_RUNS'] ?? 500) },
    );
  });
});
