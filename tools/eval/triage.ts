import { join } from 'node:path';
import { type AlertId, createDecider, type Decider, toEpochMs } from '@cordon/core';
import {
  type AlertLabel,
  type Occurrence,
  organisationsIn,
  readAlerts,
  readLabels,
  toOccurrences,
} from './alert-stream.ts';
import type { Evaluation, EvaluationInput } from './kind.ts';
import { renameAlerts } from './rename-alerts.ts';
import { SEEDS, toMedian } from './seeds.ts';
import { type Bucket, scoreTriage, type TriageFigures } from './triage-score.ts';

const BUCKET_MS = 300_000;
const HOUR_MS = 3_600_000;

interface Organisation {
  readonly name: string;
  readonly occurrences: readonly Occurrence[];
  readonly labels: readonly AlertLabel[];
}

/**
 * Genuine or not, over the alerts of other products: what people decided in the other organisations
 * is all that is known (leave one out). Decided by bucket of rule, machine and five minutes, at the
 * time, with what the next ten minutes change.
 */
export const triageEvaluation: Evaluation = {
  async run(input) {
    const seeds = input.seed === undefined ? SEEDS : [input.seed];
    const runs = seeds.map((seed) => runSeed(input, seed));
    input.predict(runs.flatMap(({ buckets }) => buckets.map(toClaim)));
    return summarise(runs.map(({ figures }) => figures));
  },
};

const toClaim = ({ seed, organisation, rule, host, at, p, incident }: Bucket) => ({
  id: `${seed}/${organisation}/${rule}/${host}/${at}`,
  p,
  shown: incident !== undefined,
  incident,
});

function runSeed({ dir, say }: EvaluationInput, seed: number) {
  const organisations = organisationsIn(dir).map((name) => read(join(dir, name), { name, seed }));
  const buckets = organisations.flatMap((held) => {
    const others = organisations.filter((one) => one !== held);
    const decided = decideFor(held, others, seed);
    say(`${held.name} seed ${seed}: ${decided.length} buckets`);
    return decided;
  });
  return { buckets, figures: scoreTriage(buckets) };
}

function read(
  dir: string,
  { name, seed }: { readonly name: string; readonly seed: number },
): Organisation {
  const alerts = renameAlerts(readAlerts(dir), seed);
  return { name, occurrences: toOccurrences(alerts), labels: readLabels(dir) };
}

function decideFor(
  held: Organisation,
  others: readonly Organisation[],
  seed: number,
): readonly Bucket[] {
  let learnt: ReturnType<Decider['learnt']> | undefined;
  for (const other of others) {
    const decider = createDecider();
    if (learnt !== undefined) decider.restoreLearnt(learnt);
    teach(decider, other);
    learnt = decider.learnt();
  }
  const decider = createDecider();
  if (learnt !== undefined) decider.restoreLearnt(learnt);
  return decide(decider, held, seed);
}

/** A person looks at every alert once it has been quiet for an hour, and says what it was. */
function teach(decider: Decider, { occurrences, labels }: Organisation): void {
  const open = new Map<AlertId, { lastAt: number; genuine: number; harmless: number }>();
  let lastSweep = 0;
  for (const { signal, rows } of occurrences) {
    decider.consider(signal);
    const { outcomes } = decider.drain();
    for (const { alertId } of outcomes) {
      const there = open.get(alertId) ?? { lastAt: 0, genuine: 0, harmless: 0 };
      there.lastAt = signal.at;
      for (const row of rows) {
        if (labels[row]?.isGenuine) there.genuine += 1;
        else if (labels[row]?.isFalse) there.harmless += 1;
      }
      open.set(alertId, there);
    }
    if (signal.at - lastSweep < HOUR_MS / 4) continue;
    lastSweep = signal.at;
    for (const [alertId, { lastAt, genuine, harmless }] of open) {
      if (signal.at - lastAt <= HOUR_MS) continue;
      open.delete(alertId);
      if (genuine + harmless === 0) continue;
      const verdict = genuine > 0 ? 'true_positive' : 'false_positive';
      decider.act(
        { kind: 'close_alert', alertId, verdict, reason: 'Looked at.' },
        { actor: 'analyst', at: toEpochMs(signal.at) },
      );
    }
  }
}

function decide(
  decider: Decider,
  { name, occurrences, labels }: Organisation,
  seed: number,
): readonly Bucket[] {
  const buckets = new Map<string, Bucket & { rows: number[] }>();
  const keyOf = (rule: string, host: string, slot: number) => `${rule}\n${host}\n${slot}`;
  let slot = 0;
  const take = (): void => {
    for (const { rule, entities, lastAt, score, state } of decider.drain().alerts) {
      const host = entities.find(({ kind }) => kind === 'host')?.id ?? '';
      const bucket = buckets.get(keyOf(rule.id, host, Math.floor(lastAt / BUCKET_MS)));
      if (bucket === undefined) continue;
      bucket.p = Math.max(bucket.p, score.p);
      if (state.status === 'in_incident') bucket.incident = state.incidentId;
    }
  };
  for (const { signal, rows } of occurrences) {
    const now = Math.floor(signal.at / BUCKET_MS);
    if (now !== slot) take();
    slot = now;
    const host = signal.entities[0]?.id ?? '';
    const key = keyOf(signal.rule.id, host, now);
    const there = buckets.get(key);
    if (there) there.rows.push(...rows);
    else
      buckets.set(key, {
        seed,
        organisation: name,
        rule: signal.rule.id,
        host,
        at: now * BUCKET_MS,
        p: 0,
        incident: undefined,
        genuine: 0,
        harmless: 0,
        rows: [...rows],
      });
    decider.consider(signal);
  }
  take();
  return [...buckets.values()].map(({ rows, ...bucket }) => ({
    ...bucket,
    genuine: rows.filter((row) => labels[row]?.isGenuine).length,
    harmless: rows.filter((row) => labels[row]?.isFalse).length,
  }));
}

function summarise(figures: readonly TriageFigures[]): Record<string, unknown> {
  const names = Object.keys(figures[0]?.bucketF1 ?? {});
  const medianOf = (read: (one: TriageFigures) => number) => toMedian(figures.map(read));
  const bucketF1 = Object.fromEntries(
    names.map((name) => [name, medianOf(({ bucketF1: all }) => all[name] ?? 0).median]),
  );
  const keys = [
    'worstBucketF1',
    'falsePositivesSuppressed',
    'genuineLost',
    'shownPerDay',
    'ece',
  ] as const;
  return {
    layout: 'alerts of other products, leave one organisation out',
    seeds: figures.length,
    bucketF1,
    ...Object.fromEntries(keys.map((key) => [key, medianOf((one) => one[key]).median])),
    baselines: figures[0]?.baselines,
    spread: Object.fromEntries(keys.map((key) => [key, medianOf((one) => one[key]).spread])),
  };
}
