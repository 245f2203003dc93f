import {
  type ActionRecord,
  type EpochMs,
  foldRoom,
  type Incident,
  type IncidentId,
  type JsonObject,
  type Problem,
  type Room,
  type RoomAct,
  type RoomLine,
  type TargetState,
  type TargetTimes,
  targetsAt,
} from '@cordon/core';
import { readActs } from '../report/read-books.ts';
import { createChainCheck } from '../store/audit-chain.ts';
import type { AuditEntry, NewAuditEntry, StateStore } from '../store/ports.ts';

const MAX_ACTIONS = 500;

/** A room as it was read. */
export interface ReadRoom {
  readonly lines: readonly RoomLine[];
  readonly room: Room;
  /** The newest line's hash, which stands for all before it. */
  readonly head: string | undefined;
  /** Where the chain does not fit. */
  readonly broken: Problem | undefined;
}

/** A line as the store keeps it. */
export const toEntry = (
  incidentId: IncidentId,
  { what, ...data }: RoomAct,
  by: { readonly actor: string; readonly at: EpochMs },
): NewAuditEntry => ({ ...by, what, subject: incidentId, data: data as unknown as JsonObject });

/** A line as it was written; the desk alone writes there, and writes acts. */
export const toLine = ({ seq, at, actor, what, data }: AuditEntry): RoomLine => ({
  number: seq,
  at,
  by: actor,
  act: { ...(data as JsonObject), what } as unknown as RoomAct,
});

/** Everything in the room of an incident, its chain checked. */
export async function readRoom(
  store: Pick<StateStore, 'readRoom'>,
  incidentId: IncidentId,
): Promise<ReadRoom> {
  const entries = await store.readRoom(incidentId);
  const chain = createChainCheck();
  const broken = entries.flatMap((entry) => chain.check(entry) ?? [])[0];
  const lines = entries.map(toLine);
  return { lines, room: foldRoom(lines), head: entries.at(-1)?.hash, broken };
}

type TimeStore = Pick<StateStore, 'openingOf' | 'listActions' | 'listAudit' | 'listUsers'>;

/** Actions of an incident with where its targets stand. */
export interface Standing {
  readonly actions: readonly ActionRecord[];
  readonly openedAt: EpochMs | undefined;
  /** None where nobody knows when it was opened. */
  readonly targets: readonly TargetState[];
}

/** What was done about an incident, and in what time. */
export async function readStanding(
  store: TimeStore,
  incident: Incident,
  { times, now }: { readonly times: TargetTimes; readonly now: EpochMs },
): Promise<Standing> {
  const [openedAt, { items: actions }] = await Promise.all([
    store.openingOf(incident.id),
    store.listActions({ limit: MAX_ACTIONS, incidentId: incident.id }),
  ]);
  if (openedAt === undefined) return { actions, openedAt, targets: [] };
  const { acts } = await readActs(store, { since: openedAt, actions });
  const actedAt = acts.find(({ incidentId }) => incidentId === incident.id)?.at;
  return {
    actions,
    openedAt,
    targets: targetsAt({ incident, openedAt, actions, actedAt }, times, now),
  };
}
