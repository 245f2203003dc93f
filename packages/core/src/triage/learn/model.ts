import type { Json } from '../../shared/json.ts';
import type { EpochMs } from '../../shared/time.ts';
import { Calibration } from './calibration.ts';
import { type Lesson, toFeatures } from './facts.ts';
import { Ftrl } from './ftrl.ts';
import { Reputation, type Standing } from './reputation.ts';

/** One thing learnt, as a signed piece in nats. */
export interface Learnt {
  readonly name: string;
  readonly llr: number;
}

/** A verdict with what it teaches. */
export interface Taught {
  readonly lesson: Lesson;
  /** What the scorecard alone made of the alert, in nats. */
  readonly given: number;
  readonly isGenuine: boolean;
}

/** Genuine alerts are rare; a verdict on one weighs as much as three on others. */
const GENUINE_IMPORTANCE = 3;

/** What verdicts taught; says nothing of any machine. */
export class Model {
  readonly #reputation = new Reputation();
  readonly #weights = new Ftrl();
  readonly #calibration = new Calibration();

  /** How many verdicts it has learnt from; old ones fade. */
  get verdicts(): number {
    return this.#reputation.verdicts;
  }

  /** Have verdicts set the odds? */
  get isCalibrated(): boolean {
    return this.#calibration.isFitted;
  }

  standingOf(ruleId: string, firedInHour: number, at: EpochMs): Standing {
    return this.#reputation.of(ruleId, firedInHour, at);
  }

  /** What is added to the score that is given, in nats; nothing where nothing was learnt. */
  judge(lesson: Lesson, given: number): readonly Learnt[] {
    const learnt = toFeatures(lesson).flatMap((feature): readonly Learnt[] => {
      const llr = this.#weights.weight(feature) * feature.value;
      return llr === 0 ? [] : [{ name: feature.name, llr }];
    });
    const score = learnt.reduce((sum, { llr }) => sum + llr, given);
    const shift = this.#calibration.shiftOf(score);
    return shift === 0 ? learnt : [...learnt, { name: 'calibration', llr: shift }];
  }

  teach({ lesson, given, isGenuine }: Taught): void {
    const features = toFeatures(lesson);
    this.#calibration.learn(this.#weights.score(features, given), isGenuine);
    const importance = isGenuine ? GENUINE_IMPORTANCE : 1;
    this.#weights.learn(features, { given, isGenuine, importance });
    const { ruleId, at, firedInHour } = lesson;
    this.#reputation.teach(ruleId, { isGenuine, pace: firedInHour, at });
  }

  snapshot(): Json {
    return {
      reputation: this.#reputation.snapshot(),
      weights: this.#weights.snapshot(),
      calibration: this.#calibration.snapshot(),
    };
  }

  restore(from: Json): void {
    const {
      reputation = null,
      weights = null,
      calibration = null,
    } = from as Readonly<Record<string, Json>>;
    this.#reputation.restore(reputation);
    this.#weights.restore(weights);
    this.#calibration.restore(calibration);
  }
}
