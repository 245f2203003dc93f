import {
  type Act,
  type ActionRecord,
  type Assumptions,
  type Books,
  type Coverage,
  DEFAULT_ASSUMPTIONS,
  type IncidentId,
  type Json,
  type Period,
  type Verdict,
  verdictOf,
} from '@cordon/core';
import type { Page, PageQuery } from '../store/lists.ts';
import type { AuditEntry, StateStore } from '../store/ports.ts';

/** Where the assumptions are kept that an organisation set for itself. */
export const ASSUMPTIONS_SETTING = 'report_assumptions';

/** As many of each kind are read; the report says when there were more. */
const MAX_READ = 20_000;
const CHUNK = 500;

export interface ReadBooks {
  readonly books: Books;
  /** There was more of something than is read. */
  readonly isCut: boolean;
}

type Store = Pick<
  StateStore,
  | 'listOpened'
  | 'listAlerts'
  | 'listActions'
  | 'listAudit'
  | 'listUsers'
  | 'getIncident'
  | 'getSetting'
>;

/** Everything of a period that a report is made of, as it stands in the books now. */
export async function readReportBooks(
  store: Store,
  of: { readonly period: Period; readonly coverage: Coverage },
): Promise<ReadBooks> {
  const { period } = of;
  const { from } = period;
  const [opened, alerts, actions, assumptions] = await Promise.all([
    readWhile((page) => store.listOpened({ ...page, opened: period })),
    readWhile((page) => store.listAlerts({ ...page, seen: period })),
    readWhile(
      (page) => store.listActions(page),
      ({ createdAt }) => createdAt >= from,
    ),
    readAssumptions(store),
  ]);
  const { acts, isCut } = await readActs(store, { since: from, actions: actions.items });
  const known = new Set<string>(opened.items.map(({ incident }) => incident.id));
  const others = [
    ...alerts.items.flatMap(({ state }) =>
      state.status === 'in_incident' ? [state.incidentId] : [],
    ),
    ...actions.items.flatMap(({ incidentId }) => incidentId ?? []),
  ].filter((id) => !known.has(id));
  return {
    books: {
      period,
      opened: opened.items,
      alerts: alerts.items,
      verdicts: await readVerdicts(store, new Set(others)),
      actions: actions.items,
      acts,
      coverage: of.coverage,
      assumptions,
    },
    isCut: isCut || [opened, alerts, actions].some((list) => list.isCut),
  };
}

/** What people did since then, oldest first; what was done to these actions counts to their incidents. */
export async function readActs(
  store: Pick<Store, 'listAudit' | 'listUsers'>,
  { since, actions }: { readonly since: number; readonly actions: readonly ActionRecord[] },
): Promise<{ readonly acts: readonly Act[]; readonly isCut: boolean }> {
  const [trail, users] = await Promise.all([
    readWhile(
      (page) => store.listAudit(page),
      ({ at }) => at >= since,
    ),
    store.listUsers(),
  ]);
  const people = new Set(users.map(({ name }) => name));
  return { acts: actsOf(trail.items, { people, actions }), isCut: trail.isCut };
}

const isObject = (value: Json | undefined): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What an organisation assumes, or the defaults. */
export async function readAssumptions(store: Pick<Store, 'getSetting'>): Promise<Assumptions> {
  const saved = await store.getSetting(ASSUMPTIONS_SETTING);
  return isObject(saved) ? { ...DEFAULT_ASSUMPTIONS, ...saved } : DEFAULT_ASSUMPTIONS;
}

/** The newest of a list, as long as they are wanted. */
async function readWhile<T>(
  read: (page: PageQuery) => Promise<Page<T>>,
  isWanted: (item: T) => boolean = () => true,
): Promise<{ readonly items: readonly T[]; readonly isCut: boolean }> {
  const items: T[] = [];
  let cursor: string | undefined;
  while (items.length < MAX_READ) {
    const page = await read({ limit: CHUNK, ...(cursor === undefined ? {} : { cursor }) });
    const wanted = page.items.filter(isWanted);
    items.push(...wanted);
    if (page.nextCursor === undefined || wanted.length < page.items.length)
      return { items, isCut: false };
    cursor = page.nextCursor;
  }
  return { items, isCut: true };
}

async function readVerdicts(
  store: Store,
  ids: ReadonlySet<IncidentId>,
): Promise<ReadonlyMap<IncidentId, Verdict>> {
  const verdicts = new Map<IncidentId, Verdict>();
  for (const id of ids) {
    const incident = await store.getIncident(id);
    const verdict = incident && verdictOf(incident);
    if (verdict) verdicts.set(id, verdict);
  }
  return verdicts;
}

/** Coming and going, and the care of accounts, is no work on incidents. */
const NO_WORK = /^(logged_|login_|setup_|token_|user_)/;

interface Known {
  readonly people: ReadonlySet<string>;
  readonly actions: readonly ActionRecord[];
}

/** What people did, oldest first, each with the incident it was about. */
function actsOf(trail: readonly AuditEntry[], { people, actions }: Known): readonly Act[] {
  const incidentOf = new Map<string, string | undefined>(
    actions.map(({ id, incidentId }) => [id, incidentId]),
  );
  return trail
    .filter(({ actor, what }) => people.has(actor) && !NO_WORK.test(what))
    .map(({ at, actor, what, subject, data }) => {
      const named = isObject(data) ? data['incident'] : undefined;
      const incidentId = subject.startsWith('inc_')
        ? subject
        : (incidentOf.get(subject) ?? (typeof named === 'string' ? named : undefined));
      return { at, actor, what, subject, ...(incidentId !== undefined && { incidentId }) };
    })
    .reverse();
}
