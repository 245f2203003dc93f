import type { JsonObject } from '../shared/json.ts';
import type { FlowFields } from './template.ts';
import type { FlowValue } from './value.ts';

/** What the datagram around a data record says. */
export interface FlowContext {
  readonly version: 'netflow5' | 'netflow9' | 'ipfix';
  readonly exporter: string;
  readonly domain: number;
  /** Epoch milliseconds at which it was sent, by the exporter's clock. */
  readonly exportedAt: number;
  /** Milliseconds since the exporter started; IPFIX does not say. */
  readonly uptime?: number;
  /** When the exporter started, in epoch milliseconds, where it said so in an option. */
  readonly startedAt?: number;
  /** One packet of so many is seen; 1: all. */
  readonly samplingRate: number;
}

const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'icmp',
  2: 'igmp',
  4: 'ipip',
  6: 'tcp',
  17: 'udp',
  41: 'ipv6',
  47: 'gre',
  50: 'esp',
  51: 'ah',
  58: 'ipv6-icmp',
  88: 'eigrp',
  89: 'ospf',
  103: 'pim',
  112: 'vrrp',
  132: 'sctp',
};
const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];
/** Fields that are folded into others. */
const FOLDED = new Set(
  'start_time end_time start_uptime end_uptime start_delta end_delta init_time event_time bytes packets bytes_total packets_total icmp_type_code icmp_type_code6 icmp_type6 icmp_code6 tcp_src_port tcp_dst_port udp_src_port udp_dst_port src_port dst_port sampling_interval'.split(
    ' ',
  ),
);

/** The name of an IP protocol, or its number as text. */
export const protocolName = (number: number): string => PROTOCOLS[number] ?? String(number);

/** The names of the flags of TCP that are set, the lowest bit first. */
export const flagNames = (flags: number): string =>
  FLAGS.filter((_, bit) => ((flags >> bit) & 1) === 1).join(' ');

const isIcmp = (protocol: FlowValue | undefined): boolean => protocol === 1 || protocol === 58;

const numberIn = (fields: FlowFields, ...names: readonly string[]): number | undefined => {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'number') return value;
  }
  return undefined;
};

/** A point of the exporter's uptime as epoch milliseconds; its 32 bits turn over every 50 days. */
function fromUptime(at: number | undefined, context: FlowContext): number | undefined {
  if (at === undefined) return undefined;
  if (context.uptime === undefined)
    return context.startedAt === undefined ? undefined : context.startedAt + at;
  const age = (context.uptime - at) | 0;
  return context.exportedAt - age;
}

function timeOf(
  fields: FlowFields,
  edge: 'start' | 'end',
  context: FlowContext,
): number | undefined {
  const absolute = numberIn(fields, `${edge}_time`);
  if (absolute !== undefined && absolute > 0) return absolute;
  const init = numberIn(fields, 'init_time');
  const withInit = init === undefined || init === 0 ? context : { ...context, startedAt: init };
  const byUptime = fromUptime(numberIn(fields, `${edge}_uptime`), withInit);
  if (byUptime !== undefined) return byUptime;
  const delta = numberIn(fields, `${edge}_delta`);
  return delta === undefined ? undefined : context.exportedAt - Math.round(delta / 1_000);
}

function timesOf(fields: FlowFields, context: FlowContext): JsonObject {
  const at = numberIn(fields, 'event_time');
  const end = timeOf(fields, 'end', context) ?? at;
  const start = timeOf(fields, 'start', context) ?? end ?? context.exportedAt;
  const last = Math.max(start, end ?? start);
  return {
    start_time: Math.round(start),
    end_time: Math.round(last),
    duration: Math.round(last - start),
  };
}

/** Ports, or type and code of ICMP, which NetFlow v5 and many others put where the port would be. */
function endsOf(fields: FlowFields): JsonObject {
  const source = numberIn(fields, 'src_port', 'tcp_src_port', 'udp_src_port');
  const target = numberIn(fields, 'dst_port', 'tcp_dst_port', 'udp_dst_port');
  if (!isIcmp(fields['protocol_number'])) {
    return {
      ...(source !== undefined && { src_port: source }),
      ...(target !== undefined && { dst_port: target }),
    };
  }
  const both = numberIn(fields, 'icmp_type_code', 'icmp_type_code6') || target;
  const type =
    numberIn(fields, 'icmp_type', 'icmp_type6') ?? (both === undefined ? undefined : both >> 8);
  const code =
    numberIn(fields, 'icmp_code', 'icmp_code6') ?? (both === undefined ? undefined : both & 255);
  return {
    ...(type !== undefined && { icmp_type: type }),
    ...(code !== undefined && { icmp_code: code }),
  };
}

function amountsOf(fields: FlowFields, rate: number): JsonObject {
  const bytes = fields['bytes'] ?? fields['bytes_total'];
  const packets = fields['packets'] ?? fields['packets_total'];
  return {
    ...(bytes !== undefined && { bytes }),
    ...(packets !== undefined && { packets }),
    ...(rate > 1 && { sampling_rate: rate }),
    ...(rate > 1 && typeof bytes === 'number' && { estimated_bytes: bytes * rate }),
    ...(rate > 1 && typeof packets === 'number' && { estimated_packets: packets * rate }),
  };
}

/** ASA says it with an event, routers with the two highest bits of the forwarding status. */
function verdictOf(fields: FlowFields): JsonObject {
  const event = fields['firewall_event'];
  const status = numberIn(fields, 'forwarding_status');
  const isDropped = event === 3 || (status !== undefined && status >> 6 === 2);
  return isDropped ? { verdict: 'refused' } : {};
}

/** One flow as a record: what flows of every version have in common by one name, then whatever else was sent. */
export function toFlowRecord(fields: FlowFields, context: FlowContext): JsonObject {
  const protocol = numberIn(fields, 'protocol_number');
  const flags = numberIn(fields, 'tcp_flags');
  const rest = Object.entries(fields).filter(([name]) => !FOLDED.has(name));
  return {
    flow_version: context.version,
    exporter: context.exporter,
    domain: context.domain,
    ...timesOf(fields, context),
    ...(protocol !== undefined && { protocol: protocolName(protocol) }),
    ...Object.fromEntries(rest),
    ...endsOf(fields),
    ...amountsOf(fields, context.samplingRate),
    ...(protocol === 6 && flags !== undefined && { tcp_flag_names: flagNames(flags) }),
    ...verdictOf(fields),
  };
}
