import { join } from 'node:path';
import {
  type EpochMs,
  MINUTE_MS,
  type RootCause,
  rankCauses,
  SECOND_MS,
  type Series,
  seriesOfSpans,
  toEpochMs,
} from '@cordon/core';
import { listFolders } from './files.ts';
import { type Day, readDay, readFaultyServices } from './folders/microservices.ts';
import type { Evaluation } from './kind.ts';

/*
 * Root cause on recorded faults: the time of a fault is given (and, as another reading, sixty seconds
 * late), the services are ranked. The faulty service is read after every ranking is written down.
 */

const SYSTEMS: Readonly<Record<string, string>> = { ob: 'OnlineBoutique', tt: 'TrainTicket' };
const LATE_MS = 60 * SECOND_MS;
const REACH_MS = 30 * MINUTE_MS;
const SPAN_MS = 200 * SECOND_MS;

interface Ranked {
  readonly id: string;
  readonly system: string;
  readonly services: readonly string[];
  readonly late: readonly string[];
  readonly baselines: Readonly<Record<string, readonly string[]>>;
  readonly first: RootCause['causes'][number] | undefined;
  readonly unseen: number;
}

export const rootcauseEvaluation: Evaluation = {
  async run({ dir, seed, say, predict }) {
    const days = listFolders(dir);
    const ranked = days.flatMap((name) => {
      const day = readDay(join(dir, name));
      say(
        `${name}: ${day.onsets.length} faults, ${day.series.length} series, ${day.spans.length} spans`,
      );
      return day.onsets.map((onset, nth) => rankDay(day, { id: `${name}/${nth}`, onset, seed }));
    });
    predict(ranked);
    const truth = days.flatMap((name) => readFaultyServices(join(dir, name)));
    return { faults: ranked.length, ...scoreAll(ranked, truth) };
  },
};

interface Fault {
  readonly id: string;
  readonly onset: EpochMs;
  readonly seed: number | undefined;
}

function rankDay(day: Day, { id, onset, seed }: Fault): Ranked {
  const near = (at: EpochMs) => at >= onset - REACH_MS && at < onset + LATE_MS + SPAN_MS;
  const series = [
    ...day.series,
    ...seriesOfSpans(day.spans.filter(({ startAt }) => near(startAt))),
  ];
  const telemetry = { series, logs: day.logs.filter(({ at }) => near(at)), changes: [] };
  const { causes, unseen } = rankCauses(telemetry, { onset });
  const late = rankCauses(telemetry, { onset: toEpochMs(onset + LATE_MS) });
  return {
    id,
    system: SYSTEMS[day.system] ?? day.system,
    services: causes.map(({ service }) => service),
    late: late.causes.map(({ service }) => service),
    baselines: {
      largestZ: rankByLargestZ(day.series, onset),
      random: shuffle(
        causes.map(({ service }) => service),
        (seed ?? 1) * 7_919 + onset / 1_000,
      ),
    },
    first: causes[0],
    unseen,
  };
}

/** The service with the furthest mean, in standard deviations of a quarter of an hour before. */
function rankByLargestZ(series: readonly Series[], onset: EpochMs): readonly string[] {
  const largest = new Map<string, number>();
  for (const { subject, points } of series) {
    if (subject.kind !== 'service') continue;
    const inside = (from: number, to: number) =>
      points.filter(({ at }) => at >= from && at < to).map(({ value }) => value);
    const before = inside(onset - 15 * MINUTE_MS, onset);
    const after = inside(onset, onset + 3 * MINUTE_MS);
    if (before.length < 2 || after.length === 0) continue;
    const mean = before.reduce((sum, value) => sum + value, 0) / before.length;
    const variance = before.reduce((sum, value) => sum + (value - mean) ** 2, 0) / before.length;
    const z = Math.max(
      ...after.map((value) => Math.abs(value - mean) / (Math.sqrt(variance) + 1e-9)),
    );
    largest.set(subject.service, Math.max(largest.get(subject.service) ?? 0, z));
  }
  return [...largest].sort(([, a], [, b]) => b - a).map(([service]) => service);
}

/** The same order for the same seed (Fisher-Yates over a linear congruence). */
function shuffle(names: readonly string[], seed: number): readonly string[] {
  const mixed = [...names].sort();
  let state = seed >>> 0;
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other] ?? '', mixed[at] ?? ''];
  }
  return mixed;
}

function scoreAll(ranked: readonly Ranked[], truth: readonly string[]) {
  const judged = ranked.map((one, nth) => ({ ...one, truth: truth[nth] ?? '' }));
  const accuracies = (listOf: (one: Ranked) => readonly string[]) =>
    Object.fromEntries(
      [1, 3, 5].map((k) => [
        `ac${k}`,
        bySystem(judged, (one) => listOf(one).slice(0, k).includes(one.truth)),
      ]),
    );
  return {
    ...accuracies(({ services }) => services),
    onset60sLate: accuracies(({ late }) => late),
    baselines: {
      largestZ: accuracies(({ baselines }) => baselines['largestZ'] ?? []),
      random: accuracies(({ baselines }) => baselines['random'] ?? []),
    },
    missed: judged
      .filter(({ services, truth: meant }) => services[0] !== meant)
      .map(({ id, services, truth: meant }) => ({
        id,
        said: services[0],
        rank: services.indexOf(meant) + 1,
      })),
  };
}

function bySystem<T extends Ranked>(all: readonly T[], isRight: (one: T) => boolean) {
  const systems = [...new Set(all.map(({ system }) => system))].sort();
  return Object.fromEntries(
    systems.map((system) => {
      const own = all.filter((one) => one.system === system);
      return [system, Math.round((own.filter(isRight).length / own.length) * 1_000) / 1_000];
    }),
  );
}
