import { TieLessons } from '../../correlate/tie-lessons.ts';
import type { Json } from '../../shared/json.ts';
import type { EpochMs } from '../../shared/time.ts';
import type { Certificate } from './certificate.ts';
import {
  isGenuineAtTimes,
  isNew,
  type Lesson,
  STRONG_NATS,
  toLesson,
  withStanding,
} from './facts.ts';
import type { Learnt, Taught } from './model.ts';
import type { Standing } from './reputation.ts';
import { type Pace, SAME_TIME_MS, Surroundings } from './surroundings.ts';
import { VerdictLedger } from './verdict-ledger.ts';

/** Where and when a rule fired. */
export interface Occasion {
  readonly ruleId: string;
  readonly host: string;
  readonly sensor: string;
  readonly at: EpochMs;
  /** Nats that the rule's author gives it, by its level. */
  readonly authored: number;
}

/** What the learner sees in an alert, with what stands behind it. */
export interface Insight {
  readonly lesson: Lesson;
  readonly standing: Standing;
  readonly pace: Pace;
}

/** Does what fired change how others look: on its machine, and on other machines? */
export interface Stir {
  readonly beside: boolean;
  readonly elsewhere: boolean;
}

const PACE_SHARE = 0.7;
/** From so many doublings of its harmless pace on, a rule without a genuine verdict is strong too. */
const MIN_BOLD_PACE = 3;

/** Learns from verdicts what alerts are worth, and says so in signed pieces (methods 2.2 A to D). */
export class Learner {
  readonly #ledger = new VerdictLedger();
  readonly #surroundings = new Surroundings();
  /** What merging and splitting by hand taught. */
  readonly ties = new TieLessons();

  /** How many verdicts it has learnt from; old ones fade. */
  get verdicts(): number {
    return this.#ledger.model.verdicts;
  }

  /** How often what is learnt has changed since it was made or restored. */
  get changes(): number {
    return this.#ledger.changes + this.ties.changes;
  }

  /** Have verdicts set the odds? */
  get isCalibrated(): boolean {
    return this.#ledger.model.isCalibrated;
  }

  /** Below which score an alert may close by itself at a time, if at all. */
  certificateAt(at: EpochMs): Certificate | undefined {
    const { certificate, watch } = this.#ledger.model;
    return at < watch.pausedUntil ? undefined : certificate;
  }

  /** What the verdicts on alerts that lay below that score turned out to be. */
  get closings(): {
    readonly audits: number;
    readonly misses: number;
    readonly pausedUntil: EpochMs;
  } {
    const { audits, misses, pausedUntil } = this.#ledger.model.watch;
    return { audits, misses, pausedUntil };
  }

  /** Counts a signal of so many events in, and tells whose looks that changes. */
  count(occasion: Occasion, count: number, watchingSince: EpochMs): Stir {
    const { ruleId, host, at, authored } = occasion;
    const isFirstAnywhere = this.#surroundings.firstAnywhere(ruleId) === undefined;
    const pace = this.#surroundings.count(occasion, { at, count });
    const standing = this.#ledger.model.standingOf(ruleId, pace.hour, at);
    const strength = Math.max(authored, strengthOf(standing));
    const hasBegun = isNew(pace.firstAt, at, watchingSince);
    const isStrong = strength >= STRONG_NATS;
    const isNews = isFirstAnywhere && hasBegun;
    const isFresh = this.#surroundings.note(
      host,
      { ruleId, at, isNew: hasBegun, strength },
      { isNews, isStrong },
    );
    return { beside: hasBegun || isStrong, elsewhere: isFresh };
  }

  /** What there is to learn of an alert of that rule on that machine. */
  look(occasion: Occasion, watchingSince: EpochMs): Insight {
    const { ruleId, host, sensor, at } = occasion;
    const pace = this.#surroundings.paceOf(occasion, at);
    const standing = this.#ledger.model.standingOf(ruleId, pace.hour, at);
    const recent = this.#surroundings.recentOn(host, at);
    const elsewhere = this.#surroundings.elsewhere(host, at, SAME_TIME_MS);
    const input = { at, ruleId, sensor, standing, pace, watchingSince, recent, elsewhere };
    return { lesson: toLesson(input), standing, pace };
  }

  /** The verdicts on a rule as they count at a time. */
  countsOf(ruleId: string, at: EpochMs): Omit<Standing, 'llr' | 'pace'> {
    const { genuine, believed, verdicts } = this.#ledger.model.standingOf(ruleId, 1, at);
    return { genuine, believed, verdicts };
  }

  /** An alert that was looked at before, by what is learnt of its rule now. */
  lookAgain(before: Lesson): Omit<Insight, 'pace'> {
    const { ruleId, firedInHour, at } = before;
    const standing = this.#ledger.model.standingOf(ruleId, firedInHour, at);
    return { lesson: withStanding(before, standing), standing };
  }

  /** What was learnt, as pieces on top of the score that is given, in nats. */
  judge(lesson: Lesson, given: number): readonly Learnt[] {
    return this.#ledger.model.judge(lesson, given);
  }

  /** What the verdict on the thing of that id taught, while it can be taken back. */
  taughtOn(id: string): Taught | undefined {
    return this.#ledger.taughtOn(id);
  }

  /** Takes a person's verdict on the thing of that id in. */
  teach(id: string, taught: Taught): void {
    this.#ledger.teach(id, taught);
  }

  /** Forgets the verdicts on the things of these ids, as if they had not been given. */
  takeBack(ids: readonly string[]): void {
    this.#ledger.takeBack(ids);
  }

  /** What verdicts taught, without anything of the place it was learnt at. */
  learnt(): Json {
    return { ledger: this.#ledger.snapshot(), ties: this.ties.snapshot() };
  }

  restoreLearnt(from: Json): void {
    // Before splitting and merging taught, the ledger was all there was.
    const { ledger = from, ties = [] } = from as Readonly<Record<string, Json>>;
    this.#ledger.restore(ledger);
    this.ties.restore(ties);
  }

  snapshot(): Json {
    return { learnt: this.learnt(), surroundings: this.#surroundings.snapshot() };
  }

  restore(from: Json): void {
    const { learnt = null, surroundings = null } = from as Readonly<Record<string, Json>>;
    this.restoreLearnt(learnt);
    this.#surroundings.restore(surroundings);
  }
}

/** Nats by which a rule alone speaks of a threat, where verdicts or an unusual pace vouch for it. */
const strengthOf = (standing: Standing): number => {
  const { pace, llr } = standing;
  return isGenuineAtTimes(standing) || pace > MIN_BOLD_PACE ? llr + PACE_SHARE * pace : 0;
};
