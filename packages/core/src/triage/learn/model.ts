import type { Json } from '../../shared/json.ts';
import type { EpochMs } from '../../shared/time.ts';
import { Calibration } from './calibration.ts';
import { type Certificate, certify } from './certificate.ts';
import { ClosingWatch } from './closing-watch.ts';
import { believe } from './doubt.ts';
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
/** So many genuine verdicts the threshold of closing rests on, the newest. */
const MAX_GENUINE = 1_000;
const CERTIFY_EVERY = 50;
/** From one in twenty on a person looks, however far away genuine alerts are: missing one costs twenty looks. */
const LOOK_LOGIT = Math.log(0.05 / 0.95);
/** As far as one piece of evidence counts, in nats. */
const MIN_LLR = -4;
const MAX_LLR = 6;

/** A genuine alert, with the score it had before its verdict. */
interface Confirmed {
  readonly lesson: Lesson;
  readonly given: number;
  readonly before: number;
}

interface Closing {
  readonly confirmed: readonly Confirmed[];
  readonly certificate: Certificate | null;
  readonly sinceCertified: number;
  readonly watch: Json;
}

/** What verdicts taught; says nothing of any machine. */
export class Model {
  readonly #reputation = new Reputation();
  readonly #weights = new Ftrl();
  readonly #calibration = new Calibration();
  readonly #watch = new ClosingWatch();
  #confirmed: Confirmed[] = [];
  #certificate: Certificate | undefined;
  #sinceCertified = 0;

  /** Below which score an alert may close by itself, and what that is worth; undefined while too little is known. */
  get certificate(): Certificate | undefined {
    return this.#certificate;
  }

  /** What the verdicts on alerts below that score turned out to be. */
  get watch(): Pick<ClosingWatch, 'audits' | 'misses' | 'pausedUntil'> {
    return this.#watch;
  }

  /** How many verdicts it has learnt from; old ones fade. */
  get verdicts(): number {
    return this.#reputation.verdicts;
  }

  /** Have verdicts set the odds? */
  get isCalibrated(): boolean {
    return this.#calibration.isFitted;
  }

  standingOf(ruleId: string, firedInHour: number, at: EpochMs): Standing {
    return this.#reputation.of(ruleId, { firedInHour, at }, this.#calibration.wrong);
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
    this.#audit({ lesson, given, isGenuine });
    const score = this.#weights.score(features, given);
    const odds = score + this.#calibration.shiftOf(score);
    const belief = believe(odds, isGenuine, this.#calibration.wrong);
    this.#calibration.learn(score, isGenuine);
    this.#weights.learn(features, { given, belief, importance: GENUINE_IMPORTANCE });
    const { ruleId, at, firedInHour } = lesson;
    this.#reputation.teach(ruleId, { isGenuine, pace: firedInHour, at });
  }

  /** Looks, before it learns from a verdict, at what closing by itself would have made of the alert. */
  #audit({ lesson, given, isGenuine }: Taught): void {
    const before = this.#scoreOf(lesson, given);
    if (this.#certificate && before < this.#certificate.below)
      this.#watch.audit(isGenuine, lesson.at);
    // What nothing was learnt of yet says nothing of how well genuine alerts are told by now.
    if (isGenuine && this.isCalibrated)
      this.#confirmed = [...this.#confirmed, { lesson, given, before }].slice(-MAX_GENUINE);
    this.#sinceCertified += 1;
    if (this.#sinceCertified < CERTIFY_EVERY) return;
    this.#sinceCertified = 0;
    // The lower of what it was worth then and is worth now: the threshold errs towards showing too much.
    // What was known as genuine at times would not have closed, whatever its score.
    const scores = this.#confirmed.map(({ before, lesson: seen, given: card }) =>
      seen.wasGenuine ? Number.POSITIVE_INFINITY : Math.min(before, this.#scoreOf(seen, card)),
    );
    const certificate = certify(scores);
    this.#certificate = certificate && {
      ...certificate,
      below: Math.min(certificate.below, LOOK_LOGIT),
    };
  }

  #scoreOf(lesson: Lesson, given: number): number {
    return this.judge(lesson, given).reduce(
      (sum, { llr }) => sum + Math.min(MAX_LLR, Math.max(MIN_LLR, llr)),
      given,
    );
  }

  snapshot(): Json {
    const state = {
      confirmed: this.#confirmed,
      certificate: this.#certificate ?? null,
      sinceCertified: this.#sinceCertified,
      watch: this.#watch.snapshot(),
      reputation: this.#reputation.snapshot(),
      weights: this.#weights.snapshot(),
      calibration: this.#calibration.snapshot(),
    };
    return state as unknown as Json;
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
    // A model that was written before there were certificates has none.
    const { confirmed, certificate, sinceCertified, watch } = from as unknown as Partial<Closing>;
    this.#confirmed = [...(confirmed ?? [])];
    this.#certificate = certificate ?? undefined;
    this.#sinceCertified = sinceCertified ?? 0;
    if (watch !== undefined) this.#watch.restore(watch);
  }
}
