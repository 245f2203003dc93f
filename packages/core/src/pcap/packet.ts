/** A packet as a capture file holds it. */
export interface CapturedPacket {
  /** Epoch milliseconds; undefined where the file does not say. */
  readonly at: number | undefined;
  /** Kind of link, a number of the list of tcpdump (`LINKTYPE_…`). */
  readonly link: number;
  /** What was captured; a view that holds until the next item is asked for. */
  readonly bytes: Uint8Array;
  /** Octets that the packet had on the wire. */
  readonly wireBytes: number;
  /** Place in the file. */
  readonly byte: number;
}

/** Why the file could not be read on, or what it says was missed. */
export interface CaptureFault {
  readonly kind: 'fault';
  readonly code: 'capture_damaged' | 'capture_truncated' | 'capture_dropped';
  readonly byte: number;
  /** A part of a sentence. */
  readonly why: string;
}

/** What a capture file is made of. */
export type CaptureItem =
  | { readonly kind: 'packet'; readonly packet: CapturedPacket }
  | CaptureFault;

/** Largest packet that is read, as in libpcap. */
export const MAX_PACKET_BYTES = 262_144;

const MAX_TIME_MS = 8.64e15;

/** A number of units as epoch milliseconds, whole and exact; undefined for what no date can hold. */
export function toMillis(high: number, low: number, unitsPerSecond: bigint): number | undefined {
  const units = (BigInt(high) << 32n) | BigInt(low);
  const millis = Number((units * 1_000n) / unitsPerSecond);
  return millis <= MAX_TIME_MS ? millis : undefined;
}
