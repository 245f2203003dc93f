import type { Json } from '../../shared/json.ts';
import type { EpochMs } from '../../shared/time.ts';
import { DAY_MS } from '../../shared/time.ts';

/*
 * Watches what closing by itself would have missed (methods 2.2 F): every verdict on an alert that lay
 * below the threshold is an audit. A one-sided e-process E <- max(1, E) * (1 + lambda * (x - limit)), x = 1
 * for a miss, trips at 1,000; with misses at the limit that takes a thousand audits and more. Once
 * tripped, nothing closes by itself for thirty days.
 */

const TRIP = 1_000;
/** Of what was audited, at most so much may be genuine: alpha 1 %, a fifth genuine, half closed. */
const LIMIT = 0.004;
const LAMBDA = 2 / (1 - LIMIT);
/** A single miss counts (1 + lambda * (1 - limit)) = 3; seven in a row trip. */
const PAUSE_MS = 30 * DAY_MS;

interface State {
  readonly e: number;
  readonly audits: number;
  readonly misses: number;
  readonly pausedUntil: EpochMs;
}

export class ClosingWatch {
  #state: State = { e: 1, audits: 0, misses: 0, pausedUntil: 0 as EpochMs };

  get audits(): number {
    return this.#state.audits;
  }

  get misses(): number {
    return this.#state.misses;
  }

  /** Until when nothing closes by itself, because too much of what was closed turned out genuine. */
  get pausedUntil(): EpochMs {
    return this.#state.pausedUntil;
  }

  audit(isGenuine: boolean, at: EpochMs): void {
    const { e, audits, misses, pausedUntil } = this.#state;
    const grown = Math.max(1, e) * (1 + LAMBDA * (Number(isGenuine) - LIMIT));
    const isTripped = grown >= TRIP;
    this.#state = {
      e: isTripped ? 1 : grown,
      audits: audits + 1,
      misses: misses + Number(isGenuine),
      pausedUntil: isTripped ? ((at + PAUSE_MS) as EpochMs) : pausedUntil,
    };
  }

  snapshot(): Json {
    return { ...this.#state } as unknown as Json;
  }

  restore(from: Json): void {
    this.#state = from as unknown as State;
  }
}
