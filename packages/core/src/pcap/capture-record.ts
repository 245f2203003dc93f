import { flagNames, protocolName } from '../netflow/flow-record.ts';
import type { JsonObject } from '../shared/json.ts';
import { PROTOCOL } from './decode-packet.ts';
import type { DnsMessage } from './dns-message.ts';
import { connectionState, type Flow, type OpenRequest } from './flow.ts';
import type { HttpAnswer } from './http-head.ts';

/** A question of DNS with the packet it came in, and its answer where one was seen. */
export interface DnsExchange {
  readonly question: DnsMessage;
  readonly answer: DnsMessage | undefined;
  readonly at: number;
  readonly byte: number;
  readonly ends: JsonObject;
}

const isIcmp = (protocol: number): boolean =>
  protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmp6;

/** Who talks to whom, the one that began first. */
export function toEnds({ src, dst, ports, protocol }: Flow): JsonObject {
  const [first, second] = ports ?? [];
  const names = isIcmp(protocol) ? ['icmp_type', 'icmp_code'] : ['src_port', 'dst_port'];
  return {
    protocol: protocolName(protocol),
    protocol_number: protocol,
    src_ip: src,
    dst_ip: dst,
    ...(first !== undefined && { [names[0] as string]: first }),
    ...(second !== undefined && { [names[1] as string]: second }),
  };
}

function toTcp(flow: Flow): JsonObject {
  if (flow.protocol !== PROTOCOL.tcp) return {};
  return {
    tcp_flags: flow.sent.flags,
    tcp_flag_names: flagNames(flow.sent.flags),
    reply_tcp_flags: flow.back.flags,
  };
}

function toTls({ hello }: Flow): JsonObject {
  if (!hello) return {};
  const { version, serverName, protocols, ja3, ja4 } = hello;
  return {
    tls_version: version,
    ...(serverName !== undefined && { tls_sni: serverName }),
    ...(protocols.length > 0 && { tls_alpn: protocols }),
    ja3,
    ja4,
  };
}

/** A flow as a record, by the names that records of NetFlow have. */
export function toFlowOfCapture(flow: Flow): JsonObject {
  const { sent, back, vlan, srcMac, dstMac, fragments } = flow;
  const state = connectionState(flow);
  return {
    capture_record: 'flow',
    start_time: flow.startAt,
    end_time: flow.lastAt,
    duration: flow.lastAt - flow.startAt,
    ...toEnds(flow),
    bytes: sent.bytes,
    packets: sent.packets,
    reply_bytes: back.bytes,
    reply_packets: back.packets,
    ...(state !== undefined && { conn_state: state }),
    ...toTcp(flow),
    ...(vlan !== undefined && { vlan }),
    ...(srcMac !== undefined && { src_mac: srcMac }),
    ...(dstMac !== undefined && { dst_mac: dstMac }),
    ...(fragments > 0 && { fragments }),
    ...(flow.isContinued && { is_continued: true }),
    ...toTls(flow),
  };
}

/** A request of HTTP as a record, with the status of its answer where one was seen. */
export function toHttpOfCapture(
  flow: Flow,
  { request, at }: OpenRequest,
  answer: HttpAnswer | undefined,
): JsonObject {
  const { method, uri, host, userAgent, referrer, length } = request;
  return {
    capture_record: 'http',
    start_time: at,
    ...toEnds(flow),
    method,
    uri,
    ...(host !== undefined && { host }),
    ...(userAgent !== undefined && { user_agent: userAgent }),
    ...(referrer !== undefined && { referrer }),
    ...(length !== undefined && { request_length: length }),
    ...(answer && { status_code: answer.status }),
    ...(answer?.length !== undefined && { response_length: answer.length }),
  };
}

/** A question of DNS as a record, with what was answered. */
export function toDnsOfCapture({ question, answer, at, ends }: DnsExchange): JsonObject {
  return {
    capture_record: 'dns',
    start_time: at,
    ...ends,
    dns_id: question.id,
    query: question.name,
    query_type: question.type,
    ...(answer && { rcode: answer.rcode }),
    ...(answer && answer.answers.length > 0 && { answers: answer.answers }),
  };
}
