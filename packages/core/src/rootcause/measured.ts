import { type Deviation, deviationOf, type Windows } from './deviation.ts';
import { harmOf, QUANTITIES } from './quantity.ts';
import type { Quantity, Series, Subject } from './telemetry.ts';

/** What makes the largest slowdown must itself be out of the ordinary. */
const LEAST_HARM = 1;
/** Share of the limit from which work waits (USE method: utilisation, saturation, errors). */
const USED_UP = 0.8;
const USED_UP_NATS = 2;

/** A series with how it deviates and how much of that is harm, in nats. */
export interface Measured {
  readonly subject: Subject;
  readonly quantity: Quantity;
  readonly name: string;
  readonly deviation: Deviation;
  readonly harm: number;
}

/**
 * Every series that has enough points on both sides of the onset. A time counts by the share it has in
 * the largest slowdown of all: a millisecond more explains no second.
 */
export function deviationsOf(series: readonly Series[], windows: Windows): readonly Measured[] {
  const measured = series.flatMap(({ subject, quantity, name, points, limit }) => {
    const deviation = deviationOf(points, windows);
    if (deviation === undefined) return [];
    const harm = harmOf(quantity, deviation.surprise) + saturation(deviation, limit);
    return [{ subject, quantity, name, deviation, harm }];
  });
  const slowdown = measured.reduce((most, one) => Math.max(most, addedMs(one)), 0);
  return measured.map((one) => ({
    ...one,
    harm: QUANTITIES[one.quantity].isTime ? one.harm * shareOf(one, slowdown) : one.harm,
  }));
}

/** A resource that was not used up before and is now explains more than one that only rose. */
const saturation = ({ before, after }: Deviation, limit: number | undefined): number =>
  limit !== undefined && after >= limit * USED_UP && before < limit * USED_UP ? USED_UP_NATS : 0;

/** Of a time that was spent in one place; the time to answer holds the times of everyone called. */
const addedMs = ({ quantity, deviation, harm }: Measured): number =>
  (quantity === 'self-time' || quantity === 'transfer-time') && harm > LEAST_HARM
    ? deviation.after - deviation.before
    : 0;

const shareOf = (one: Measured, slowdown: number): number =>
  slowdown === 0
    ? 1
    : Math.sqrt(Math.min(1, Math.max(0, one.deviation.after - one.deviation.before) / slowdown));
