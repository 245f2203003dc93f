import {
  type ActionId,
  type ActionRecord,
  type ActionStatus,
  endsOnClosing,
  type Incident,
  type IncidentId,
} from '@cordon/core';
import type { createTurnstile } from './desk.ts';
import { isOver, type WalkDeps } from './walk-run.ts';
import { isTouched } from './withdraw.ts';

const PAGE = 100;
const LIVE: readonly ActionStatus[] = [
  'awaiting_approval',
  'intended',
  'applied',
  'held',
  'uncertain',
];

export interface ReleaseDeps extends WalkDeps {
  readonly turn: ReturnType<typeof createTurnstile>;
}

async function listLive(
  { deps }: ReleaseDeps,
  incidentId?: IncidentId,
): Promise<readonly ActionRecord[]> {
  const found: ActionRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await deps.store.listActions({
      status: LIVE,
      limit: PAGE,
      ...(incidentId === undefined ? {} : { incidentId }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

/** The incident is over: what was not begun is not begun any more, and what is held ends where its policy says so. */
export async function releaseIncident(
  parts: ReleaseDeps,
  incident: Incident,
  actor: string,
): Promise<void> {
  if (!isOver(incident)) return;
  const live = await listLive(parts, incident.id);
  for (const { id } of live) await parts.turn(() => releaseAction(parts, { id, incident, actor }));
}

interface Release {
  readonly id: ActionId;
  readonly incident: Incident & { readonly state: { readonly status: 'closed' | 'resolved' } };
  readonly actor: string;
}

async function releaseAction({ deps, pen, undoer }: WalkDeps, of: Release): Promise<void> {
  const action = await deps.store.getAction(of.id);
  if (!action || !LIVE.includes(action.status)) return;
  const { verdict } = of.incident.state;
  const text = `The incident was closed: ${verdict.reason}`;
  const isBegun = action.status !== 'awaiting_approval' && isTouched(action);
  if (!isBegun && (action.status === 'awaiting_approval' || action.status === 'intended')) {
    await pen.save(action, { to: 'refused', phase: 'guard', by: of.actor, nextAt: null, text });
    return;
  }
  const mayHold = action.prior !== undefined && action.ttlMs !== undefined;
  if (mayHold && endsOnClosing(action.undo, verdict.kind))
    await undoer.startUndo(action, text, of.actor);
}

/** After a restart: lets go of what is held for incidents that were closed without anyone seeing to it. */
export async function releaseClosed(parts: ReleaseDeps): Promise<void> {
  const live = await listLive(parts);
  const ids = new Set(live.flatMap(({ incidentId }) => (incidentId ? [incidentId] : [])));
  for (const id of ids) {
    const incident = await parts.deps.store.getIncident(id);
    if (incident) await releaseIncident(parts, incident, 'cordon');
  }
}
