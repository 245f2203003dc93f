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

/** What is written in a room, without a look at its chain. */
export const readLines = async (
  store: Pick<StateStore, 'readRoom'>,
  incidentId: IncidentId,
): Promise<readonly RoomLine[]> => (await store.readRoom(incidentId)).map(toLine);

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

interface Terms {
  readonly times: TargetTimes;
  readonly now: EpochMs;
}

/** What was done about an incident, and in what time. */
export async function readStanding(
  store: TimeStore,
  incident: Incident,
  terms: Terms,
): Promise<Standing> {
  const [standing] = await readStandings(store, [incident], terms);
  if (standing === undefined) throw new Error('one incident has one standing');
  return standing;
}

/** The same of several, in their order; the audit trail is read once for all of them. */
export async function readStandings(
  store: TimeStore,
  incidents: readonly Incident[],
  { times, now }: Terms,
): Promise<readonly (Standing & { readonly incident: Incident })[]> {
  const read = await Promise.all(incidents.map((incident) => readOpened(store, incident)));
  const firstActs = await readFirstActs(store, read);
  return read.map((one) => {
    const { incident, openedAt, actions } = one;
    if (openedAt === undefined) return { ...one, targets: [] };
    const facts = { incident, openedAt, actions, actedAt: firstActs.get(incident.id) };
    return { ...one, targets: targetsAt(facts, times, now) };
  });
}

type Opened = Omit<Standing, 'targets'> & { readonly incident: Incident };

async function readOpened(store: TimeStore, incident: Incident): Promise<Opened> {
  const [openedAt, { items: actions }] = await Promise.all([
    store.openingOf(incident.id),
    store.listActions({ limit: MAX_ACTIONS, incidentId: incident.id }),
  ]);
  return { incident, openedAt, actions };
}

/** When a person first did something about each. */
async function readFirstActs(
  store: TimeStore,
  read: readonly Opened[],
): Promise<ReadonlyMap<string, EpochMs>> {
  const openings = read.flatMap(({ openedAt }) => openedAt ?? []);
  if (openings.length === 0) return new Map();
  const { acts } = await readActs(store, {
    since: Math.min(...openings),
    actions: read.flatMap(({ actions }) => actions),
  });
  return new Map(
    acts.toReversed().flatMap(({ incidentId, at }) => (incidentId ? [[incidentId, at]] : [])),
  );
}
