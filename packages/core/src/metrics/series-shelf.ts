import type { Point, Series } from '../rootcause/telemetry.ts';
import type { Deviation } from '../series/deviations.ts';
import { SeriesMonitor } from '../series/series-monitor.ts';
import { BoundedMap } from '../shared/bounded-map.ts';
import { DAY_MS, type EpochMs, MINUTE_MS } from '../shared/time.ts';
import { forecastEnd } from './forecast.ts';
import { MeanBin } from './mean-bin.ts';
import { type Meaning, meaningOf } from './meaning.ts';
import { PointRing } from './point-ring.ts';
import { assetOf, type Sample, seriesKeyOf } from './sample.ts';

/** What is usual is learnt from five-minute means (ADR 11), of a day and a third before anything is told. */
const WATCH_MS = 5 * MINUTE_MS;
const LEARN_COUNT = 400;
/** What ends sooner is told: numbers that run out, and dates that come. */
const NEAR_MS = 2 * DAY_MS;
const NEAR_DATE_MS = 21 * DAY_MS;
/** Told anew only when it had gone so far away again. */
const CALM_FACTOR = 2;

/** What one series tells: a value out of the ordinary, or an end that comes near. */
export interface SeriesNews {
  readonly kind: 'unusual' | 'runs-out';
  readonly asset: string;
  readonly name: string;
  readonly labels: Sample['labels'];
  readonly at: EpochMs;
  readonly value: number;
  /** `unusual`: where it was expected, how surprising in decades, and in which way. */
  readonly expected?: number;
  readonly surprise?: number;
  readonly leading?: Deviation;
  /** `runs-out`: when, if it goes on so. */
  readonly endsAt?: EpochMs;
}

/** What became of a sample. */
export type Taken = 'taken' | 'late' | 'no-number' | 'bucket';

interface Shelved {
  readonly name: string;
  readonly labels: Sample['labels'];
  readonly asset: string;
  readonly meaning: Meaning;
  readonly minute: MeanBin;
  readonly minutes: PointRing;
  readonly watched: MeanBin;
  readonly monitor: SeriesMonitor;
  last?: { readonly at: number; readonly value: number };
  isEndTold: boolean;
}

/**
 * Numeric series in bounded memory: the means of the last two hours' minutes, and what is usual of each.
 * When there are more than fit, the series that was silent longest goes. What a counter counts is taken as
 * a rate. Samples of one series come in order of their minutes.
 */
export class SeriesShelf {
  readonly #shelf: BoundedMap<string, Shelved>;
  #news: SeriesNews[] = [];

  constructor({ maxSeries }: { readonly maxSeries: number }) {
    this.#shelf = new BoundedMap(maxSeries);
  }

  get size(): number {
    return this.#shelf.size;
  }

  /** How many series had to go. */
  get evicted(): number {
    return this.#shelf.evicted;
  }

  /** Takes one sample; `sender` names what it speaks of where no label does. */
  take(sample: Sample, sender: string): Taken {
    if (!Number.isFinite(sample.value)) return 'no-number';
    if (sample.name.endsWith('_bucket')) return 'bucket';
    const key = seriesKeyOf(sample);
    const shelved = this.#shelf.get(key) ?? this.#open(sample, sender);
    const { last } = shelved;
    if (last !== undefined && sample.at < last.at) return 'late';
    this.#shelf.set(key, shelved);
    shelved.last = sample;
    const { isCounter = shelved.meaning.isCounter } = sample;
    const value = isCounter ? rateOf(last, sample) : sample.value;
    if (value === undefined) return 'taken';
    const minute = shelved.minute.add(sample.at, value);
    if (minute !== undefined) this.#look(shelved, minute);
    const watched = isDate(shelved.meaning) ? undefined : shelved.watched.add(sample.at, value);
    if (watched !== undefined) this.#watch(shelved, watched);
    return 'taken';
  }

  /** What was noticed since it was asked last. */
  takeNews(): readonly SeriesNews[] {
    const news = this.#news;
    this.#news = [];
    return news;
  }

  /** The series whose quantity is known, for the search of a root cause. */
  telemetry(): readonly Series[] {
    return this.#shelf.entries().flatMap(([, { name, labels, asset, meaning, minutes }]) => {
      const { quantity, end } = meaning;
      if (quantity === undefined) return [];
      const limit = end?.kind === 'rises' ? { limit: end.to } : {};
      const subject = { kind: 'service', service: asset } as const;
      return [
        { subject, quantity, name: nameIn(name, labels), points: minutes.points(), ...limit },
      ];
    });
  }

  #open(sample: Sample, sender: string): Shelved {
    const { name, labels } = sample;
    return {
      name,
      labels,
      asset: assetOf(sample, sender),
      meaning: meaningOf(name),
      minute: new MeanBin(MINUTE_MS),
      minutes: new PointRing(),
      watched: new MeanBin(WATCH_MS),
      monitor: new SeriesMonitor({ learnCount: LEARN_COUNT }),
      isEndTold: false,
    };
  }

  /** Is the value out of the ordinary? */
  #watch({ name, labels, asset, monitor }: Shelved, { at, value }: Point): void {
    const { isAlarm, expected, surprise, leading } = monitor.observe(value, at);
    if (!isAlarm) return;
    this.#news.push({
      kind: 'unusual',
      ...{ asset, name, labels, at, value, expected, surprise },
      ...(leading === undefined ? {} : { leading }),
    });
  }

  /** Does it come to its end? */
  #look(shelved: Shelved, minute: Point): void {
    const { name, labels, asset, meaning, minutes } = shelved;
    minutes.add(minute);
    if (meaning.end === undefined) return;
    const endsAt = forecastEnd(minutes.points(), meaning.end);
    const nearMs = isDate(meaning) ? NEAR_DATE_MS : NEAR_MS;
    const leftMs = endsAt === undefined ? Number.POSITIVE_INFINITY : endsAt - minute.at;
    if (leftMs > CALM_FACTOR * nearMs) shelved.isEndTold = false;
    if (endsAt === undefined || leftMs > nearMs || shelved.isEndTold) return;
    shelved.isEndTold = true;
    this.#news.push({ kind: 'runs-out', asset, name, labels, ...minute, endsAt });
  }
}

/** A number that is a date has an end and nothing that is usual. */
const isDate = ({ end }: Meaning): boolean => end?.kind === 'ends-at';

/** How fast a counter rose, in units a second; undefined at its first value and where it began anew. */
function rateOf(
  last: { readonly at: number; readonly value: number } | undefined,
  { at, value }: Sample,
): number | undefined {
  if (last === undefined || at <= last.at || value < last.value) return undefined;
  return (value - last.value) / ((at - last.at) / 1_000);
}

const PLACE_LABELS = [
  'mountpoint',
  'device',
  'system.filesystem.mountpoint',
  'process.executable.name',
  'path',
];

/** The name with the label that tells one of many apart: a disk, a process. */
export function nameIn(name: string, labels: Sample['labels']): string {
  const label = PLACE_LABELS.find((one) => labels[one] !== undefined);
  return label === undefined ? name : `${name} ${labels[label]}`;
}
