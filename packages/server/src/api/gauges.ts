import { type EpochMs, SECOND_MS } from '@cordon/core';
import { Gauge, type Registry } from 'prom-client';
import type { SourceHealth } from '../health/ports.ts';
import { readBooks } from '../health/read-books.ts';
import type { ApiDeps } from './deps.ts';
import { presentConservation } from './present/source.ts';

interface GaugeSpec {
  readonly name: string;
  readonly help: string;
  readonly read: () => number | Promise<number>;
}

/** What `/metrics` shows of the present state, read when it is asked for. */
export function registerGauges(deps: ApiDeps): void {
  const { registry } = deps.telemetry;
  for (const spec of [
    ...pipelineGauges(deps),
    ...storeGauges(deps),
    ...deskGauges(deps),
    ...metricGauges(deps),
  ])
    register(registry, spec);
  registerSourceGauges(deps);
  for (const spec of HEALTH_GAUGES) registerHealthGauge(deps, spec);
  registerNotices(deps);
}

function register(registry: Registry, { name, help, read }: GaugeSpec): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      this.set(await read());
    },
  });
}

const metricGauges = ({ metrics }: ApiDeps): readonly GaugeSpec[] => [
  {
    name: 'cordon_series',
    help: 'Numeric series that are held in memory.',
    read: () => metrics.counts().series,
  },
  {
    name: 'cordon_series_evicted',
    help: 'Series that had to go because more came than are held.',
    read: () => metrics.counts().evictedSeries,
  },
  {
    name: 'cordon_samples_taken',
    help: 'Samples of series that were taken.',
    read: () => metrics.counts().samples.taken,
  },
  {
    name: 'cordon_samples_refused',
    help: 'Samples that were not taken: late, no number, or one bucket of a histogram.',
    read: () => {
      const { taken: _, ...refused } = metrics.counts().samples;
      return Object.values(refused).reduce((sum, count) => sum + count, 0);
    },
  },
];

const pipelineGauges = (deps: ApiDeps): readonly GaugeSpec[] => [
  {
    name: 'cordon_pipeline_lag_records',
    help: 'Records accepted and not yet accounted for.',
    read: () => deps.pipeline().lagRecords,
  },
  {
    name: 'cordon_pipeline_lag_seconds',
    help: 'How long the oldest of them waits.',
    read: () => lagSeconds(deps),
  },
  {
    name: 'cordon_pipeline_head_records',
    help: 'Records ever accepted.',
    read: () => deps.pipeline().head,
  },
  {
    name: 'cordon_event_store_lag_records',
    help: 'Records accounted for whose events cannot be searched yet.',
    read: () => Math.max(0, deps.pipeline().committedOffset - deps.events.durableOffset()),
  },
  {
    name: 'cordon_conservation_difference_records',
    help: 'Accepted records minus the sum of their ends; anything but 0 is an alarm.',
    read: async () => {
      const books = await readBooks(deps);
      return presentConservation(books, books.tallies).difference;
    },
  },
  {
    name: 'cordon_intake_blocked',
    help: '1 while the disk takes no records.',
    read: () => (deps.intake.problem() ? 1 : 0),
  },
];

const storeGauges = ({ log, events }: ApiDeps): readonly GaugeSpec[] => [
  {
    name: 'cordon_record_log_bytes',
    help: 'What the record log takes on disk, about.',
    read: () => log.size().bytes,
  },
  {
    name: 'cordon_record_log_records',
    help: 'Records that are still there.',
    read: () => log.head() - log.tail(),
  },
  {
    name: 'cordon_event_store_bytes',
    help: 'What the event store takes on disk.',
    read: () => events.size().bytes,
  },
  {
    name: 'cordon_event_store_files',
    help: 'Files of the event store.',
    read: () => events.size().files,
  },
];

const deskGauges = ({ actions }: ApiDeps): readonly GaugeSpec[] => [
  {
    name: 'cordon_kill_switch_engaged',
    help: '1 while no new effect may start.',
    read: () => (actions.killSwitch().engaged ? 1 : 0),
  },
];

async function lagSeconds({ log, pipeline, now }: ApiDeps): Promise<number> {
  const [oldest] = await log.read(pipeline().committedOffset, 1);
  return oldest === undefined ? 0 : secondsSince(oldest.receivedAt, now());
}

const secondsSince = (at: number, now: EpochMs): number => Math.max(0, (now - at) / SECOND_MS);

function registerSourceGauges({ telemetry, store, intake, now }: ApiDeps): void {
  const registers = [telemetry.registry];
  new Gauge({
    name: 'cordon_sources_count',
    help: 'Sources by status.',
    labelNames: ['status'],
    registers,
    collect() {
      this.reset();
      for (const { status } of intake.sources()) this.inc({ status });
    },
  });
  new Gauge({
    name: 'cordon_source_silent_seconds',
    help: 'Time since the last record of a source.',
    labelNames: ['source'],
    registers,
    collect() {
      this.reset();
      for (const { id, lastRecordAt } of intake.sources())
        if (lastRecordAt !== undefined) this.set({ source: id }, secondsSince(lastRecordAt, now()));
    },
  });
  new Gauge({
    name: 'cordon_records_outcome_count',
    help: 'How records ended, by source: the terms of the conservation equation.',
    labelNames: ['source', 'outcome'],
    registers,
    async collect() {
      this.reset();
      for (const { sourceId, outcome, count } of await store.listTallies())
        this.inc({ source: sourceId, outcome }, count);
    },
  });
}

type HealthGauge = readonly [name: string, help: string, read: (health: SourceHealth) => number];

const HEALTH_GAUGES: readonly HealthGauge[] = [
  ['accepted_records', 'Records of a source ever accepted.', ({ accepted }) => accepted],
  ['lag_records', 'Records of a source not yet accounted for.', ({ waiting }) => waiting],
  ['lag_seconds', 'How long the oldest of them waits.', ({ waitedMs }) => waitedMs / SECOND_MS],
  [
    'conservation_difference_records',
    'Accepted records of a source minus the sum of their ends; anything but 0 is an alarm.',
    ({ difference }) => difference,
  ],
  [
    'parse_failure_share',
    'Share of the newest records of a source that nothing could read.',
    ({ failureShare }) => failureShare,
  ],
  [
    'clock_skew_seconds',
    "The clock of a source minus this machine's; 0 while it is not known.",
    ({ skewMs }) => (skewMs ?? 0) / SECOND_MS,
  ],
];

function registerHealthGauge(
  { telemetry, health }: ApiDeps,
  [name, help, read]: HealthGauge,
): void {
  new Gauge({
    name: `cordon_source_${name}`,
    help,
    labelNames: ['source'],
    registers: [telemetry.registry],
    collect() {
      this.reset();
      for (const source of health.sourceIds()) {
        const known = health.of(source);
        if (known) this.set({ source }, read(known));
      }
    },
  });
}

function registerNotices({ telemetry, health }: ApiDeps): void {
  new Gauge({
    name: 'cordon_notices_count',
    help: 'Alarms about taking in that stand now: books, failed, silence, parse_failures, skew, times, lag, losses.',
    labelNames: ['kind', 'source'],
    registers: [telemetry.registry],
    collect() {
      this.reset();
      for (const { kind, sourceId } of health.notices()) this.inc({ kind, source: sourceId ?? '' });
    },
  });
}
