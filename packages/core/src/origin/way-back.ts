import { isCommonAccount } from '../entity/resolve.ts';
import type { EpochMs } from '../shared/time.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../shared/time.ts';
import type { CausalLinks } from './causal-links.ts';
import type { Logon } from './read-event.ts';

/*
 * The way back from a sign over log-ins, in an order that time allows: what the search for the
 * beginning and correlation share, so that both rest on the same causes.
 */

/** What shows at a place, as far as a log-in can have brought it. */
export interface Shown {
  readonly users: readonly string[];
  readonly processKeys: readonly string[];
}

/** Where a way back starts. */
export interface WayStart {
  readonly place: string;
  readonly shown: Shown;
  /** Nothing after this time can have brought it. */
  readonly bound: EpochMs;
  /** When it began to show at a place, where that is known. */
  readonly firstAtOf: (place: string) => EpochMs | undefined;
}

/** A log-in that may have brought what shows, and what speaks for it. */
export interface Hop {
  readonly from: string;
  readonly onto: string;
  readonly logon: Logon;
  readonly q: number;
  /** The port that was reached, where only a connection tells. */
  readonly port?: number;
  readonly by: 'session' | 'account' | 'time' | 'connection';
}

/** A place that a way back leads to: with what chance, until when, and over which log-in out of it. */
export interface Reached {
  readonly p: number;
  readonly bound: EpochMs;
  readonly hop?: Hop;
}

const MAX_HOPS = 4;
const NEAR_MS = 10 * MINUTE_MS;
const SAME_SESSION = 0.98;
const SAME_ACCOUNT = 0.9;
/** An account that is used on more machines than this ties less. */
const RARE_ACCOUNT_HOSTS = 3;
const SHORTLY_BEFORE = 0.3;
const RIGHT_BEFORE = 0.8;
const RIGHT_BEFORE_MS = MINUTE_MS;
const CONNECTION_SHARE = 0.97;
/** Two logs of one machine may tell one moment in either order. */
export const SLACK_MS = 5 * SECOND_MS;

type Came = Pick<Logon, 'from' | 'at'>;

interface Chance {
  readonly q: number;
  readonly by: Hop['by'];
}

/** By what the log-in and the sign have in common besides time. */
function byIdentity(logon: Logon, shown: Shown, links: CausalLinks): Chance {
  const sessions = shown.processKeys.map((key) => links.processOf(key)?.session);
  if (logon.session !== undefined && sessions.includes(logon.session))
    return { q: SAME_SESSION, by: 'session' };
  if (isCommonAccount(logon.user) || !shown.users.includes(logon.user))
    return { q: 0, by: 'account' };
  const reach = links.hostsOfAccount(logon.user, (logon.at - HOUR_MS) as EpochMs);
  return { q: SAME_ACCOUNT * Math.min(1, RARE_ACCOUNT_HOSTS / Math.max(1, reach)), by: 'account' };
}

/** By time alone, shared by all places that came in the same span. */
function byTime(came: readonly Came[], one: Came, at: TimeView): Chance {
  const isWithin = (other: Came, spanMs: number): boolean => other.at >= at.firstAt - spanMs;
  const places = (spanMs: number): number =>
    new Set(came.filter((other) => isWithin(other, spanMs)).map(at.machineOf)).size;
  if (isWithin(one, RIGHT_BEFORE_MS))
    return { q: RIGHT_BEFORE / places(RIGHT_BEFORE_MS), by: 'time' };
  return { q: isWithin(one, NEAR_MS) ? SHORTLY_BEFORE / places(NEAR_MS) : 0, by: 'time' };
}

interface TimeView {
  readonly firstAt: EpochMs;
  readonly machineOf: (came: Came) => string;
}

interface Reach {
  readonly bound: EpochMs;
  readonly shown: Shown;
  readonly firstAt: EpochMs;
}

/** Connections right before, where no log-in tells who came: the same chances, a little less. */
function connectionsInto(place: string, reach: Reach, links: CausalLinks): readonly Hop[] {
  const { firstAt } = reach;
  const view: TimeView = { firstAt, machineOf: (came) => links.machineOf(came.from, came.at) };
  const came = links
    .arrivalsOnto(place)
    .filter(({ at }) => at <= firstAt + SLACK_MS && at <= reach.bound + SLACK_MS);
  return came.flatMap((arrival) => {
    const q = byTime(came, arrival, view).q * CONNECTION_SHARE;
    const from = links.machineOf(arrival.from, arrival.at);
    if (q <= 0 || from === place) return [];
    const logon = { host: place, from, at: arrival.at, offset: arrival.offset, user: '' };
    return [{ from, onto: place, logon, port: arrival.port, q, by: 'connection' as const }];
  });
}

/** The log-ins onto a place that time allows, each with the chance that it brought what shows. */
function hopsInto(place: string, reach: Reach, links: CausalLinks): readonly Hop[] {
  const { firstAt, bound } = reach;
  const inWindow = links
    .logonsOnto(place)
    .filter((logon) => logon.at <= bound + SLACK_MS && logon.at >= bound - DAY_MS);
  const before = inWindow.filter((logon) => logon.at <= firstAt + SLACK_MS);
  const view: TimeView = { firstAt, machineOf: (came) => links.machineOf(came.from, came.at) };
  return inWindow.flatMap((logon) => {
    const timely: Chance = before.includes(logon)
      ? byTime(before, logon, view)
      : { q: 0, by: 'time' };
    const identical = byIdentity(logon, reach.shown, links);
    const chance = identical.q >= timely.q ? identical : timely;
    const from = links.machineOf(logon.from, logon.at);
    return chance.q > 0 && from !== place ? [{ from, onto: place, logon, ...chance }] : [];
  });
}

/** Whoever came onto a place, by log-in or by connection. */
const arrivalsInto = (place: string, reach: Reach, links: CausalLinks): readonly Hop[] => [
  ...hopsInto(place, reach, links),
  ...connectionsInto(place, reach, links),
];

/** One way back: the best chance and the latest time for every place on it so far. */
class Way {
  readonly best: Map<string, Reached>;
  readonly #start: WayStart;
  readonly #links: CausalLinks;

  constructor(start: WayStart, links: CausalLinks) {
    this.#start = start;
    this.#links = links;
    this.best = new Map([[start.place, { p: 1, bound: start.bound }]]);
  }

  /** The log-ins onto a place that lead somewhere better than what was known. */
  stepFrom(place: string): readonly Hop[] {
    const here = this.best.get(place);
    if (!here) return [];
    const { shown, firstAtOf } = this.#start;
    const reach = { bound: here.bound, shown, firstAt: firstAtOf(place) ?? here.bound };
    return arrivalsInto(place, reach, this.#links).filter((hop) => {
      const p = here.p * hop.q;
      const isBetter = p > (this.best.get(hop.from)?.p ?? 0);
      if (isBetter) this.best.set(hop.from, { p, bound: hop.logon.at, hop });
      return isBetter;
    });
  }
}

/** Every place that a sign can be traced back to over at most four log-ins, the start among them. */
export function walkBack(
  start: WayStart,
  links: CausalLinks,
  onHop: (hop: Hop) => void = () => undefined,
): ReadonlyMap<string, Reached> {
  const way = new Way(start, links);
  let frontier: readonly string[] = [start.place];
  for (let depth = 0; depth < MAX_HOPS && frontier.length > 0; depth += 1) {
    const hops = frontier.flatMap((place) => way.stepFrom(place));
    for (const hop of hops) onHop(hop);
    frontier = hops.map((hop) => hop.from);
  }
  return way.best;
}
