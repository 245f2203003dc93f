import type { EntityRef } from '../entity/entity.ts';
import { canonicalIp, isExternalIp } from '../entity/resolve.ts';
import type { EpochMs } from '../shared/time.ts';
import { DAY_MS, MINUTE_MS } from '../shared/time.ts';
import type { CausalLinks } from './causal-links.ts';
import type { Origin, OriginHypothesis } from './origin.ts';
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

interface Candidate {
  /** Canonical host or address. */
  readonly place: string;
  at: EpochMs;
  coverage: number;
  /** Share of it that no earlier place explains. */
  residual: number;
  readonly supporting: string[];
  readonly offsets: number[];
}

const UNSEEN_P = 0.15;
const KAPPA = 4;
const MAX_HOPS = 4;
const MAX_HYPOTHESES = 3;
const NEAR_MS = 10 * MINUTE_MS;

/** "10:02:11 UTC" out of event time. */
export const clockOf = (at: EpochMs): string => `${new Date(at).toISOString().slice(11, 19)} UTC`;

function groupBy(
  signs: readonly OriginSign[],
  placeOf: (sign: OriginSign) => readonly string[],
): ReadonlyMap<string, readonly OriginSign[]> {
  const groups = new Map<string, OriginSign[]>();
  for (const sign of signs) {
    for (const place of placeOf(sign)) groups.set(place, [...(groups.get(place) ?? []), sign]);
  }
  return groups;
}

/** Where the sign shows: the acting address where it came from outside, else the machine. */
function placesOf(sign: OriginSign, links: CausalLinks): readonly string[] {
  if (sign.isAddressOnly) return sign.externalIps;
  if (sign.processKeys.length === 0 && sign.internalIps.length > 0)
    return sign.internalIps.map((ip) => links.machineOf(ip));
  return sign.host === undefined ? sign.externalIps : [sign.host];
}

/**
 * How likely it is that this log-in brought what the signs show: same session .98, same account .9,
 * otherwise a share of .3 where it came shortly before (methods 4.2.3).
 */
function bringsSigns(logon: Logon, signs: readonly OriginSign[], links: CausalLinks): number {
  const sessions = new Set(
    signs.flatMap((sign) => sign.processKeys).map((key) => links.processOf(key)?.session),
  );
  if (logon.session !== undefined && sessions.has(logon.session)) return 0.98;
  if (signs.some((sign) => sign.users.includes(logon.user))) return 0.9;
  return 0;
}

interface Hop {
  readonly from: string;
  readonly logon: Logon;
  readonly q: number;
}

function hopsInto(
  place: string,
  reach: { readonly bound: EpochMs; readonly signs: readonly OriginSign[] },
  links: CausalLinks,
): readonly Hop[] {
  const inWindow = links
    .logonsOnto(place)
    .filter((logon) => logon.at <= reach.bound && logon.at >= reach.bound - DAY_MS);
  const near = inWindow.filter((logon) => logon.at >= reach.bound - NEAR_MS);
  return inWindow.flatMap((logon) => {
    const known = bringsSigns(logon, reach.signs, links);
    const q = known > 0 ? known : near.includes(logon) ? 0.3 / near.length : 0;
    const from = links.machineOf(logon.from);
    return q > 0 && from !== place ? [{ from, logon, q }] : [];
  });
}

const firstOf = (signs: readonly OriginSign[]): EpochMs =>
  signs.reduce(
    (first, sign) => (sign.at < first ? sign.at : first),
    signs[0]?.at ?? (0 as EpochMs),
  );

const weightOf = (signs: readonly OriginSign[]): number =>
  signs.reduce((sum, sign) => sum + Math.max(0.05, sign.p), 0);

class Search {
  readonly candidates = new Map<string, Candidate>();
  readonly #links: CausalLinks;
  readonly #total: number;

  constructor(links: CausalLinks, total: number) {
    this.#links = links;
    this.#total = total;
  }

  /** Signs seen at a place: it covers them itself, and through it whatever led there. */
  addPlace(place: string, signs: readonly OriginSign[]): void {
    const share = weightOf(signs) / this.#total;
    const candidate = this.#candidate(place, firstOf(signs));
    candidate.coverage += share;
    const first = [...signs].sort((a, b) => a.at - b.at)[0];
    if (first) {
      candidate.supporting.push(`First sign at ${clockOf(first.at)}: ${first.text}`);
      candidate.offsets.push(...first.offsets.slice(0, 5));
    }
    this.#trace(place, { share, bound: firstOf(signs), signs });
  }

  /** Best time-respecting path from every earlier place to this one; a place counts once per trace. */
  #trace(
    start: string,
    from: {
      readonly share: number;
      readonly bound: EpochMs;
      readonly signs: readonly OriginSign[];
    },
  ): void {
    const best = new Map<string, { readonly p: number; readonly bound: EpochMs }>([
      [start, { p: 1, bound: from.bound }],
    ]);
    let frontier = [start];
    for (let hop = 0; hop < MAX_HOPS && frontier.length > 0; hop += 1) {
      frontier = frontier.flatMap((place) => this.#step(place, best, from.signs));
    }
    for (const [place, reached] of best) {
      if (place !== start) this.#candidate(place, reached.bound).coverage += from.share * reached.p;
    }
  }

  #step(
    place: string,
    best: Map<string, { readonly p: number; readonly bound: EpochMs }>,
    signs: readonly OriginSign[],
  ): readonly string[] {
    const here = best.get(place);
    if (!here) return [];
    const next: string[] = [];
    for (const hop of hopsInto(place, { bound: here.bound, signs }, this.#links)) {
      const p = here.p * hop.q;
      if (p <= (best.get(hop.from)?.p ?? 0)) continue;
      best.set(hop.from, { p, bound: hop.logon.at });
      this.#explain(place, hop);
      next.push(hop.from);
    }
    return next;
  }

  /** The earlier place is named as the reason; the later one keeps only what it does not explain. */
  #explain(place: string, hop: Hop): void {
    const later = this.candidates.get(place);
    if (later) later.residual = Math.min(later.residual, 1 - hop.q);
    const earlier = this.#candidate(hop.from, hop.logon.at);
    const sentence = `${hop.logon.user} logged in from ${hop.from} to ${place} at ${clockOf(hop.logon.at)}, before the signs there`;
    if (!earlier.supporting.includes(sentence)) earlier.supporting.push(sentence);
    earlier.offsets.push(hop.logon.offset);
  }

  #candidate(place: string, at: EpochMs): Candidate {
    const there = this.candidates.get(place);
    if (there) {
      if (at < there.at) there.at = at;
      return there;
    }
    const made: Candidate = { place, at, coverage: 0, residual: 1, supporting: [], offsets: [] };
    this.candidates.set(place, made);
    return made;
  }
}

