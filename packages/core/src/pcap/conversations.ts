import type { JsonObject } from '../shared/json.ts';
import { AgeingMap } from './ageing-map.ts';
import { type DnsExchange, toDnsOfCapture, toEnds, toHttpOfCapture } from './capture-record.ts';
import { readClientHello } from './client-hello.ts';
import { type DecodedPacket, PROTOCOL } from './decode-packet.ts';
import { readDns } from './dns-message.ts';
import type { Flow } from './flow.ts';
import { readAnswer, readRequest } from './http-head.ts';

/** A record with the place of its first packet in the file. */
export interface PlacedRecord {
  readonly record: JsonObject;
  readonly byte: number;
}

interface OpenQuestion extends DnsExchange {
  readonly lastAt: number;
}

/** The beginning of a hello that was cut over segments. */
interface HeldHello {
  readonly bytes: Uint8Array;
  readonly next: number;
}

const DNS_PORTS: ReadonlySet<number> = new Set([53, 5_353, 5_355]);
const MAX_QUESTIONS = 4_096;
const QUESTION_MS = 10_000;
const MAX_HELD_HELLOS = 256;
const SEQUENCE_SPAN = 2 ** 32;

/** What applications say in the clear: questions of DNS, requests of HTTP, hellos of TLS. */
export class Conversations {
  private readonly questions = new AgeingMap<OpenQuestion>(MAX_QUESTIONS);
  private readonly hellos = new Map<Flow, HeldHello>();

  /** Looks into a packet; gives the exchanges that are whole by it. */
  *see(packet: DecodedPacket, flow: Flow, isSent: boolean): Generator<PlacedRecord> {
    for (const question of this.questions.expire(packet.at - QUESTION_MS)) yield toRecord(question);
    if (packet.payload.length === 0) return;
    if (flow.ports?.some((port) => DNS_PORTS.has(port))) yield* this.seeDns(packet, flow);
    else if (packet.tcp) {
      if (isSent) yield* this.seeClient(packet, flow);
      else yield* this.seeServer(packet, flow);
    }
  }

  /** What waits in a flow that has ended. */
  *end(flow: Flow): Generator<PlacedRecord> {
    this.hellos.delete(flow);
    if (flow.request)
      yield { record: toHttpOfCapture(flow, flow.request, undefined), byte: flow.request.byte };
    flow.request = undefined;
  }

  /** What waits at the end of a capture. */
  *drain(): Generator<PlacedRecord> {
    for (const question of this.questions.drain()) yield toRecord(question);
  }

  private *seeDns(packet: DecodedPacket, flow: Flow): Generator<PlacedRecord> {
    const message = readDns(dnsBytes(packet));
    if (!message) return;
    const key = `${flow.src} ${flow.dst} ${flow.ports} ${message.id} ${message.type} ${message.name}`;
    const known = this.questions.take(key);
    const { byte, at } = packet;
    if (!message.isAnswer) {
      if (known) yield toRecord(known);
      const open = {
        question: message,
        answer: undefined,
        at,
        lastAt: at,
        byte,
        ends: toEnds(flow),
      };
      const evicted = this.questions.touch(key, open);
      if (evicted) yield toRecord(evicted);
      return;
    }
    const asked = known ?? { question: message, at, byte, ends: toEnds(flow) };
    yield toRecord({ ...asked, answer: message });
  }

  private *seeClient(packet: DecodedPacket, flow: Flow): Generator<PlacedRecord> {
    if (!flow.hello && this.seeHello(packet, flow)) return;
    const sequence = packet.tcp?.sequence ?? 0;
    if (flow.request?.sequence === sequence) return;
    const request = readRequest(packet.payload);
    if (!request) return;
    if (flow.request)
      yield { record: toHttpOfCapture(flow, flow.request, undefined), byte: flow.request.byte };
    flow.request = { request, at: packet.at, byte: packet.byte, sequence };
  }

  private *seeServer(packet: DecodedPacket, flow: Flow): Generator<PlacedRecord> {
    if (!flow.request) return;
    const answer = readAnswer(packet.payload);
    // 100 Continue and its like come before the answer.
    if (!answer || answer.status < 200) return;
    yield { record: toHttpOfCapture(flow, flow.request, answer), byte: flow.request.byte };
    flow.request = undefined;
  }

  /** Reads a hello, which may come in several segments; says whether the packet was part of one. */
  private seeHello({ payload, tcp }: DecodedPacket, flow: Flow): boolean {
    const held = this.hellos.get(flow);
    const sequence = tcp?.sequence ?? 0;
    if (held && held.next !== sequence) return false;
    const bytes = held ? joined(held.bytes, payload) : payload;
    const read = readClientHello(bytes);
    this.hellos.delete(flow);
    if (read.kind === 'none') return false;
    if (read.kind === 'hello') flow.hello = read.hello;
    else
      this.hold(flow, { bytes: bytes.slice(), next: (sequence + payload.length) % SEQUENCE_SPAN });
    return true;
  }

  /** Holds a bounded number of beginnings; the oldest is given up. */
  private hold(flow: Flow, held: HeldHello): void {
    this.hellos.set(flow, held);
    if (this.hellos.size <= MAX_HELD_HELLOS) return;
    const oldest = this.hellos.keys().next();
    if (!oldest.done) this.hellos.delete(oldest.value);
  }
}

const toRecord = (exchange: DnsExchange): PlacedRecord => ({
  record: toDnsOfCapture(exchange),
  byte: exchange.byte,
});

/** Over TCP a message stands behind its length. */
const dnsBytes = ({ protocol, payload }: DecodedPacket): Uint8Array =>
  protocol === PROTOCOL.tcp ? payload.subarray(2) : payload;

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
