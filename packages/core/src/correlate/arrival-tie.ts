import type { CausalLinks } from '../origin/causal-links.ts';
import { clockOf, tellArrival } from '../origin/trace-back.ts';
import type { Hop, Reached } from '../origin/way-back.ts';
import { SLACK_MS, walkBack } from '../origin/way-back.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Tie } from './tie.ts';
import type { Trace } from './trace.ts';
import { placesOf } from './trace.ts';

/*
 * Ties by how somebody got from one place to another: the same log-ins, with the same chances, that
 * the search for the beginning goes back over.
 */

/** What arrivals are judged against. */
export interface ArrivalContext {
  readonly links: CausalLinks;
  readonly causalWindowMs: number;
  readonly arrivalsOf: (trace: Trace) => ReadonlyMap<string, Reached>;
  /** `placesOf` of a trace. */
  readonly placesOf: (trace: Trace) => readonly string[];
}

/** A log-in that brought the sign with this chance is enough of a tie. */
const ENOUGH_P = 0.5;
/** Signs that show only after somebody left speak less for the place he left. */
const LATER_SHARE = 0.6;
const ENTRY_WEIGHT = 1.2;
const RARE_PLACE_USERS = 10;

/** Every place that log-ins lead back to from a trace, but the trace's own. */
export function findArrivals(trace: Trace, links: CausalLinks): ReadonlyMap<string, Reached> {
  const arrivals = new Map<string, Reached>();
  if (trace.isAddressOnly) return arrivals;
  const own = placesOf(trace, links);
  for (const place of own) {
    const start = { place, shown: trace, bound: trace.firstAt, firstAtOf: () => undefined };
    for (const [there, reached] of walkBack(start, links)) {
      if (own.includes(there) || reached.p <= (arrivals.get(there)?.p ?? 0)) continue;
      arrivals.set(there, reached);
    }
  }
  return arrivals;
}

const REASONS: Readonly<Record<Hop['by'], string>> = {
  session: 'in whose session this happened',
  account: 'with the account that acts here',
  time: 'right before this began, and nobody else did',
  connection: 'right before this began',
};

const tell = (hop: Hop): string => `${tellArrival(hop)}, ${REASONS[hop.by]}`;

interface Found {
  readonly place: string;
  readonly reached: Reached;
}

function strongestOf(places: readonly string[], arrivals: ReadonlyMap<string, Reached>) {
  return places.reduce<Found | undefined>((best, place) => {
    const reached = arrivals.get(place);
    return reached && reached.p > (best?.reached.p ?? 0) ? { place, reached } : best;
  }, undefined);
}

/** An address that attacks and is let in: what follows on the machine is its doing until much time passed. */
function tieByEntry(from: Trace, onto: Trace, context: ArrivalContext): Tie | undefined {
  const { links } = context;
  if (!from.isAddressOnly || onto.host === undefined) return undefined;
  const host = links.machineOf(onto.host, onto.firstAt);
  const isTimely = (at: EpochMs): boolean =>
    at <= onto.lastAt + SLACK_MS && at >= from.firstAt - context.causalWindowMs;
  const logon = links
    .logonsOnto(host)
    .find((one) => isTimely(one.at) && from.externalIps.includes(one.from));
  if (!logon) return undefined;
  const before = from.firstAt < onto.firstAt ? from.firstAt : onto.firstAt;
  const users = Math.max(links.accountsOf(host, before), links.accountsOf(logon.from, before));
  return {
    weight: ENTRY_WEIGHT * Math.min(1, RARE_PLACE_USERS / Math.max(1, users)),
    isCausal: true,
    why: `${logon.user} logged in from ${logon.from}, which attacks, to ${host} at ${clockOf(logon.at)}`,
  };
}

/** Someone got from where the one shows to where the other does. */
export function tieByArrival(from: Trace, onto: Trace, context: ArrivalContext): Tie | undefined {
  if (onto.isAddressOnly) return undefined;
  const places = from.isAddressOnly ? from.externalIps : context.placesOf(from);
  const found = strongestOf(places, context.arrivalsOf(onto));
  if (!found?.reached.hop) return tieByEntry(from, onto, context);
  const { p, hop } = found.reached;
  const isFirst = from.firstAt <= hop.logon.at + SLACK_MS;
  const weight = (p / ENOUGH_P) * (isFirst ? 1 : LATER_SHARE);
  const tie: Tie = {
    weight,
    isCausal: hop.by === 'session' || hop.by === 'account',
    why: tell(hop),
  };
  const entry = tieByEntry(from, onto, context);
  return entry && entry.weight > weight ? entry : tie;
}
