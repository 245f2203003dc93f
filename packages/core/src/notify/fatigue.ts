import { isInterrupting } from './loudness.ts';
import type { Matter, Notification } from './matter.ts';

/*
 * What paging costs people, and what it was good for: pages of each person, the share that somebody
 * acted on, and the rules behind pages that nobody acted on, with what would have spared them.
 */

/** Pages of one person. */
export interface PersonLoad {
  readonly personId: string;
  readonly pages: number;
  /** Pages in the fullest stretch of the budget's length. */
  readonly most: number;
  /** Of them answered by the person. */
  readonly acknowledged: number;
  /** Of them passed on because nobody answered in time. */
  readonly escalated: number;
  /** Half of the answers came faster. */
  readonly medianAnswerMs?: number;
}

/** How an incident that was paged for ended. */
export type Conclusion = 'genuine' | 'harmless' | 'open';

/** Pages that a rule was behind. */
export interface RuleLoad {
  readonly ruleId: string;
  readonly matters: number;
  readonly pages: number;
  readonly acted: number;
  readonly harmless: number;
  readonly tuning?: Tuning;
}

/** What would have spared pages, and what it would have hidden. */
export interface Tuning {
  readonly kind: 'demote' | 'suppress';
  readonly text: string;
  readonly spared: number;
  /** Of the spared ones that somebody acted on or that were genuine. */
  readonly hidden: number;
}

export interface Fatigue {
  readonly pages: number;
  /** Share of the paged matters that a person acted on; absent when there were none. */
  readonly actedShare?: number;
  readonly people: readonly PersonLoad[];
  /** By pages, most first. */
  readonly rules: readonly RuleLoad[];
}

const MOST_RULES = 20;
/** Fewer pages than that teach nothing. */
const FEW = 3;
const HARMLESS_SHARE = 0.8;
const ACTED_SHARE = 0.2;

/** The report over what was sent; `conclude` says how the incident of a matter ended. */
export function foldFatigue(given: {
  readonly matters: readonly Matter[];
  readonly notifications: readonly Notification[];
  readonly windowMs: number;
  readonly conclude: (matter: Matter) => Conclusion;
}): Fatigue {
  const pages = given.notifications.filter(
    (one) => isInterrupting(one) && one.state.status === 'delivered',
  );
  const people = [...new Set(pages.map(({ personId }) => personId))];
  const paged = given.matters.filter((matter) => pagesOf(pages, matter) > 0);
  const acted = paged.filter(isActedOn).length;
  return {
    pages: pages.length,
    ...(paged.length === 0 ? {} : { actedShare: acted / paged.length }),
    people: people
      .map((personId) => foldPerson(personId, pages, given.windowMs))
      .toSorted((a, b) => b.pages - a.pages),
    rules: foldRules(paged, pages, given.conclude),
  };
}

const pagesOf = (pages: readonly Notification[], { id }: Matter): number =>
  pages.filter(({ items }) => items.some(({ matterId }) => matterId === id)).length;

const isActedOn = ({ state }: Matter): boolean =>
  state.status === 'acknowledged' || isOverByPerson(state);

/** Somebody acknowledged it before it ended. */
const isOverByPerson = (state: Matter['state']): boolean =>
  state.status === 'over' && state.by !== undefined;

const sentAt = ({ state }: Notification): number => (state.status === 'delivered' ? state.at : 0);

function foldPerson(personId: string, all: readonly Notification[], windowMs: number): PersonLoad {
  const own = all.filter((one) => one.personId === personId);
  const times = own.map(sentAt).toSorted((a, b) => a - b);
  const answers = own.flatMap((one) =>
    one.items.flatMap(({ answer }) =>
      answer?.kind === 'acknowledged' ? [Math.max(0, answer.at - sentAt(one))] : [],
    ),
  );
  const median = medianOf(answers);
  const has = (kind: 'acknowledged' | 'escalated'): number =>
    own.filter(({ items }) => items.some(({ answer }) => answer?.kind === kind)).length;
  return {
    personId,
    pages: own.length,
    most: fullest(times, windowMs),
    acknowledged: has('acknowledged'),
    escalated: has('escalated'),
    ...(median === undefined ? {} : { medianAnswerMs: median }),
  };
}

function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/** The most moments that lie within one stretch of that length. */
function fullest(times: readonly number[], windowMs: number): number {
  let most = 0;
  let first = 0;
  for (const [index, at] of times.entries()) {
    while ((times[first] ?? at) <= at - windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

function foldRules(
  paged: readonly Matter[],
  pages: readonly Notification[],
  conclude: (matter: Matter) => Conclusion,
): readonly RuleLoad[] {
  const ids = [...new Set(paged.flatMap(({ need }) => need.ruleIds))];
  return ids
    .map((ruleId) => {
      const own = paged.filter(({ need }) => need.ruleIds.includes(ruleId));
      return foldRule(ruleId, own, { pages, conclude });
    })
    .toSorted((a, b) => b.pages - a.pages || (a.ruleId < b.ruleId ? -1 : 1))
    .slice(0, MOST_RULES);
}

function foldRule(
  ruleId: string,
  own: readonly Matter[],
  {
    pages,
    conclude,
  }: {
    readonly pages: readonly Notification[];
    readonly conclude: (matter: Matter) => Conclusion;
  },
): RuleLoad {
  const count = own.reduce((sum, matter) => sum + pagesOf(pages, matter), 0);
  const load = {
    ruleId,
    matters: own.length,
    pages: count,
    acted: own.filter(isActedOn).length,
    harmless: own.filter((matter) => conclude(matter) === 'harmless').length,
  };
  const wanted = own.filter((matter) => isActedOn(matter) || conclude(matter) === 'genuine').length;
  const tuning = suggest(
    load,
    own.filter((matter) => conclude(matter) === 'genuine').length,
    wanted,
  );
  return { ...load, ...(tuning ? { tuning } : {}) };
}

/** What the numbers speak for: keep a rule quiet that is mostly harmless, or page less loudly for one that nobody acts on. */
function suggest(
  load: Omit<RuleLoad, 'tuning'>,
  genuine: number,
  wanted: number,
): Tuning | undefined {
  const { matters, harmless, acted, pages } = load;
  if (matters < FEW) return undefined;
  const spared = pages;
  if (harmless / matters >= HARMLESS_SHARE)
    return {
      kind: 'suppress',
      text: `Suppress it where it is harmless: ${harmless} of ${matters} were closed as such. That spares up to ${spared} pages and hides ${genuine} that were genuine.`,
      spared,
      hidden: genuine,
    };
  if (acted / matters <= ACTED_SHARE)
    return {
      kind: 'demote',
      text: `Let it send notes instead of pages: ${acted} of ${matters} were acted on. That spares ${spared} pages; ${wanted} of them mattered to somebody.`,
      spared,
      hidden: wanted,
    };
  return undefined;
}
