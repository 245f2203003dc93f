import type { EpochMs } from '@cordon/core';
import { CHECKS_SOURCE, CheckDesk } from './checks/check-desk.ts';
import type { Config } from './config/load-config.ts';
import { DiagnosisDesk } from './diagnose/diagnosis-desk.ts';
import type { SourceSettings } from './intake/config.ts';
import { MetricDesk, SERIES_SOURCE } from './metrics/metric-desk.ts';
import type { Intake } from './ports.ts';
import type { Stores } from './store/open-stores.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

/** What watches systems: the checks, the doctor they ask, and the series that come in. */
export interface RunningWatch {
  readonly doctor: DiagnosisDesk;
  readonly checks: CheckDesk;
  readonly metrics: MetricDesk;
}

/** Watching over the stores and the intake, which takes what is noticed like any other record. */
export async function composeWatch(
  {
    config,
    stores,
    telemetry,
  }: { readonly config: Config; readonly stores: Stores; readonly telemetry: Telemetry },
  { intake, now }: { readonly intake: Intake; readonly now: () => EpochMs },
): Promise<RunningWatch> {
  const store = stores.state;
  const doctor = new DiagnosisDesk({
    state: store,
    now,
    onBroken: (error) => telemetry.bugSeen({ part: 'diagnose', error }),
  });
  const checks = await CheckDesk.open({
    checks: config.checks,
    intake,
    doctor,
    store,
    now,
    chance: Math.random,
    onProblem: (problem) => telemetry.problemRaised({ part: 'checks', problem }),
  });
  const metrics = new MetricDesk({
    intake,
    now,
    onProblem: (problem) => telemetry.problemRaised({ part: 'metrics', problem }),
  });
  return { doctor, checks, metrics };
}

/** The ways in of what checks and series tell. */
export const WATCH_SOURCES: readonly SourceSettings[] = [
  { id: CHECKS_SOURCE, kind: 'http_push', title: 'Checks', settings: {} },
  { id: SERIES_SOURCE, kind: 'http_push', title: 'Series', settings: {} },
];
