import type { EpochMs } from '../shared/time.ts';
import type { CheckReading, CheckState } from './check.ts';

const MAX_READINGS = 60;
/** Changes are counted over so many readings, newer ones for more (Nagios: flap detection). */
const FLAP_READINGS = 21;
const FLAPS_FROM = 0.5;
const CALM_BELOW = 0.25;
const OLDEST_WEIGHT = 0.8;
const NEWEST_WEIGHT = 1.2;

/** A check's state has become another one. */
export interface Turn {
  readonly from: CheckState;
  readonly to: CheckState;
  readonly isFlapping: boolean;
  readonly reading: CheckReading;
}

/** Where a check stood; what a restart goes on from. */
export interface Standing {
  readonly state: CheckState;
  readonly since: EpochMs;
}

/**
 * The readings of one check and the state that follows from them: only what comes several times in a row
 * counts, and what goes to and fro is one trouble, not one at each change.
 */
export class CheckTrack {
  readonly #confirmCount: number;
  readonly #readings: CheckReading[] = [];
  #standing: Standing | undefined;
  #isFlapping = false;

  constructor(confirmCount: number, standing?: Standing) {
    this.#confirmCount = confirmCount;
    this.#standing = standing;
  }

  /** Unknown since never, before the first state is confirmed. */
  get standing(): Standing | undefined {
    return this.#standing;
  }

  get state(): CheckState {
    return this.#standing?.state ?? 'unknown';
  }

  get isFlapping(): boolean {
    return this.#isFlapping;
  }

  /** The last sixty, oldest first. */
  get readings(): readonly CheckReading[] {
    return this.#readings;
  }

  /** Takes a reading; the turn it brings, if any. */
  observe(reading: CheckReading): Turn | undefined {
    this.#readings.push(reading);
    if (this.#readings.length > MAX_READINGS) this.#readings.shift();
    const wasFlapping = this.#isFlapping;
    const share = shareOfChanges(this.#readings.slice(-FLAP_READINGS));
    this.#isFlapping = wasFlapping ? share >= CALM_BELOW : share >= FLAPS_FROM;
    if (this.#isFlapping) return wasFlapping ? undefined : this.#turn(this.#worst(), reading);
    const last = this.#readings.slice(-this.#confirmCount);
    const isConfirmed =
      last.length === this.#confirmCount && last.every(({ state }) => state === reading.state);
    return isConfirmed ? this.#turn(reading.state, reading) : undefined;
  }

  #worst(): CheckState {
    const seen = new Set(this.#readings.slice(-FLAP_READINGS).map(({ state }) => state));
    return seen.has('fail') ? 'fail' : seen.has('warn') ? 'warn' : 'unknown';
  }

  #turn(to: CheckState, reading: CheckReading): Turn | undefined {
    const from = this.state;
    if (this.#standing !== undefined && from === to) return undefined;
    this.#standing = { state: to, since: reading.at };
    return { from, to, isFlapping: this.#isFlapping, reading };
  }
}

/** Weighted share of readings that differ from the one before; 0 while there are too few to say. */
function shareOfChanges(readings: readonly CheckReading[]): number {
  if (readings.length < FLAP_READINGS) return 0;
  const steps = readings.length - 1;
  const slope = (NEWEST_WEIGHT - OLDEST_WEIGHT) / (steps - 1);
  let changes = 0;
  for (let nth = 1; nth < readings.length; nth += 1)
    if (readings[nth]?.state !== readings[nth - 1]?.state)
      changes += OLDEST_WEIGHT + slope * (nth - 1);
  return changes / steps;
}
