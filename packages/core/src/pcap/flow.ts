import { addressText, macText } from '../netflow/value.ts';
import type { ClientHello } from './client-hello.ts';
import { type DecodedPacket, PROTOCOL } from './decode-packet.ts';
import type { HttpRequest } from './http-head.ts';

/** What one side of a flow sent. */
export interface Side {
  packets: number;
  bytes: number;
  /** All flags of TCP that were seen. */
  flags: number;
}

/** A request of HTTP with the packet it came in. */
export interface OpenRequest {
  readonly request: HttpRequest;
  readonly at: number;
  readonly byte: number;
  readonly sequence: number;
}

/** Packets between two ends that belong together, while they are counted. */
export interface Flow {
  readonly byte: number;
  readonly startAt: number;
  lastAt: number;
  readonly protocol: number;
  readonly vlan: number | undefined;
  readonly src: string;
  readonly dst: string;
  readonly srcMac: string | undefined;
  readonly dstMac: string | undefined;
  /** Ports, or type and code of ICMP. */
  readonly ports: readonly [number, number] | undefined;
  /** Is the end that began the one whose address sorts first? Tells the sender of a packet. */
  readonly isFromLow: boolean;
  readonly sent: Side;
  readonly back: Side;
  fragments: number;
  /** Did the end that began ask for the connection, and the other grant it? */
  isAsked: boolean;
  isGranted: boolean;
  /** Who aborted the connection first. */
  resetBy: 'sent' | 'back' | undefined;
  /** Is it the rest of a flow that was longer than the active timeout? */
  readonly isContinued: boolean;
  /** What the client said when it opened TLS. */
  hello: ClientHello | undefined;
  /** A request that waits for its answer. */
  request: OpenRequest | undefined;
}

/** Flags of TCP. */
export const FLAG = { fin: 1, syn: 2, rst: 4, ack: 16 } as const;

const FIRST_FREE_PORT = 1_024;
const newSide = (): Side => ({ packets: 0, bytes: 0, flags: 0 });

const isSynOnly = (flags: number): boolean => (flags & (FLAG.syn | FLAG.ack)) === FLAG.syn;
const isSynAck = (flags: number): boolean =>
  (flags & (FLAG.syn | FLAG.ack)) === (FLAG.syn | FLAG.ack);

/** Does the packet ask for a connection? */
export const isOpening = ({ tcp }: DecodedPacket): boolean =>
  tcp !== undefined && isSynOnly(tcp.flags);

/**
 * Did the sender of the first packet answer, the beginning not being in the capture? A granted connection says so; else
 * a port below 1024 that talks to one above it.
 */
function isAnswer({ tcp, ports, protocol }: DecodedPacket): boolean {
  if (tcp && isSynAck(tcp.flags)) return true;
  const isPortless = protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmp6;
  if (!ports || isPortless || (tcp && isSynOnly(tcp.flags))) return false;
  return ports[0] < FIRST_FREE_PORT && ports[1] >= FIRST_FREE_PORT;
}

/** A flow that begins with this packet, which is not counted yet. */
export function openFlow(packet: DecodedPacket, isLow: boolean): Flow {
  const { at, ports, byte, protocol, vlan } = packet;
  const isReversed = isAnswer(packet);
  const [src, dst] = isReversed ? [packet.dst, packet.src] : [packet.src, packet.dst];
  const [srcMac, dstMac] = isReversed
    ? [packet.dstMac, packet.srcMac]
    : [packet.srcMac, packet.dstMac];
  return {
    byte,
    startAt: at,
    lastAt: at,
    protocol,
    vlan,
    src: addressText(src),
    dst: addressText(dst),
    srcMac: srcMac && macText(srcMac),
    dstMac: dstMac && macText(dstMac),
    ports: ports && isReversed ? [ports[1], ports[0]] : ports,
    isFromLow: isReversed ? !isLow : isLow,
    sent: newSide(),
    back: newSide(),
    fragments: 0,
    isAsked: false,
    isGranted: false,
    resetBy: undefined,
    isContinued: false,
    hello: undefined,
    request: undefined,
  };
}

/** The rest of a flow that goes on after the active timeout; the connection is what it was. */
export const continueFlow = (flow: Flow, { byte, at }: DecodedPacket): Flow => ({
  ...flow,
  byte,
  startAt: at,
  lastAt: at,
  sent: newSide(),
  back: newSide(),
  fragments: 0,
  isContinued: true,
  // It is told with the part that it came in.
  request: undefined,
});

/** Counts a packet. */
export function addPacket(flow: Flow, packet: DecodedPacket, isSent: boolean): void {
  const side = isSent ? flow.sent : flow.back;
  side.packets += 1;
  side.bytes += packet.wireBytes;
  flow.lastAt = Math.max(flow.lastAt, packet.at);
  if (packet.fragment) flow.fragments += 1;
  if (!packet.tcp) return;
  const { flags } = packet.tcp;
  side.flags |= flags;
  if (isSent && isSynOnly(flags)) flow.isAsked = true;
  if (!isSent && isSynAck(flags)) flow.isGranted = true;
  if ((flags & FLAG.rst) !== 0) flow.resetBy ??= isSent ? 'sent' : 'back';
}

const hasEnded = ({ flags }: Side): boolean => (flags & FLAG.fin) !== 0;

/** Is the connection over, so that a new request is a new flow? */
export const isClosed = (flow: Flow): boolean =>
  flow.resetBy !== undefined || (hasEnded(flow.sent) && hasEnded(flow.back));

/** How a flow of TCP or UDP went, in the words of Zeek's `conn_state`. */
export function connectionState(flow: Flow): string | undefined {
  if (flow.protocol === PROTOCOL.udp) return stateOfUdp(flow);
  return flow.protocol === PROTOCOL.tcp ? stateOfTcp(flow) : undefined;
}

function stateOfTcp(flow: Flow): string {
  if (!flow.isAsked) return stateUnasked(flow);
  if (flow.resetBy === 'back') return flow.isGranted ? 'RSTR' : 'REJ';
  if (flow.resetBy === 'sent') return flow.isGranted ? 'RSTO' : 'RSTOS0';
  if (!flow.isGranted) return hasEnded(flow.sent) ? 'SH' : 'S0';
  if (hasEnded(flow.sent)) return hasEnded(flow.back) ? 'SF' : 'S2';
  return hasEnded(flow.back) ? 'S3' : 'S1';
}

function stateOfUdp({ sent, back }: Flow): string {
  if (back.packets === 0) return 'S0';
  return sent.packets === 0 ? 'SHR' : 'SF';
}

function stateUnasked(flow: Flow): string {
  if (!flow.isGranted) return 'OTH';
  if (flow.resetBy === 'back') return 'RSTRH';
  return hasEnded(flow.back) && flow.sent.packets === 0 ? 'SHR' : 'OTH';
}
