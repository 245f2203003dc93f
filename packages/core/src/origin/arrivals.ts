import { BoundedMap } from '../shared/bounded-map.ts';
import type { Json } from '../shared/json.ts';
import type { EpochMs } from '../shared/time.ts';

/** A machine inside was reached from another one on a port that machines are controlled over. */
export interface Arrival {
  /** Address it came from. */
  readonly from: string;
  /** Address that was reached. */
  readonly onto: string;
  readonly port: number;
  readonly at: EpochMs;
  readonly offset: number;
}

const MAX_ADDRESSES = 5_000;
const MAX_PER_ADDRESS = 32;

/**
 * Ports over which one machine runs something on another: shells, RPC, SMB, remote desktop, WinRM,
 * container and cluster interfaces. What is merely asked (names, time, the web) moves nobody.
 */
const CONTROL_PORTS: ReadonlySet<number> = new Set([
  22, 23, 135, 139, 445, 593, 2375, 2376, 3389, 5900, 5985, 5986, 6443, 10_250,
]);

export const isControlPort = (port: number | undefined): port is number =>
  port !== undefined && CONTROL_PORTS.has(port);

/** Who reached whom, the last time for each pair and port; bounded, the oldest goes first. */
export class Arrivals {
  readonly #onto = new BoundedMap<string, readonly Arrival[]>(MAX_ADDRESSES);

  note(arrival: Arrival): void {
    const there = this.#onto.get(arrival.onto) ?? [];
    const others = there.filter(
      (old) =>
        old.from !== arrival.from || old.port !== arrival.port || !isNear(old.at, arrival.at),
    );
    this.#onto.set(arrival.onto, [...others, arrival].slice(-MAX_PER_ADDRESS));
  }

  /** Oldest first. */
  onto(address: string): readonly Arrival[] {
    return this.#onto.get(address) ?? [];
  }

  snapshot(): Json {
    return this.#onto.entries() as unknown as Json;
  }

  restore(from: Json): void {
    this.#onto.fill(from as unknown as readonly (readonly [string, readonly Arrival[]])[]);
  }
}

/** Connections of one pair within a minute are one arrival, told by the last. */
const NEAR_MS = 60_000;
const isNear = (a: EpochMs, b: EpochMs): boolean => Math.abs(a - b) < NEAR_MS;
