import { type CombinationFigures, scoreCombinations } from './combination-score.ts';
import {
  type Combination,
  decideCombination,
  hasCombinations,
  readCombinations,
  severitiesIn,
} from './combinations.ts';
import type { Evaluation, EvaluationInput } from './kind.ts';
import { type Bucket, replayAll, tellTruth } from './replay-alerts.ts';
import { SEEDS, toMedian } from './seeds.ts';
import { toClaim } from './triage.ts';
import { type Agreement, agreement, vMeasure } from './v-measure.ts';

const DAY_MS = 86_400_000;

/** Alerts of other products into incidents: does each incident hold one attack, and all of it? */
export const correlateEvaluation: Evaluation = {
  async run(input) {
    if (hasCombinations(input.dir)) return evaluateCombinations(input);
    const seeds = input.seed === undefined ? SEEDS : [input.seed];
    const runs = seeds.map((seed) => replayAll(input, seed, tellTruth));
    input.predict(runs.flatMap((buckets) => buckets.map(toClaim)));
    const figures = runs.map(scoreAll);
    const medianOf = (key: keyof Figures) => toMedian(figures.map((one) => one[key]));
    const keys = [
      'vMeasure',
      'incidentsPerQuietDay',
      'phasesTold',
      'incidents',
      'homogeneity',
      'completeness',
      'harmlessShare',
    ] as const;
    return {
      layout: 'alerts of other products, leave one organisation out',
      seeds: seeds.length,
      ...Object.fromEntries(keys.map((key) => [key, medianOf(key).median])),
      byOrganisation: byOrganisation(runs[0] ?? []),
      baselines: baselinesOf(runs[0] ?? []),
      spread: Object.fromEntries(keys.map((key) => [key, medianOf(key).spread])),
    };
  },
};

/** Tests of rules over the alerts of other rules, every one by a decider that knows nothing. */
function evaluateCombinations({ dir, seed, predict }: EvaluationInput) {
  const tests = readCombinations(dir);
  const severities = severitiesIn(dir);
  const seeds = seed === undefined ? SEEDS : [seed];
  const runs = seeds.map((each) => tests.map((test) => decideCombination(test, severities, each)));
  predict(runs.flat());
  const figures = runs.map((decided) => scoreCombinations(tests, decided));
  const keys = Object.keys(figures[0] ?? {}) as (keyof CombinationFigures)[];
  const medians = keys.map((key) => [key, toMedian(figures.map((one) => one[key]))] as const);
  const as = (clusterOf: (test: Combination) => readonly string[]) =>
    scoreCombinations(
      tests,
      tests.map((test) => ({ seed: 0, id: test.id, incidents: clusterOf(test) })),
    ).vMeasure;
  return {
    layout: 'tests of rules over alerts',
    seeds: seeds.length,
    tests: tests.length,
    leftOut: tests.filter(({ isAboutAbsence }) => isAboutAbsence).length,
    ...Object.fromEntries(medians.map(([key, { median }]) => [key, median])),
    baselines: {
      oneForAll: as(({ alerts }) => alerts.map(() => 'all')),
      oneForEachTest: as(({ id, alerts }) => alerts.map(() => id)),
      byRule: as(({ id, alerts }) => alerts.map(({ group }) => `${id} ${group}`)),
      byEntity: as(({ id, alerts }) => alerts.map(({ on }) => `${id} ${on}`)),
    },
    spread: Object.fromEntries(medians.map(([key, { spread }]) => [key, spread])),
  };
}

interface Figures extends Agreement {
  readonly incidentsPerQuietDay: number;
  /** Share of the phases of attacks of which at least one alert is in an incident. */
  readonly phasesTold: number;
  readonly incidents: number;
  /** Share of the labelled buckets in the incidents of attacks that are harmless: what a person reads in vain. */
  readonly harmlessShare: number;
}

const namesIn = (buckets: readonly Bucket[]): readonly string[] => [
  ...new Set(buckets.map(({ organisation }) => organisation)),
];

