import type { EpochMs } from '@cordon/core';
import { readObjects } from '@cordon/extensions';
import { CHECKS_SOURCE, CheckDesk } from './checks/check-desk.ts';
import { EquipmentDesk } from './checks/equipment-desk.ts';
import { makeCheck } from './checks/make-check.ts';
import { RootCauseDesk } from './checks/root-cause-desk.ts';
import { createReadPage } from './compose-scrapes.ts';
import type { Config } from './config/load-config.ts';
import { DiagnosisDesk } from './diagnose/diagnosis-desk.ts';
import { MetricDesk, SERIES_SOURCE } from './metrics/metric-desk.ts';
import { runScrapes } from './metrics/scrape.ts';
import type { Intake } from './ports.ts';
import type { Stores } from './store/open-stores.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

/** What watches systems: the checks, the doctor they ask, and the series that come in. */
export interface RunningWatch {
  readonly doctor: DiagnosisDesk;
  readonly checks: CheckDesk;
  readonly metrics: MetricDesk;
  readonly rootCauses: RootCauseDesk;
  /** Watches until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** Watching over the stores and the intake, which takes what is noticed like any other record. */
export async function composeWatch(
  {
    config,
    stores,
    telemetry,
  }: { readonly config: Config; readonly stores: Stores; readonly telemetry: Telemetry },
  parts: { readonly intake: Intake; readonly now: () => EpochMs },
): Promise<RunningWatch> {
  const { now } = parts;
  const intake = openingSources(parts.intake);
  const store = stores.state;
  const doctor = new DiagnosisDesk({
    state: store,
    now,
    onBroken: (error) => telemetry.bugSeen({ part: 'diagnose', error }),
  });
  const metrics = new MetricDesk({
    intake,
    now,
    onProblem: (problem) => telemetry.problemRaised({ part: 'metrics', problem }),
  });
  const equipment = new EquipmentDesk({
    equipment: config.equipment,
    read: readObjects,
    metrics,
    store,
    now,
  });
  const checks = await CheckDesk.open({
    ask: (check) => makeCheck(check, (device, address) => equipment.ask(device, address)),
    checks: config.checks,
    intake,
    doctor,
    store,
    now,
    chance: Math.random,
    onProblem: (problem) => telemetry.problemRaised({ part: 'checks', problem }),
  });
  const rootCauses = new RootCauseDesk({
    store,
    events: stores.events,
    series: () => metrics.telemetry(),
    checks: () => checks.list(),
    now,
    onProblem: (problem) => telemetry.problemRaised({ part: 'root cause', problem }),
  });
  return {
    doctor,
    checks,
    metrics,
    rootCauses,
    async run(signal) {
      const loops = [checks.run(signal), metrics.run(signal), rootCauses.run(signal)];
      const read = createReadPage(signal);
      const { scrapes } = config;
      loops.push(runScrapes({ scrapes, metrics, read, now, chance: Math.random }, signal));
      await Promise.all(loops);
    },
  };
}

const TITLES: Readonly<Record<string, string>> = {
  [CHECKS_SOURCE]: 'Checks',
  [SERIES_SOURCE]: 'Series',
};

/** The way in, where the source of what is told is there from the first record on. */
const openingSources = (intake: Intake): Pick<Intake, 'push' | 'refused'> => ({
  async push(sourceId, records) {
    if (!intake.sources().some(({ id }) => id === sourceId))
      await intake.addPushSource(sourceId, TITLES[sourceId] ?? sourceId);
    await intake.push(sourceId, records);
  },
  refused: (sourceId, reason, count) => intake.refused(sourceId, reason, count),
});
