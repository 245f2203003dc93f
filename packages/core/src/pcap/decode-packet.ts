import { type LinkRefusal, readLink } from './link-layer.ts';
import { readIpv4, readIpv6 } from './network-layer.ts';
import type { CapturedPacket } from './packet.ts';

/** A packet of IP with what its transport says. */
export interface DecodedPacket {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly byte: number;
  readonly vlan: number | undefined;
  readonly srcMac: Uint8Array | undefined;
  readonly dstMac: Uint8Array | undefined;
  readonly src: Uint8Array;
  readonly dst: Uint8Array;
  readonly protocol: number;
  readonly fragment: { readonly id: number; readonly isFirst: boolean } | undefined;
  /** Octets of the packet of IP. */
  readonly wireBytes: number;
  /** Ports of TCP, UDP and SCTP; type and code of ICMP; undefined in later fragments and where they were cut off. */
  readonly ports: readonly [number, number] | undefined;
  /** Flags and sequence number; of TCP only. */
  readonly tcp: { readonly flags: number; readonly sequence: number } | undefined;
  /** What the transport carries, as far as it was captured. */
  readonly payload: Uint8Array;
}

/** The numbers of protocols that flows are told apart by. */
export const PROTOCOL = { icmp: 1, tcp: 6, udp: 17, icmp6: 58, sctp: 132 } as const;

const TCP_BYTES = 20;
const UDP_BYTES = 8;
const MAC_BYTES = 6;
const NOTHING = new Uint8Array();

interface Transport {
  readonly ports: DecodedPacket['ports'];
  readonly tcp: DecodedPacket['tcp'];
  readonly payloadAt: number;
}

/** Reads a packet down to its transport, or says why it is none of IP; `fallbackAt` is the time of one that has none. */
export function decodePacket(
  packet: CapturedPacket,
  fallbackAt: number,
): DecodedPacket | LinkRefusal {
  const { bytes, at = fallbackAt, byte } = packet;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frame = readLink(packet.link, view);
  if (typeof frame === 'string') return frame;
  const network = frame.version === 4 ? readIpv4(view, frame.at) : readIpv6(view, frame.at);
  if (!network) return 'damaged';
  const { protocol, src, dst, fragment, wireBytes, bodyAt, bodyEnd } = network;
  const body = new DataView(view.buffer, view.byteOffset + bodyAt, bodyEnd - bodyAt);
  const isLater = fragment !== undefined && !fragment.isFirst;
  const transport = isLater ? undefined : readTransport(protocol, body);
  const mac = (place: number | undefined) =>
    place === undefined ? undefined : bytes.subarray(place, place + MAC_BYTES);
  return {
    at,
    byte,
    vlan: frame.vlan,
    srcMac: mac(frame.srcMacAt),
    dstMac: mac(frame.dstMacAt),
    src,
    dst,
    protocol,
    fragment,
    wireBytes,
    ports: transport?.ports,
    tcp: transport?.tcp,
    payload: transport
      ? new Uint8Array(
          body.buffer,
          body.byteOffset + transport.payloadAt,
          body.byteLength - transport.payloadAt,
        )
      : NOTHING,
  };
}

function readTransport(protocol: number, body: DataView): Transport | undefined {
  const ports = (): [number, number] => [body.getUint16(0), body.getUint16(2)];
  if (protocol === PROTOCOL.tcp && body.byteLength >= TCP_BYTES) {
    const named = (body.getUint8(12) >> 4) * 4;
    return {
      ports: ports(),
      tcp: { flags: body.getUint8(13), sequence: body.getUint32(4) },
      payloadAt: Math.min(Math.max(named, TCP_BYTES), body.byteLength),
    };
  }
  if (protocol === PROTOCOL.udp && body.byteLength >= UDP_BYTES)
    return { ports: ports(), tcp: undefined, payloadAt: UDP_BYTES };
  if (protocol === PROTOCOL.sctp && body.byteLength >= 12)
    return { ports: ports(), tcp: undefined, payloadAt: body.byteLength };
  if ((protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmp6) && body.byteLength >= 2)
    return {
      ports: [body.getUint8(0), body.getUint8(1)],
      tcp: undefined,
      payloadAt: body.byteLength,
    };
  return undefined;
}
