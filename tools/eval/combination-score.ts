import type { Combination, Decided } from './combinations.ts';
import { agreement } from './v-measure.ts';

/** What is one trouble should be one incident, with every rule in it; what is not should not be brought together. */
export interface CombinationFigures {
  readonly vMeasure: number;
  /** Incidents that bring several rules together where nothing is expected, each test being a day. */
  readonly incidentsPerQuietDay: number;
  /** Share of the rules behind an expected trouble of which an alert is in its incident. */
  readonly phasesTold: number;
  readonly homogeneity: number;
  readonly completeness: number;
  /** Share of the tests in which exactly what is one trouble is brought together. */
  readonly testsRight: number;
}

interface Pair {
  readonly test: Combination;
  readonly decided: Decided;
}

export function scoreCombinations(
  tests: readonly Combination[],
  decided: readonly Decided[],
): CombinationFigures {
  const pairs = tests
    .map((test, index) => ({ test, decided: decided[index] }))
    .filter((pair): pair is Pair => pair.decided !== undefined && !pair.test.isAboutAbsence);
  const quiet = pairs.filter(({ test }) => !test.isExpected);
  const expected = pairs.filter(({ test }) => test.isExpected);
  const phases = expected.flatMap(toldOf);
  return {
    ...agreement(pairs.flatMap(toClusters)),
    incidentsPerQuietDay:
      quiet.reduce((sum, pair) => sum + jointOf(pair).length, 0) / Math.max(1, quiet.length),
    phasesTold: phases.filter(Boolean).length / Math.max(1, phases.length),
    testsRight:
      pairs.filter((pair) => pair.test.isExpected === isTogether(pair)).length /
      Math.max(1, pairs.length),
  };
}

/** Each alert of what is no one trouble belongs to what it is on. */
function toClusters({ test, decided }: Pair) {
  return test.alerts.map(({ group, on }, index) => ({
    cluster: decided.incidents[index] ?? `${test.id} alone ${index}`,
    truth: test.isExpected ? test.id : `${test.id} ${group} ${on}`,
    weight: 1,
  }));
}

/** Incidents with alerts of more than one rule. */
function jointOf({ test, decided }: Pair): readonly string[] {
  const groups = new Map<string, Set<string>>();
  for (const [index, { group }] of test.alerts.entries()) {
    const incident = decided.incidents[index];
    if (incident === undefined) continue;
    groups.set(incident, (groups.get(incident) ?? new Set()).add(group));
  }
  return [...groups].filter(([, held]) => held.size > 1).map(([incident]) => incident);
}

const groupsOf = ({ test }: Pair): readonly string[] => [
  ...new Set(test.alerts.map(({ group }) => group)),
];

/** Whether each rule's alerts are in the incident that brings most together. */
function toldOf(pair: Pair): readonly boolean[] {
  const held = jointOf(pair).map(
    (incident) =>
      new Set(
        pair.test.alerts
          .filter((_, index) => pair.decided.incidents[index] === incident)
          .map(({ group }) => group),
      ),
  );
  const [most] = held.toSorted((a, b) => b.size - a.size);
  return groupsOf(pair).map((group) => most?.has(group) ?? false);
}

const isTogether = (pair: Pair): boolean => toldOf(pair).every(Boolean);
