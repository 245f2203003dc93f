import { HOUR_MS, MINUTE_MS, type PriorityLevel, type TargetTimes } from '@cordon/core';
import { type Static, Type } from 'typebox';

/*
 * `room` of cordon.yml: in which time an incident is to be acknowledged, contained and resolved.
 */

const Strict = { additionalProperties: false } as const;
const MAX_MINUTES = 60 * 24 * 90;

interface Defaults {
  readonly acknowledge: number;
  readonly contain: number;
  readonly resolve: number;
}

const targetsYml = ({ acknowledge, contain, resolve }: Defaults) =>
  Type.Object(
    {
      acknowledge_minutes: Type.Integer({
        minimum: 1,
        maximum: MAX_MINUTES,
        default: acknowledge,
        description: 'To the first act of a person.',
      }),
      contain_minutes: Type.Integer({
        minimum: 1,
        maximum: MAX_MINUTES,
        default: contain,
        description: 'To the first effect that is verified to hold, or to the verdict.',
      }),
      resolve_hours: Type.Integer({
        minimum: 1,
        maximum: MAX_MINUTES / 60,
        default: resolve,
        description: 'To the verdict.',
      }),
    },
    { ...Strict, default: {} },
  );

export const RoomYml = Type.Object(
  {
    targets: Type.Object(
      {
        P1: targetsYml({ acknowledge: 15, contain: 60, resolve: 24 }),
        P2: targetsYml({ acknowledge: 30, contain: 240, resolve: 72 }),
        P3: targetsYml({ acknowledge: 240, contain: 1_440, resolve: 168 }),
        P4: targetsYml({ acknowledge: 1_440, contain: 4_320, resolve: 336 }),
      },
      { ...Strict, default: {}, description: 'Times from the opening of an incident.' },
    ),
  },
  { ...Strict, default: {} },
);
export type RoomYml = Static<typeof RoomYml>;

/** The targets in milliseconds. */
export const toTargets = ({ targets }: RoomYml): TargetTimes => {
  const timesOf = (level: PriorityLevel) => ({
    acknowledgeMs: targets[level].acknowledge_minutes * MINUTE_MS,
    containMs: targets[level].contain_minutes * MINUTE_MS,
    resolveMs: targets[level].resolve_hours * HOUR_MS,
  });
  return { P1: timesOf('P1'), P2: timesOf('P2'), P3: timesOf('P3'), P4: timesOf('P4') };
};
