import {
  type Conclusion,
  type EpochMs,
  type Fatigue,
  foldFatigue,
  HOUR_MS,
  type Matter,
  type MatterId,
} from '@cordon/core';
import type { Page, PageQuery } from '../store/lists.ts';
import type { StateStore } from '../store/ports.ts';

const CHUNK = 200;
const MOST = 10_000;
const WINDOW_MS = 12 * HOUR_MS;
const HARMLESS: readonly string[] = ['benign', 'false_positive'];

/** The report over everything that was sent since. */
export async function readFatigue(store: StateStore, since: EpochMs): Promise<Fatigue> {
  const notifications = await readAll((page) => store.listNotifications({ ...page, since }));
  const ids = new Set(
    notifications
      .filter(({ urgency }) => urgency === 'page')
      .flatMap(({ items }) => items.map(({ matterId }) => matterId)),
  );
  const matters: Matter[] = [];
  const conclusions = new Map<MatterId, Conclusion>();
  for (const id of ids) {
    const matter = await store.getMatter(id);
    if (!matter) continue;
    matters.push(matter);
    conclusions.set(id, await conclude(store, matter));
  }
  return foldFatigue({
    matters,
    notifications,
    windowMs: WINDOW_MS,
    conclude: ({ id }) => conclusions.get(id) ?? 'open',
  });
}

async function conclude(store: StateStore, { need }: Matter): Promise<Conclusion> {
  const incident = need.incidentId && (await store.getIncident(need.incidentId));
  if (!incident || !('verdict' in incident.state)) return 'open';
  const { kind } = incident.state.verdict;
  if (kind === 'true_positive') return 'genuine';
  return HARMLESS.includes(kind) ? 'harmless' : 'open';
}

async function readAll<T>(read: (page: PageQuery) => Promise<Page<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ limit: CHUNK, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined && items.length < MOST);
  return items;
}
