import { createDecider, type EntityQuestion, type EntityView, type JsonObject } from '@cordon/core';
import type { StateStore } from '../store/ports.ts';
import { unpackSnapshot } from '../thinking/packed-snapshot.ts';

/**
 * What was known of a thing when the last snapshot was written, by events alone: inventories are the
 * server's. Undefined while no snapshot was.
 */
export async function readEntity(
  state: Pick<StateStore, 'loadPipelineState'>,
  question: EntityQuestion,
): Promise<EntityView | undefined> {
  const { snapshot: saved } = await state.loadPipelineState();
  if (saved === undefined) return undefined;
  const { decider: snapshot = null } = unpackSnapshot(saved.text) as JsonObject;
  const decider = createDecider();
  decider.restore({ snapshot, alerts: [], incidents: [], lastIncidentNumber: 0 });
  return decider.describeEntity(question);
}
