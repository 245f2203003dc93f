import { BoundedMap } from '../shared/bounded-map.ts';
import { AgeingMap } from './ageing-map.ts';
import { type DecodedPacket, PROTOCOL } from './decode-packet.ts';
import { addPacket, continueFlow, type Flow, isClosed, isOpening, openFlow } from './flow.ts';

/** When flows end, in the time of the packets, and how many are held. */
export interface FlowTableLimits {
  readonly maxFlows: number;
  /** A flow ends when it was silent for so long. */
  readonly idleMs: number;
  /** A flow that lasts longer is told in parts. */
  readonly activeMs: number;
}

/** A packet's flow, and the flows that ended before it. */
export interface Placed {
  readonly flow: Flow;
  readonly isSent: boolean;
  readonly ended: readonly Flow[];
}

const MAX_FRAGMENTED = 4_096;

const keyOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** Joins packets to flows in both directions, in bounded memory. */
export class FlowTable {
  private readonly limits: FlowTableLimits;
  private readonly flows: AgeingMap<Flow>;
  /** Ports by the first part of a packet that was cut, for its other parts. */
  private readonly cut = new BoundedMap<string, readonly [number, number]>(MAX_FRAGMENTED);
  private clock = Number.NEGATIVE_INFINITY;

  constructor(limits: FlowTableLimits) {
    this.limits = limits;
    this.flows = new AgeingMap(limits.maxFlows);
  }

  get size(): number {
    return this.flows.size;
  }

  /** Flows that were told early because the table was full. */
  get evicted(): number {
    return this.flows.evicted;
  }

  /** Counts a packet. */
  add(seen: DecodedPacket): Placed {
    const packet = this.withPorts(seen);
    this.clock = Math.max(this.clock, packet.at);
    const ended = [...this.flows.expire(this.clock - this.limits.idleMs)];
    const { key, isLow } = endsOf(packet);
    const known = this.flows.get(key);
    const flow = this.goOn(known, packet) ?? openFlow(packet, isLow);
    if (known && flow !== known) ended.push(known);
    const isSent = isLow === flow.isFromLow;
    addPacket(flow, packet, isSent);
    const evicted = this.flows.touch(key, flow);
    if (evicted) ended.push(evicted);
    return { flow, isSent, ended };
  }

  /** The flows that are left, at the end of a capture. */
  drain(): Iterable<Flow> {
    return this.flows.drain();
  }

  /** The flow that a packet belongs to: the known one, its next part, or none. */
  private goOn(known: Flow | undefined, packet: DecodedPacket): Flow | undefined {
    if (!known || (isOpening(packet) && isClosed(known))) return undefined;
    return packet.at - known.startAt < this.limits.activeMs ? known : continueFlow(known, packet);
  }

  /** Later parts of a packet have no ports; they are those of the first part. */
  private withPorts(packet: DecodedPacket): DecodedPacket {
    const { fragment } = packet;
    if (!fragment) return packet;
    const key = `${packet.protocol} ${fragment.id} ${keyOf(packet.src)}${keyOf(packet.dst)}`;
    if (packet.ports) this.cut.set(key, packet.ports);
    return packet.ports ? packet : { ...packet, ports: this.cut.get(key) };
  }
}

/** What packets of both directions have in common, and whether this one is from the end that sorts first. */
function endsOf({ src, dst, ports, protocol }: DecodedPacket): { key: string; isLow: boolean } {
  const hasPorts = ports && protocol !== PROTOCOL.icmp && protocol !== PROTOCOL.icmp6;
  const from = `${keyOf(src)}${hasPorts ? ports[0] : ''}`;
  const to = `${keyOf(dst)}${hasPorts ? ports[1] : ''}`;
  const isLow = from <= to;
  return { key: `${protocol} ${isLow ? `${from} ${to}` : `${to} ${from}`}`, isLow };
}
