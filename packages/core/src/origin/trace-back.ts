import type { EpochMs } from '../shared/time.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../shared/time.ts';
import type { CausalLinks } from './causal-links.ts';
import type { Logon } from './read-event.ts';

/** One sign of the incident, as the search for its beginning needs it. */
export interface OriginSign {
  readonly at: EpochMs;
  /** How sure it is; signs weigh by it. */
  readonly p: number;
  /** Known only by an address outside. */
  readonly isAddressOnly: boolean;
  readonly externalIps: readonly string[];
  readonly internalIps: readonly string[];
  readonly host?: string;
  readonly users: readonly string[];
  readonly processKeys: readonly string[];
  readonly techniques: readonly string[];
  readonly text: string;
  readonly offsets: readonly number[];
}

/** A place where it may have begun, with the share of the signs that leads to it. */
export interface Candidate {
  /** Canonical host or address. */
  readonly place: string;
  at: EpochMs;
  /** Share of the signs that was traced to this place, 0 to 1. */
  coverage: number;
  /** The part of it that an earlier place explains. */
  explained: number;
  readonly supporting: string[];
  readonly offsets: number[];
}

const MAX_HOPS = 4;
const MAX_TRACED = 128;
const NEAR_MS = 10 * MINUTE_MS;
const SAME_SESSION = 0.98;
const SAME_ACCOUNT = 0.9;
/** Weaker signs do not say when it began at a place. */
const TELLING_P = 0.3;
const SHORTLY_BEFORE = 0.3;
const RIGHT_BEFORE = 0.8;
const RIGHT_BEFORE_MS = MINUTE_MS;
/** Two logs of one machine may tell one moment in either order. */
const SLACK_MS = 5 * SECOND_MS;

/** "10:02:11 UTC" out of event time. */
export const clockOf = (at: EpochMs): string => `${new Date(at).toISOString().slice(11, 19)} UTC`;

/** Where the sign shows: the acting address where it came from outside, else the machine. */
function placesOf(sign: OriginSign, links: CausalLinks): readonly string[] {
  if (sign.isAddressOnly) return sign.externalIps;
  if (sign.processKeys.length === 0 && sign.internalIps.length > 0) {
    return sign.internalIps.map((from) => links.machineOf(from));
  }
  return sign.host === undefined ? sign.externalIps : [sign.host];
}

const weightOf = (sign: OriginSign): number => Math.max(0.05, sign.p);

interface Hop {
  readonly from: string;
  readonly logon: Logon;
  readonly q: number;
}

/** How likely it is that this log-in brought what the sign shows; 0 where nothing but time ties them. */
function bringsSign(logon: Logon, sign: OriginSign, links: CausalLinks): number {
  const sessions = sign.processKeys.map((key) => links.processOf(key)?.session);
  if (logon.session !== undefined && sessions.includes(logon.session)) return SAME_SESSION;
  return sign.users.includes(logon.user) ? SAME_ACCOUNT : 0;
}

interface Reach {
  readonly bound: EpochMs;
  readonly sign: OriginSign;
  /** When the first telling sign showed at the place. */
  readonly firstAt: EpochMs;
}

/** The chance by time alone, shared by all places that came in the same span. */
function byTime(logons: readonly Logon[], logon: Logon, firstAt: EpochMs): number {
  const isWithin = (one: Logon, spanMs: number): boolean => one.at >= firstAt - spanMs;
  const places = (spanMs: number): number =>
    new Set(logons.filter((one) => isWithin(one, spanMs)).map((one) => one.from)).size;
  if (isWithin(logon, RIGHT_BEFORE_MS)) return RIGHT_BEFORE / places(RIGHT_BEFORE_MS);
  return isWithin(logon, NEAR_MS) ? SHORTLY_BEFORE / places(NEAR_MS) : 0;
}

/** The log-ins onto a place that time allows, each with the chance that it brought the sign. */
function hopsInto(place: string, reach: Reach, links: CausalLinks): readonly Hop[] {
  const inWindow = links
    .logonsOnto(place)
    .filter((logon) => logon.at <= reach.bound + SLACK_MS && logon.at >= reach.bound - DAY_MS);
  const { firstAt } = reach;
  const before = inWindow.filter((logon) => logon.at <= firstAt + SLACK_MS);
  return inWindow.flatMap((logon) => {
    const chance = before.includes(logon) ? byTime(before, logon, firstAt) : 0;
    const q = Math.max(bringsSign(logon, reach.sign, links), chance);
    const from = links.machineOf(logon.from);
    return q > 0 && from !== place ? [{ from, logon, q }] : [];
  });
}