export const byOrganisation = (buckets: readonly Bucket[]) =>
  Object.fromEntries(
    namesIn(buckets).map((name) => [
      name,
      scoreOne(buckets.filter(({ organisation }) => organisation === name)),
    ]),
  );

/** The worst agreement, the mean of the rest. */
function scoreAll(buckets: readonly Bucket[]): Figures {
  const all = Object.values(byOrganisation(buckets));
  const mean = (key: keyof Figures) => all.reduce((sum, one) => sum + one[key], 0) / all.length;
  return {
    vMeasure: Math.min(...all.map((one) => one.vMeasure)),
    incidentsPerQuietDay: mean('incidentsPerQuietDay'),
    phasesTold: mean('phasesTold'),
    incidents: mean('incidents'),
    homogeneity: mean('homogeneity'),
    completeness: mean('completeness'),
    harmlessShare: mean('harmlessShare'),
  };
}

function scoreOne(buckets: readonly Bucket[]): Figures {
  const genuine = buckets.filter((bucket) => bucket.genuine > 0);
  const incidents = new Set(buckets.flatMap(({ incident }) => incident ?? []));
  const hits = new Set(genuine.flatMap(({ incident }) => incident ?? []));
  const quiet = [...incidents].filter(
    (incident) => !hits.has(incident) && restsOnHarmless(buckets, incident),
  ).length;
  const days =
    (Math.max(...buckets.map(({ at }) => at)) - Math.min(...buckets.map(({ at }) => at))) / DAY_MS;
  const attackDays = new Set(genuine.map(({ at }) => Math.floor(at / DAY_MS))).size;
  const phases = new Set(
    genuine.flatMap(({ attacks }) => attacks.map(({ incident, phase }) => `${incident} ${phase}`)),
  );
  const told = new Set(
    genuine
      .filter(({ incident }) => incident !== undefined)
      .flatMap(({ attacks }) => attacks.map(({ incident, phase }) => `${incident} ${phase}`)),
  );
  const held = buckets.filter(
    ({ incident, genuine: hit, harmless }) =>
      incident !== undefined && hits.has(incident) && hit + harmless > 0,
  );
  const inVain = held.filter((bucket) => bucket.genuine === 0).length;
  return {
    ...agreement(clustered(genuine, (bucket, index) => bucket.incident ?? `none-${index}`)),
    harmlessShare: inVain / Math.max(1, held.length),
    incidentsPerQuietDay: quiet / Math.max(1, days - attackDays),
    phasesTold: told.size / phases.size,
    incidents: incidents.size,
  };
}

/** Is the likeliest thing in it known to be harmless? What came while an attack went on and carries no label is not. */
function restsOnHarmless(buckets: readonly Bucket[], incident: string): boolean {
  const held = buckets.filter((bucket) => bucket.incident === incident);
  const most = Math.max(...held.map(({ p }) => p));
  return held.some(({ p, harmless }) => p === most && harmless > 0);
}

/** Each genuine alert counts; one that no incident holds is a cluster of its own. */
const clustered = (
  genuine: readonly Bucket[],
  clusterOf: (bucket: Bucket, index: number) => string,
) =>
  genuine.map((bucket, index) => ({
    cluster: clusterOf(bucket, index),
    truth: bucket.attacks[0]?.incident ?? '',
    weight: bucket.genuine,
  }));

/** Simpler ways: all one incident, one for each machine, one for each rule. */
function baselinesOf(buckets: readonly Bucket[]): Readonly<Record<string, number>> {
  const worst = (clusterOf: (bucket: Bucket) => string): number =>
    Math.min(
      ...namesIn(buckets).map((name) =>
        vMeasure(
          clustered(
            buckets.filter(({ organisation, genuine }) => organisation === name && genuine > 0),
            clusterOf,
          ),
        ),
      ),
    );
  return {
    oneForAll: worst(() => 'all'),
    byMachine: worst(({ host }) => host),
    byRule: worst(({ rule }) => rule),
  };
}
