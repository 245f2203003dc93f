import type { EpochMs } from '../shared/time.ts';
import { DAY_MS } from '../shared/time.ts';
import { type EntityKey, splitEntityKey } from './entity.ts';
import type { EntityGraph } from './entity-graph.ts';
import { isCommonAccount } from './resolve.ts';

/** What can be reached from some machines by what was seen to work. */
export interface BlastRadius {
  /** Accounts that logged in to them, whose credentials lie there; and those that are in it already. */
  readonly accounts: readonly string[];
  /** Further machines that were entered from them, or by one of these accounts. */
  readonly machines: readonly string[];
}

const LOOK_BACK_MS = 30 * DAY_MS;
const MAX_REACHED = 256;

const idOf = (key: EntityKey): string => splitEntityKey(key).id;

/**
 * One step over credentials and one over log-ins, by the links of the last thirty days: who holds a
 * machine holds the accounts that log in to it, and goes where these went.
 */
export function blastRadius(
  graph: EntityGraph,
  from: {
    readonly hosts: readonly string[];
    readonly users: readonly string[];
    readonly at: EpochMs;
  },
): BlastRadius {
  const { hosts, users, at } = from;
  const since = (at - LOOK_BACK_MS) as EpochMs;
  const own = hosts.map((host): EntityKey => `host:${host}`);
  const exposed = own.flatMap((key) =>
    graph.linkedTo(key, { relation: 'logged_in_to', end: 'to', since }),
  );
  const acting = users.filter((user) => !isCommonAccount(user));
  const accounts = new Set([...acting, ...exposed.map(idOf)].slice(0, MAX_REACHED));
  const entered = own.flatMap((key) =>
    graph.linkedTo(key, { relation: 'came_onto', end: 'from', since }),
  );
  const byAccount = [...accounts].flatMap((user) =>
    graph.linkedTo(`user:${user}`, { relation: 'logged_in_to', end: 'from', since }),
  );
  const machines = new Set([...entered, ...byAccount].map(idOf));
  for (const host of hosts) machines.delete(host);
  return { accounts: [...accounts], machines: [...machines].slice(0, MAX_REACHED) };
}
