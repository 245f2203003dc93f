import type { Series } from '../rootcause/telemetry.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Check, CheckReading } from './check.ts';

/** A check with what it saw lately, oldest first. */
export interface CheckedLately {
  readonly check: Check;
  readonly readings: readonly CheckReading[];
}

/**
 * What checks saw, for the search of a root cause: how long answers took and whether they failed, by what is
 * checked; and for each that depends on another, the call between the two.
 */
export function toCheckSeries(all: readonly CheckedLately[]): readonly Series[] {
  const byId = new Map(all.map((one) => [one.check.id, one]));
  return all.flatMap(({ check, readings }) => {
    const own = { kind: 'service', service: check.asset } as const;
    const calls = check.dependsOn.flatMap((id): readonly Series[] => {
      const callee = byId.get(id);
      if (callee === undefined || callee.check.asset === check.asset) return [];
      const subject = { kind: 'call', from: check.asset, to: callee.check.asset } as const;
      return [{ subject, quantity: 'errors', name: id, points: failuresOf(callee.readings) }];
    });
    return [
      { subject: own, quantity: 'errors', name: check.id, points: failuresOf(readings) },
      { subject: own, quantity: 'latency', name: check.id, points: timesOf(readings) },
      ...calls,
    ];
  });
}

const failuresOf = (readings: readonly CheckReading[]) =>
  readings.map(({ at, state }) => ({ at, value: state === 'fail' ? 1 : 0 }));

const timesOf = (readings: readonly CheckReading[]) =>
  readings.flatMap(({ at, ms }) => (ms === undefined ? [] : [{ at, value: ms }]));

/** When the trouble began that readings end with: the first of them since it was well; undefined when it is. */
export function beganAt(readings: readonly CheckReading[]): EpochMs | undefined {
  const lastWell = readings.findLastIndex(({ state }) => state === 'ok');
  return readings[lastWell + 1]?.at;
}
