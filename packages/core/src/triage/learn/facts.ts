import type { EpochMs } from '../../shared/time.ts';
import { HOUR_MS, MINUTE_MS } from '../../shared/time.ts';
import type { Feature, Leaning } from './ftrl.ts';
import type { Standing } from './reputation.ts';
import { type Pace, type Recent, SAME_TIME_MS } from './surroundings.ts';

/** What triage learns from: one alert's rule, its pace and its surroundings, at one time. */
export interface LearningInput {
  readonly at: EpochMs;
  readonly ruleId: string;
  /** Which kind of sensor saw it. */
  readonly sensor: string;
  readonly standing: Standing;
  readonly pace: Pace;
  /** When the first event was seen; nothing is new on the first day. */
  readonly watchingSince: EpochMs;
  /** What else fired on the machine in the two hours before, and shortly after. */
  readonly recent: readonly Recent[];
  /** New or strong rules on other machines at the same time. */
  readonly elsewhere: { readonly news: number; readonly strong: number };
}

/** A rule speaks of a threat by itself from so many nats on. */
export const STRONG_NATS = 2.5;
const WARM_UP_MS = 24 * HOUR_MS;
const NEW_MS = 12 * MINUTE_MS;
const COMMON_SLOTS = 30;
const MAX_CONTEXT = 3;
/** log2 of firings in five minutes, from which on more is no more. */
export const MAX_VOLUME = 8;

/** Has it just begun, where long enough was watched? */
export const isNew = (firstAt: EpochMs, at: EpochMs, watchingSince: EpochMs): boolean =>
  at - watchingSince > WARM_UP_MS && at - firstAt < NEW_MS;

/** 0, 1–3, 4–19 and more verdicts. */
function supportOf(verdicts: number): string {
  if (!isJudged({ verdicts })) return 'none';
  if (verdicts < 4) return 'few';
  return verdicts < 20 ? 'some' : 'many';
}

const log = (count: number): number => Math.log2(1 + count);

/** Which way each number may push; the order is that of `Lesson.values`. */
const LEANINGS = {
  average: 'free',
  reputation: 'risk',
  pace: 'risk',
  volume: 'free',
  'new-here': 'risk',
  'new-beside': 'risk',
  'new-elsewhere': 'risk',
  'strong-beside': 'risk',
  'strong-before': 'risk',
  'strong-elsewhere': 'risk',
  'new-in-context': 'risk',
  'doubted-in-context': 'free',
  'common-here': 'comfort',
  'common-in-context': 'risk',
} as const satisfies Readonly<Record<string, Leaning>>;
type FactName = keyof typeof LEANINGS;
const NAMES = Object.keys(LEANINGS) as readonly FactName[];

/** What a verdict on an alert would teach: the alert as it was when it was scored last. */
export interface Lesson {
  readonly ruleId: string;
  readonly at: EpochMs;
  readonly firedInHour: number;
  readonly sensor: string;
  /** How many verdicts there were on the rule, in words. */
  readonly support: string;
  /** Had a verdict called an alert of the rule genuine? Then it does not close by itself. */
  readonly wasGenuine?: true;
  /** By the order of the facts, each of the order of one. */
  readonly values: readonly number[];
}

/** Verdicts fade; less than half of one is none. */
const ANY_VERDICT = 0.5;
export const isGenuineAtTimes = ({ believed }: Pick<Standing, 'believed'>): boolean =>
  believed >= ANY_VERDICT;
export const isJudged = ({ verdicts }: Pick<Standing, 'verdicts'>): boolean =>
  verdicts >= ANY_VERDICT;

/** Reads an alert and its surroundings into numbers. */
export function toLesson(input: LearningInput): Lesson {
  const { at, standing, pace, recent, elsewhere, ruleId, sensor } = input;
  const others = recent.filter((one) => one.ruleId !== ruleId);
  const together = others.filter((one) => Math.abs(at - one.at) <= SAME_TIME_MS);
  const strongNow = together.filter(({ strength }) => strength >= STRONG_NATS).length;
  const strongBefore = others
    .filter((one) => at - one.at > SAME_TIME_MS && one.strength >= STRONG_NATS)
    .reduce((sum, one) => sum + 2 ** (-(at - one.at) / HOUR_MS), 0);
  const context = Math.min(MAX_CONTEXT, log(strongNow) + log(strongBefore));
  const begun = Number(isNew(pace.firstAt, at, input.watchingSince));
  const common = Number(pace.activeSlots > COMMON_SLOTS);
  const facts: Readonly<Record<FactName, number>> = {
    average: 1,
    reputation: standing.llr,
    pace: standing.pace,
    volume: Math.min(MAX_VOLUME, Math.log2(Math.max(1, pace.now))),
    'new-here': begun,
    'new-beside': log(together.filter((one) => one.isNew).length),
    'new-elsewhere': log(elsewhere.news),
    'strong-beside': log(strongNow),
    'strong-before': log(strongBefore),
    'strong-elsewhere': log(elsewhere.strong),
    'new-in-context': begun * context,
    'doubted-in-context': context > 0 ? Math.min(0, standing.llr) : 0,
    'common-here': common,
    'common-in-context': common * context,
  };
  return {
    ruleId,
    at,
    firedInHour: pace.hour,
    sensor,
    support: supportOf(standing.verdicts),
    ...(isGenuineAtTimes(standing) ? { wasGenuine: true } : {}),
    values: NAMES.map((name) => facts[name]),
  };
}

const placeOf = (name: FactName): number => NAMES.indexOf(name);

/** The same alert, with what is known of its rule by now; all else stays as it was when it was looked at. */
export function withStanding(lesson: Lesson, { llr, pace, verdicts }: Standing): Lesson {
  const { values } = lesson;
  const isInContext =
    (values[placeOf('strong-beside')] ?? 0) > 0 || (values[placeOf('strong-before')] ?? 0) > 0;
  const renewed: Partial<Record<FactName, number>> = {
    reputation: llr,
    pace,
    'doubted-in-context': isInContext ? Math.min(0, llr) : 0,
  };
  return {
    ...lesson,
    support: supportOf(verdicts),
    values: NAMES.map((name, index) => renewed[name] ?? values[index] ?? 0),
  };
}

/** How often the rule fired in the running five minutes; what is above counts no more. */
export const firedNow = ({ values }: Lesson): number =>
  Math.round(2 ** (values[placeOf('volume')] ?? 0));

/** The same as features of the model. */
export function toFeatures({ values, support, sensor }: Lesson): readonly Feature[] {
  return [
    ...NAMES.map((name, index) => ({ name, value: values[index] ?? 0, leaning: LEANINGS[name] })),
    { name: `verdicts:${support}`, value: 1, leaning: 'free' },
    { name: `sensor:${sensor}`, value: 1, leaning: 'free' },
  ];
}
