import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SeriesMonitor } from '@cordon/core';
import type { Evaluation } from './kind.ts';
import { type LabelWindow, probationOf, scoreNab } from './nab-score.ts';

/*
 * NAB: every series is read once from its beginning, a point is judged by what came up to it, and one set
 * of parameters serves all. Labels are read after every flag is written down. Beside it two baselines.
 */

interface Series {
  /** The path below `data`, as the labels name it. */
  readonly id: string;
  readonly times: readonly string[];
  readonly values: readonly number[];
}

type Flags = readonly number[];
type Judge = (series: Series) => Flags;

/** Flags of the product, of a coin and of the three-sigma rule; scored against `windows.json`. */
export const anomalyEvaluation: Evaluation = {
  async run({ dir, seed, say, predict }) {
    const all = readSeries(join(dir, 'data'));
    say(`${all.length} series, ${all.reduce((sum, one) => sum + one.values.length, 0)} points`);
    const judges: Readonly<Record<string, Judge>> = {
      product: judgeBySurprise,
      random: judgeByChance(seed ?? 1),
      threeSigma: judgeBySigma,
    };
    const judged = Object.entries(judges).map(([name, judge]) => ({ name, flags: all.map(judge) }));
    const [own] = judged;
    predict(
      all.map(({ id, times }, nth) => ({
        id,
        flags: (own?.flags[nth] ?? []).map((at) => ({ at, timestamp: times[at] })),
      })),
    );
    const windows = readWindows(dir);
    const scored = judged.map(({ name, flags }) => ({
      name,
      score: scoreAll(all, flags, windows),
    }));
    const { product, ...baselines } = Object.fromEntries(
      scored.map(({ name, score }) => [name, score]),
    );
    return { series: all.length, ...product, baselines };
  },
};

function readSeries(dir: string): readonly Series[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.csv'))
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((id) => {
      const rows = readFileSync(join(dir, id), 'utf8')
        .split(/\r?\n/)
        .slice(1)
        .filter((line) => line !== '')
        .map((line) => line.split(','));
      return {
        id,
        times: rows.map(([time = '']) => time.slice(0, 19)),
        values: rows.map(([, value]) => Number(value)),
      };
    });
}

const judgeBySurprise: Judge = ({ times, values }) => {
  const monitor = new SeriesMonitor({ learnCount: probationOf(values.length) });
  return values.flatMap((value, at) => {
    const time = Date.parse(`${(times[at] ?? '').replace(' ', 'T')}Z`);
    return monitor.observe(value, time).isAlarm ? [at] : [];
  });
};

/** As many flags as it takes: one point in five hundred, by a seeded generator. */
const judgeByChance =
  (seed: number): Judge =>
  ({ values }) => {
    let state = (seed * 2_654_435_761 + values.length) >>> 0;
    return values.flatMap((_, at) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32 < 1 / 500 && at >= probationOf(values.length) ? [at] : [];
    });
  };

/** Further than three standard deviations from the mean of everything before. */
const judgeBySigma: Judge = ({ values }) => {
  let [mean, squares] = [0, 0];
  const flags: number[] = [];
  for (const [at, value] of values.entries()) {
    const isFar = Math.abs(value - mean) > 3 * Math.sqrt(squares / Math.max(1, at));
    if (isFar && at >= probationOf(values.length)) flags.push(at);
    const before = mean;
    mean += (value - mean) / (at + 1);
    squares += (value - before) * (value - mean);
  }
  return flags;
};

type Labels = Readonly<Record<string, readonly (readonly [string, string])[]>>;

const readWindows = (dir: string): Labels =>
  JSON.parse(readFileSync(join(dir, 'windows.json'), 'utf8')) as Labels;

function scoreAll(all: readonly Series[], flags: readonly Flags[], labels: Labels) {
  const judged = all.map(({ id, times, values }, nth) => {
    const windows = (labels[id] ?? [])
      .map(([from, to]) => toPlaces(times, from.slice(0, 19), to.slice(0, 19)))
      .filter(({ from, to }) => from >= 0 && to >= from);
    return { length: values.length, flags: flags[nth] ?? [], windows };
  });
  return scoreNab(judged);
}

/** The points with these times; where there are none, the nearest ones inside. */
function toPlaces(times: readonly string[], from: string, to: string): LabelWindow {
  const first = times.indexOf(from);
  const last = times.indexOf(to);
  return {
    from: first >= 0 ? first : times.findIndex((time) => time >= from),
    to: last >= 0 ? last : times.findLastIndex((time) => time <= to),
  };
}
