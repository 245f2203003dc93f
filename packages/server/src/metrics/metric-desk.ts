import { setTimeout as pause } from 'node:timers/promises';
import {
  type EpochMs,
  type JsonObject,
  type Problem,
  type Sample,
  SECOND_MS,
  type Series,
  SeriesShelf,
  type Taken,
} from '@cordon/core';
import { SinkRefused } from '@cordon/kit';
import type { Intake } from '../ports.ts';
import { toStoreError } from '../store/store-error.ts';
import { toNewsRecords } from './news-record.ts';

const MAX_SERIES = 20_000;
const MAX_UNTOLD = 1_000;
/** What minutes that end together tell is told together. */
const TELL_EVERY_MS = 10 * SECOND_MS;
/** The source of what series tell. */
export const SERIES_SOURCE = 'cordon-series';

export interface MetricDeskDeps {
  readonly intake: Pick<Intake, 'push' | 'refused'>;
  readonly now: () => EpochMs;
  readonly onProblem: (problem: Problem) => void;
}

/** How many samples ended how, since the start, and how many series are held. */
export interface MetricCounts {
  readonly samples: Readonly<Record<Taken, number>>;
  readonly series: number;
  readonly evictedSeries: number;
}

/**
 * Takes numeric series in. They are held in memory and are no records; what they tell (a value out of the
 * ordinary, an end that comes near) becomes a record for each machine at a time, like any other.
 */
export class MetricDesk {
  readonly #deps: MetricDeskDeps;
  readonly #shelf = new SeriesShelf({ maxSeries: MAX_SERIES });
  readonly #samples: Record<Taken, number> = { taken: 0, late: 0, 'no-number': 0, bucket: 0 };
  #untold: readonly JsonObject[] = [];

  constructor(deps: MetricDeskDeps) {
    this.#deps = deps;
  }

  /** Takes what one request of a sender held. */
  take(sender: string, samples: Iterable<Sample>): void {
    for (const sample of samples) this.#samples[this.#shelf.take(sample, sender)] += 1;
  }

  counts(): MetricCounts {
    const { size, evicted } = this.#shelf;
    return { samples: { ...this.#samples }, series: size, evictedSeries: evicted };
  }

  /** What is known around a moment, for the search of a root cause. */
  telemetry(): readonly Series[] {
    return this.#shelf.telemetry();
  }

  /** Tells now and then what was noticed, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(TELL_EVERY_MS, undefined, { signal }).catch(() => undefined);
      await this.tell();
    }
  }

  /** Tells now. What is refused is told the next time; above a thousand the oldest are counted as lost. */
  async tell(): Promise<void> {
    const { intake, now, onProblem } = this.#deps;
    const all = [...this.#untold, ...toNewsRecords(this.#shelf.takeNews())];
    this.#untold = all.slice(-MAX_UNTOLD);
    try {
      await intake.refused(SERIES_SOURCE, 'queue_full', all.length - this.#untold.length);
      if (this.#untold.length === 0) return;
      const receivedAt = now();
      const encode = (record: JsonObject) => new TextEncoder().encode(JSON.stringify(record));
      await intake.push(
        SERIES_SOURCE,
        this.#untold.map((record) => ({ bytes: encode(record), receivedAt })),
      );
      this.#untold = [];
    } catch (error) {
      onProblem(error instanceof SinkRefused ? error.problem : toStoreError(error).problem);
    }
  }
}
