import type { EpochMs } from '../shared/time.ts';
import type { CausalLinks } from './causal-links.ts';
import type { Hop } from './way-back.ts';
import { walkBack } from './way-back.ts';

/** One sign of the incident, as the search for its beginning needs it. */
export interface OriginSign {
  readonly at: EpochMs;
  readonly lastAt?: EpochMs;
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

const MAX_TRACED = 128;
/** Weaker signs do not say when it began at a place. */
const TELLING_P = 0.3;

/** "10:02:11 UTC" out of event time. */
export const clockOf = (at: EpochMs): string => `${new Date(at).toISOString().slice(11, 19)} UTC`;

/** Who came from where onto what, as a clause. */
export const tellArrival = ({ from, onto, logon, by, port }: Hop): string =>
  by === 'connection'
    ? `${from} connected to port ${port} of ${onto} at ${clockOf(logon.at)}`
    : `${logon.user} logged in from ${from} to ${onto} at ${clockOf(logon.at)}`;

/** Where the sign shows: the acting address where it came from outside, else the machine. */
function placesOf(sign: OriginSign, links: CausalLinks): readonly string[] {
  if (sign.isAddressOnly) return sign.externalIps;
  if (sign.processKeys.length === 0 && sign.internalIps.length > 0) {
    return sign.internalIps.map((from) => links.machineOf(from, sign.at));
  }
  return sign.host === undefined ? sign.externalIps : [sign.host];
}

const weightOf = (sign: OriginSign): number => Math.max(0.05, sign.p);

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
    /** The strongest log-in onto each place. */
    const explained = new Map<string, number>();
    const reached = walkBack(
      { place, shown: sign, bound: sign.at, firstAtOf: (there) => this.#firstAt.get(there) },
      this.#links,
      (hop) => {
        explained.set(hop.onto, Math.max(hop.q, explained.get(hop.onto) ?? 0));
        this.#support(hop);
      },
    );
    for (const [there, { p, bound }] of reached) {
      const candidate = this.#candidate(there, bound);
      candidate.coverage += share * p;
      candidate.explained += share * p * (explained.get(there) ?? 0);
    }
  }

  #support(hop: Hop): void {
    const earlier = this.#candidate(hop.from, hop.logon.at);
    const sentence = `${tellArrival(hop)}, before the signs there`;
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