interface Reached {
  readonly p: number;
  readonly bound: EpochMs;
}

/** One way back from one sign: the best chance and the latest time for every place on it. */
interface Trail {
  readonly sign: OriginSign;
  readonly share: number;
  readonly best: Map<string, Reached>;
  /** The strongest log-in onto each place. */
  readonly explained: Map<string, number>;
}

/** Goes back from every sign over the log-ins, in an order that time allows, and keeps the books. */
class BackTrace {
  readonly candidates = new Map<string, Candidate>();
  readonly #links: CausalLinks;
  readonly #firstAt = new Map<string, EpochMs>();

  constructor(links: CausalLinks) {
    this.#links = links;
  }

  /** Notes when it began at a place, before any sign is traced; signs come in order of time. */
  noteBeginning(place: string, sign: OriginSign): void {
    if (sign.p >= TELLING_P && !this.#firstAt.has(place)) this.#firstAt.set(place, sign.at);
  }

  addSign(place: string, sign: OriginSign, share: number): void {
    const start = this.#candidate(place, sign.at);
    if (!start.supporting[0]?.startsWith('First sign at ')) {
      start.supporting.unshift(`First sign at ${clockOf(sign.at)}: ${sign.text}`);
      start.offsets.push(...sign.offsets.slice(0, 5));
    }
    const trail: Trail = {
      sign,
      share,
      best: new Map([[place, { p: 1, bound: sign.at }]]),
      explained: new Map(),
    };
    let frontier: readonly string[] = [place];
    for (let hop = 0; hop < MAX_HOPS && frontier.length > 0; hop += 1) {
      frontier = frontier.flatMap((from) => this.#step(from, trail));
    }
    this.#book(trail);
  }

  #step(place: string, trail: Trail): readonly string[] {
    const here = trail.best.get(place);
    if (!here) return [];
    const next: string[] = [];
    const firstAt = this.#firstAt.get(place) ?? here.bound;
    const reach: Reach = { bound: here.bound, sign: trail.sign, firstAt };
    for (const hop of hopsInto(place, reach, this.#links)) {
      const p = here.p * hop.q;
      if (p <= (trail.best.get(hop.from)?.p ?? 0)) continue;
      trail.best.set(hop.from, { p, bound: hop.logon.at });
      trail.explained.set(place, Math.max(hop.q, trail.explained.get(place) ?? 0));
      this.#support(place, hop);
      next.push(hop.from);
    }
    return next;
  }

  #book(trail: Trail): void {
    for (const [place, reached] of trail.best) {
      const candidate = this.#candidate(place, reached.bound);
      candidate.coverage += trail.share * reached.p;
      candidate.explained += trail.share * reached.p * (trail.explained.get(place) ?? 0);
    }
  }

  #support(place: string, hop: Hop): void {
    const earlier = this.#candidate(hop.from, hop.logon.at);
    const sentence = `${hop.logon.user} logged in from ${hop.from} to ${place} at ${clockOf(hop.logon.at)}, before the signs there`;
    if (earlier.supporting.includes(sentence)) return;
    earlier.supporting.push(sentence);
    earlier.offsets.push(hop.logon.offset);
  }

  #candidate(place: string, at: EpochMs): Candidate {
    const there = this.candidates.get(place);
    if (there) {
      if (at < there.at) there.at = at;
      return there;
    }
    const made: Candidate = { place, at, coverage: 0, explained: 0, supporting: [], offsets: [] };
    this.candidates.set(place, made);
    return made;
  }
}

/**
 * Every place the signs can be traced back to over log-ins, each with the share of them that leads
 * there (BLAME across hosts, methods 4.2.3). Of many signs the earliest 128 are traced.
 */
export function traceBack(signs: readonly OriginSign[], links: CausalLinks): readonly Candidate[] {
  const traced = [...signs].sort((a, b) => a.at - b.at).slice(0, MAX_TRACED);
  const starts = traced.flatMap((sign) => placesOf(sign, links).map((place) => ({ place, sign })));
  const total = starts.reduce((sum, { sign }) => sum + weightOf(sign), 0);
  const trace = new BackTrace(links);
  for (const { place, sign } of starts) trace.noteBeginning(place, sign);
  for (const { place, sign } of starts) trace.addSign(place, sign, weightOf(sign) / total);
  return [...trace.candidates.values()];
}
