import type { Json, JsonObject } from '../shared/json.ts';
import { DEVIATIONS, type Deviation, Deviations } from './deviations.ts';
import { numbersOf, Tail } from './tail.ts';

/*
 * DSPOT over one numeric series (methods 6.1; ADR 0017): the ways a value can deviate, the tail of each,
 * and one surprise out of them, combined as evidence is: the strongest counts in full, the others by a
 * quarter. An alarm makes the next one harder for a while, so that one trouble is told once.
 */

/** Share with which further deviations count (methods 1.2). */
const SHARE = 0.25;
/** Combined surprise from which on it is an alarm, in decades. */
const THRESHOLD = 7;
/** A young tail is known badly: this much more is asked at the end of learning, half of it after twice the time. */
const YOUTH = 1.4;
/** Each alarm asks for so much more of the next, fading with five times the learning period. */
const WEARINESS = 0.9;
const WEARY_PERIODS = 5;
/** Within a third of the learning period only something half as strong again is told. */
const QUIET_PERIODS = 1 / 3;
const STRONGER = 1.5;
const LEAST_LEARNING = 50;

/**
 * Which deviations are judged, each by its tail: of those that begin a trouble the tail stays strict, as in
 * the paper; the others get used to what alarmed.
 */
const LANES = [
  ...DEVIATIONS.filter((name) => name !== 'scaled-residual').map((name) => toLane(name, true)),
  toLane('residual', false),
  toLane('scaled-residual', false),
];

function toLane(name: Deviation, isForgiving: boolean) {
  return { name, place: DEVIATIONS.indexOf(name), isForgiving };
}

/** What a value of the series is. */
export interface SeriesReading {
  readonly isAlarm: boolean;
  /** −log10 of the chance, all deviations combined; 0 while learning. */
  readonly surprise: number;
  /** Chance that any of the deviations is as large when nothing is wrong (Bonferroni). */
  readonly p: number;
  /** The deviation that is least likely; undefined when none is. */
  readonly leading?: Deviation;
  /** Where the value was expected. */
  readonly expected: number;
}

/** One series; takes its values in order, at about even distances. */
export class SeriesMonitor {
  readonly #learnCount: number;
  readonly #deviations = new Deviations();
  readonly #tails: readonly Tail[];
  #seen = 0;
  #lastAlarm = Number.NEGATIVE_INFINITY;
  #strength = 0;
  #weariness = 0;

  /** `learnCount`: so many values are learnt from before any alarm; at least 50 are. */
  constructor({ learnCount }: { readonly learnCount: number }) {
    this.#learnCount = Math.max(LEAST_LEARNING, learnCount);
    this.#tails = LANES.map(
      ({ isForgiving }) => new Tail({ learnCount: this.#learnCount, isForgiving }),
    );
  }

  /** Takes the next value; one that is no finite number is passed over. `time` in epoch ms. */
  observe(value: number, time: number): SeriesReading {
    const expected = this.#deviations.level ?? value;
    if (!Number.isFinite(value)) return { isAlarm: false, surprise: 0, p: 1, expected };
    const distances = this.#deviations.observe(value, time);
    const decades = LANES.map(
      ({ place }, nth) => this.#tails[nth]?.observe(distances[place] ?? 0) ?? 0,
    );
    const most = Math.max(...decades);
    const sum = decades.reduce((all, one) => all + one, 0);
    const surprise = most + SHARE * (sum - most);
    const isAlarm = this.#isAlarm(surprise);
    this.#seen += 1;
    const leading = LANES[decades.indexOf(most)]?.name;
    return {
      isAlarm,
      surprise,
      p: Math.min(1, LANES.length * 10 ** -most),
      ...(most > 0 && leading !== undefined ? { leading } : {}),
      expected,
    };
  }

  #isAlarm(surprise: number): boolean {
    if (this.#seen < this.#learnCount) return false;
    const sinceLast = this.#seen - this.#lastAlarm;
    const weariness = this.#weariness * Math.exp(-sinceLast / (WEARY_PERIODS * this.#learnCount));
    const youth = (YOUTH * this.#learnCount) / this.#seen;
    if (surprise < THRESHOLD + youth + WEARINESS * weariness) return false;
    const isQuiet = sinceLast < Math.round(QUIET_PERIODS * this.#learnCount);
    if (isQuiet && surprise < STRONGER * this.#strength) return false;
    this.#strength = isQuiet ? Math.max(this.#strength, surprise) : surprise;
    this.#weariness = weariness + 1;
    this.#lastAlarm = this.#seen;
    return true;
  }

  snapshot(): Json {
    return {
      deviations: this.#deviations.snapshot(),
      tails: this.#tails.map((tail) => tail.snapshot()),
      alarms: [
        this.#seen,
        Number.isFinite(this.#lastAlarm) ? this.#lastAlarm : null,
        this.#strength,
        this.#weariness,
      ],
    };
  }

  /** Takes a snapshot back; what is none changes nothing. */
  restore(from: Json): void {
    if (typeof from !== 'object' || from === null || Array.isArray(from)) return;
    const { deviations, tails, alarms } = from as JsonObject;
    if (!Array.isArray(alarms) || !Array.isArray(tails)) return;
    this.#deviations.restore(deviations);
    for (const [nth, tail] of this.#tails.entries()) tail.restore((tails as readonly Json[])[nth]);
    const [seen, lastAlarm, strength, weariness] = alarms as readonly Json[];
    [this.#seen = 0, this.#strength = 0, this.#weariness = 0] = numbersOf([
      seen ?? 0,
      strength ?? 0,
      weariness ?? 0,
    ]);
    this.#lastAlarm = typeof lastAlarm === 'number' ? lastAlarm : Number.NEGATIVE_INFINITY;
  }
}
