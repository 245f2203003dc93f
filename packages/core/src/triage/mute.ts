import type { Signal } from '../detect/signal.ts';
import type { EntityRef } from '../entity/entity.ts';
import type { EpochMs } from '../shared/time.ts';

/** How a rule runs: as ever, recorded but never alerting, or not at all. */
export type RuleMode = 'on' | 'shadow' | 'off';

/** Signals of a rule that somebody keeps from alerting, for a while and for a reason. */
export interface Suppression {
  /** `sup_…`. */
  readonly id: string;
  /** Who answers for it. */
  readonly owner: string;
  readonly reason: string;
  readonly createdAt: EpochMs;
  /** It ends by itself then. */
  readonly expiresAt: EpochMs;
  /** Somebody ended it before. */
  readonly endedAt?: EpochMs;
  /** Only signals that speak of this entity; without it, every signal of the rule. */
  readonly entity?: Pick<EntityRef, 'kind' | 'id'>;
}

/** What people, and the watch over costs, have set for one rule. */
export interface RuleSetting {
  readonly ruleId: string;
  /** Without it the rule file's own: `status: shadow`, or on. */
  readonly mode?: RuleMode;
  readonly suppressions: readonly Suppression[];
  /** The rule cost too much and is not asked until somebody lifts it. */
  readonly quarantine?: { readonly at: EpochMs; readonly reason: string };
}

/** What kept a signal from alerting: the mode of its rule, or the id of a suppression. */
export type MuteCause = 'off' | 'shadow' | `sup_${string}`;

/** A signal that was recorded and never alerted. */
export interface MutedSignal {
  readonly signal: Signal;
  readonly cause: MuteCause;
}

/** Does the suppression hold at that time? */
export const isInForce = ({ createdAt, expiresAt, endedAt }: Suppression, at: EpochMs): boolean =>
  at >= createdAt && at < Math.min(expiresAt, endedAt ?? expiresAt);

/** What keeps a signal from alerting at that time of the clock; undefined: nothing does. */
export function muteCauseOf(
  signal: Signal,
  { mode, suppressions }: Pick<RuleSetting, 'mode' | 'suppressions'>,
  at: EpochMs,
): MuteCause | undefined {
  if (mode === 'off' || mode === 'shadow') return mode;
  const hiding = suppressions.find(
    (each) => isInForce(each, at) && (each.entity === undefined || speaksOf(signal, each.entity)),
  );
  return hiding?.id as MuteCause | undefined;
}

const speaksOf = (signal: Signal, wanted: Pick<EntityRef, 'kind' | 'id'>): boolean =>
  signal.entities.some(
    ({ kind, id }) => kind === wanted.kind && id.toLowerCase() === wanted.id.toLowerCase(),
  );
