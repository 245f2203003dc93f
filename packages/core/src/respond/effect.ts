import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { type EntityRef, entityKey } from '../entity/entity.ts';
import { type Json, toCanonicalJson } from '../shared/json.ts';
import type { EpochMs } from '../shared/time.ts';
import type { ActionRecord } from './action.ts';

const hashOf = (value: Json): string => bytesToHex(sha256(utf8ToBytes(toCanonicalJson(value))));

/** What two actions share when they hold one and the same effect. */
export const toEffectKey = (of: {
  readonly connectorId: string;
  readonly verb: string;
  readonly target: EntityRef;
}): string => hashOf([of.connectorId, of.verb, entityKey(of.target)]);

/** Hash of exactly what a person is asked to approve: any change of the plan changes it. */
export const toPlanHash = (
  plan: Pick<
    ActionRecord,
    'id' | 'verb' | 'connectorId' | 'params' | 'target' | 'ttlMs' | 'reason'
  >,
): string =>
  hashOf([
    plan.id,
    plan.verb,
    plan.connectorId,
    plan.params,
    entityKey(plan.target),
    plan.ttlMs ?? null,
    plan.reason,
  ]);

/** Does the action hold, or may it hold, its effect on the world? What is uncertain and has no end ahead was seen not to. */
export const isHolder = ({ status, prior, nextAt }: ActionRecord): boolean =>
  ['applied', 'held', 'undoing', 'undo_failed'].includes(status) ||
  (status === 'intended' && prior !== undefined) ||
  (status === 'uncertain' && prior !== undefined && nextAt !== undefined);

/** Does the action keep its effect on purpose? One in the middle of its call counts: it may have done it. */
const isKeeper = ({ status, prior }: ActionRecord): boolean =>
  status === 'applied' || status === 'held' || (status === 'intended' && prior !== undefined);

/**
 * The other live actions that keep the effect past this moment. An effect is lifted only when none is
 * left: the last one ends it (reference count).
 */
export const otherHolders = (
  action: ActionRecord,
  sameEffect: readonly ActionRecord[],
  now: EpochMs,
): readonly ActionRecord[] =>
  sameEffect.filter(
    (other) =>
      other.id !== action.id &&
      other.effectKey === action.effectKey &&
      isKeeper(other) &&
      (other.deadlineAt === undefined || other.deadlineAt > now),
  );