const toEntity = (place: string): EntityRef =>
  canonicalIp(place)
    ? { kind: 'ip', id: place, role: 'source' }
    : { kind: 'host', id: place, role: 'source' };

function vectorOf(place: string, signs: readonly OriginSign[]): OriginHypothesis['entryVector'] {
  const techniques = signs.flatMap((sign) => sign.techniques);
  const has = (...prefixes: readonly string[]): boolean =>
    techniques.some((id) => prefixes.some((prefix) => id.startsWith(prefix)));
  if (has('T1566', 'T1204')) return 'phishing';
  if (has('T1091', 'T1200')) return 'removable_media';
  const isOutside = canonicalIp(place) !== undefined && isExternalIp(place);
  if (!isOutside) return 'unseen';
  return signs.some((sign) => !sign.isAddressOnly) || has('T1078')
    ? 'stolen_credential'
    : 'exposed_service';
}

/** What the process behind the first signs on a machine descends from and talked to. */
function lineageSentences(
  place: string,
  signs: readonly OriginSign[],
  links: CausalLinks,
): readonly string[] {
  const first = signs
    .filter((sign) => sign.host === place && sign.processKeys.length > 0)
    .sort((a, b) => a.at - b.at)[0];
  const key = first?.processKeys[0];
  if (key === undefined) return [];
  const known = links.lineageOf(key).flatMap((step) => links.processOf(step) ?? []);
  const chain = known.map((node) => node.name).reverse();
  const oldest = known.at(-1);
  const sentences =
    chain.length > 0 && oldest
      ? [`Chain of processes since ${clockOf(oldest.at)}: ${chain.join(' → ')}`]
      : [];
  const contacts = links
    .lineageOf(key)
    .flatMap((step) =>
      links
        .contactsOf(step)
        .map(
          (to) =>
            `${links.processOf(step)?.name ?? 'The process'} connected to ${to.ip}${to.port === undefined ? '' : ` port ${to.port}`} at ${clockOf(to.at)}`,
        ),
    );
  return [...sentences, ...contacts.slice(0, 5)];
}

const strengthOf = (candidate: Candidate): number =>
  candidate.residual * Math.exp(KAPPA * Math.min(1, candidate.coverage));

function toHypotheses(
  candidates: readonly Candidate[],
  signs: readonly OriginSign[],
  links: CausalLinks,
): readonly OriginHypothesis[] {
  const ranked = [...candidates].sort(
    (a, b) => strengthOf(b) - strengthOf(a) || a.at - b.at || (a.place < b.place ? -1 : 1),
  );
  const total = ranked.reduce((sum, candidate) => sum + strengthOf(candidate), 0);
  return ranked.slice(0, MAX_HYPOTHESES).map((candidate) => ({
    entity: toEntity(candidate.place),
    at: candidate.at,
    p: ((1 - UNSEEN_P) * strengthOf(candidate)) / total,
    entryVector: vectorOf(candidate.place, signs),
    supporting: [
      ...candidate.supporting.slice(0, 5),
      ...lineageSentences(candidate.place, signs, links),
    ],
    contradicting:
      candidate.residual < 1
        ? ['Someone came onto this machine from another one before the first sign']
        : [],
    offsets: [...new Set(candidate.offsets)].slice(0, 20),
  }));
}

/**
 * Where it began: the earliest place that the signs can be traced back to over log-ins, in an order
 * that time allows (BLAME across hosts, methods 4.2.3). What no hypothesis holds is the chance that
 * it began outside of what was seen.
 */
export function findOrigin(signs: readonly OriginSign[], links: CausalLinks): Origin {
  const groups = groupBy(signs, (sign) => placesOf(sign, links));
  if (groups.size === 0) return UNSEEN;
  const total = [...groups.values()].reduce((sum, group) => sum + weightOf(group), 0);
  const search = new Search(links, total);
  for (const [place, group] of groups) search.addPlace(place, group);
  const hypotheses = toHypotheses([...search.candidates.values()], signs, links);
  const top = hypotheses[0];
  if (!top) return UNSEEN;
  const others =
    search.candidates.size > 1 ? `; ${search.candidates.size - 1} other places were weighed` : '';
  const text = `It most likely began at ${top.entity.id} (${Math.round(top.p * 100)} %), first seen ${clockOf(top.at)}${others}. ${Math.round(UNSEEN_P * 100)} % is left for a beginning outside of what was seen.`;
  return { kind: 'found', hypotheses, text };
}

const UNSEEN: Origin = {
  kind: 'unseen',
  text: 'The signs name no machine and no address, so the beginning cannot be told.',
  wouldSettle: [
    'Process and log-in events of the machines involved',
    'Logs that carry the address of the other side',
  ],
};
