import { join } from 'node:path';
import {
  type ActionId,
  type ActionRecord,
  type EntityRef,
  toEffectKey,
  toEpochMs,
} from '@cordon/core';
import { openSqliteStateStore } from '../../packages/server/src/store/sqlite/sqlite-state-store.ts';

/** Writes one held action into the ledger of a data folder, as the product itself would have left it. */
export async function writeOwnAction(
  dir: string,
  { verb, target: id }: { readonly verb: string; readonly target: string },
): Promise<void> {
  const state = await openSqliteStateStore({ file: join(dir, 'state.sqlite') });
  const target: EntityRef = { kind: 'ip', id, role: 'target' };
  const connectorId = 'edge';
  const now = toEpochMs(Date.now());
  const action: ActionRecord = {
    id: 'act_lab' as ActionId,
    stepId: 'block',
    verb,
    connectorId,
    class: 'contain',
    params: { ip: id },
    target,
    effectKey: toEffectKey({ connectorId, verb, target }),
    mode: 'enforce',
    reason: 'guessed passwords',
    guard: {
      allowed: true,
      needsApproval: false,
      checks: [],
      blast: { requests: 0, successfulLogons: 0, users: [], text: '' },
    },
    ttlMs: 3_600_000,
    status: 'held',
    prior: { isBlocked: false },
    attempts: 1,
    createdAt: now,
    journal: [],
    revision: 1,
  };
  try {
    await state.saveActions({ actions: [action], audit: [] });
  } finally {
    await state.close();
  }
}
