import type { JsonObject } from '../shared/json.ts';
import type { Problem, ProblemCode } from '../shared/problem.ts';
import { createCaptureReader } from './capture-reader.ts';
import { toFlowOfCapture } from './capture-record.ts';
import { Conversations, type PlacedRecord } from './conversations.ts';
import { decodePacket } from './decode-packet.ts';
import type { Flow } from './flow.ts';
import { FlowTable, type FlowTableLimits } from './flow-table.ts';
import type { CapturedPacket, CaptureFault, CaptureItem } from './packet.ts';

/** How a capture is read. */
export interface CaptureOptions extends Partial<FlowTableLimits> {
  /** Epoch milliseconds that packets without a time have when none before them had one. */
  readonly fallbackAt: number;
}

/** A record of a capture, or what is wrong with it; `byte` is a place in the file. */
export type CaptureOutcome =
  | { readonly kind: 'record'; readonly record: JsonObject; readonly byte: number }
  | {
      readonly kind: 'problem';
      readonly problem: Problem;
      readonly byte: number;
      /** Packets that were left out. */
      readonly lost: number;
    };

/** How packets ended: `packets = counted + other + damaged + unknownLink`. */
export interface CaptureTally {
  packets: number;
  /** Packets that belong to a flow. */
  counted: number;
  /** Packets of other protocols than IP. */
  other: number;
  damaged: number;
  unknownLink: number;
  /** Flows that were told. */
  flows: number;
  /** Flows that were told early, because there were too many at once. */
  evicted: number;
}

/** Makes records of a capture file: its flows in both directions, its DNS and its HTTP. Bounded in memory. */
export interface CaptureFlows {
  push(bytes: Uint8Array): Generator<CaptureOutcome>;
  /** To be called once, at the end of the file: the flows that are open are told. */
  finish(): Generator<CaptureOutcome>;
  readonly tally: Readonly<CaptureTally>;
}

/** Some ten thousand flows at once, some tens of megabytes. */
export const DEFAULT_FLOW_TABLE: FlowTableLimits = {
  maxFlows: 65_536,
  idleMs: 120_000,
  activeMs: 1_800_000,
};

const HINTS = {
  capture_damaged: 'Take the capture again, or repair it, e.g. with pcapfix.',
  capture_truncated: 'The capture was copied while it was written, or cut; take a whole copy.',
  capture_dropped: 'Counts are too low; capture with a larger buffer or a narrower filter.',
  capture_packet_damaged: 'Some are harmless; many mean that the capture is not what it says.',
  capture_unknown_link: 'Ethernet, Linux cooked, raw IP and loopback are read.',
} as const satisfies Partial<Record<ProblemCode, string>>;

/** Opens the reading of one capture file. Never throws for what the file holds. */
export const createCaptureFlows = (options: CaptureOptions): CaptureFlows => new Flows(options);

class Flows implements CaptureFlows {
  readonly tally: CaptureTally = {
    packets: 0,
    counted: 0,
    other: 0,
    damaged: 0,
    unknownLink: 0,
    flows: 0,
    evicted: 0,
  };
  private readonly reader = createCaptureReader();
  private readonly table: FlowTable;
  private readonly conversations = new Conversations();
  private readonly firstLeftOut = { damaged: 0, unknown_link: 0 };
  private clock: number;
  /** What the file said last about packets it missed: a sum, told once. */
  private missed: CaptureFault | undefined;

  constructor({ fallbackAt, ...limits }: CaptureOptions) {
    this.clock = fallbackAt;
    this.table = new FlowTable({ ...DEFAULT_FLOW_TABLE, ...limits });
  }

  *push(bytes: Uint8Array): Generator<CaptureOutcome> {
    for (const item of this.reader.push(bytes)) yield* this.take(item);
  }

  *finish(): Generator<CaptureOutcome> {
    for (const item of this.reader.finish()) yield* this.take(item);
    for (const flow of this.table.drain()) yield* this.tell(flow);
    for (const record of this.conversations.drain()) yield toOutcome(record);
    if (this.missed) yield toProblem(this.missed);
    yield* this.tellLeftOut();
  }

  private *take(item: CaptureItem): Generator<CaptureOutcome> {
    if (item.kind === 'packet') yield* this.see(item.packet);
    else if (item.code === 'capture_dropped') this.missed = item;
    else yield toProblem(item);
  }

  private *see(captured: CapturedPacket): Generator<CaptureOutcome> {
    const { tally } = this;
    tally.packets += 1;
    const packet = decodePacket(captured, this.clock);
    if (typeof packet === 'string') {
      this.leaveOut(packet, captured.byte);
      return;
    }
    tally.counted += 1;
    this.clock = packet.at;
    const { flow, isSent, ended } = this.table.add(packet);
    tally.evicted = this.table.evicted;
    for (const over of ended) yield* this.tell(over);
    for (const record of this.conversations.see(packet, flow, isSent)) yield toOutcome(record);
  }

  private leaveOut(why: 'other_protocol' | 'damaged' | 'unknown_link', byte: number): void {
    const { tally } = this;
    if (why === 'other_protocol') tally.other += 1;
    else if (why === 'damaged') tally.damaged += 1;
    else tally.unknownLink += 1;
    if (why !== 'other_protocol') this.firstLeftOut[why] ||= byte;
  }

  private *tell(flow: Flow): Generator<CaptureOutcome> {
    this.tally.flows += 1;
    for (const record of this.conversations.end(flow)) yield toOutcome(record);
    yield { kind: 'record', record: toFlowOfCapture(flow), byte: flow.byte };
  }

  private *tellLeftOut(): Generator<CaptureOutcome> {
    const { damaged, unknownLink } = this.tally;
    if (damaged > 0)
      yield problemOf('capture_packet_damaged', {
        detail: `${damaged} packets do not fit their own lengths; the first is here.`,
        byte: this.firstLeftOut.damaged,
        lost: damaged,
      });
    if (unknownLink > 0)
      yield problemOf('capture_unknown_link', {
        detail: `${unknownLink} packets come from a kind of link that is not read; the first is here.`,
        byte: this.firstLeftOut.unknown_link,
        lost: unknownLink,
      });
  }
}

const toProblem = ({ code, byte, why }: CaptureFault): CaptureOutcome =>
  problemOf(code, {
    detail: `The capture does not hold all that was on the wire: ${why}.`,
    byte,
    lost: 0,
  });

const toOutcome = ({ record, byte }: PlacedRecord): CaptureOutcome => ({
  kind: 'record',
  record,
  byte,
});

const problemOf = (
  code: keyof typeof HINTS,
  { detail, byte, lost }: { readonly detail: string; readonly byte: number; readonly lost: number },
): CaptureOutcome => ({
  kind: 'problem',
  problem: { code, detail, hint: HINTS[code], retryable: false },
  byte,
  lost,
});
