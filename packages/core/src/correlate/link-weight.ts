import { isCommonAccount } from '../entity/resolve.ts';
import type { EpochMs } from '../shared/time.ts';
import { HOUR_MS, MINUTE_MS } from '../shared/time.ts';
import { type ArrivalContext, tieByArrival } from './arrival-tie.ts';
import type { Tie } from './tie.ts';
import { JOIN_WEIGHT } from './tie.ts';
import type { Trace } from './trace.ts';
import { gapBetween, indexKeysOf } from './trace.ts';

/** Where ties come from, besides the two traces themselves. */
export interface LinkContext extends ArrivalContext {
  readonly addressWindowMs: number;
  /** On how many machines an account has shown in alerts. */
  readonly hostsOfUser: (user: string) => number;
  /** How many accounts have shown in alerts on a machine. */
  readonly usersOfHost: (host: string) => number;
  /** By what weights are multiplied, as people's merging and splitting taught of the two rules; 1 unless given. */
  readonly favour?: number;
}

const RARE_USER_HOSTS = 3;
const RARE_HOST_USERS = 10;
const RARE_ADDRESS_USERS = 10;
/** Signs on a machine that many share belong together while this is about the silence between them. */
const NEAR_MS = 10 * MINUTE_MS;
const HOST_WEIGHT = 1.25;

const shared = (a: readonly string[], b: readonly string[]): string | undefined =>
  a.find((value) => b.includes(value));

/** When the earlier of the two began: what was ordinary before is no part of either. */
const beginningOf = (a: Trace, b: Trace): EpochMs =>
  a.firstAt < b.firstAt ? a.firstAt : b.firstAt;

/**
 * What an address outside does goes through processes that serve everybody; and a number, unlike a
 * sensor's unique id, soon belongs to another process.
 */
function tieByProcess(a: Trace, b: Trace): Tie | undefined {
  if (a.isAddressOnly && b.isAddressOnly) return undefined;
  const isRecent = gapBetween(a, b) <= HOUR_MS;
  const keys = isRecent ? a.processKeys : a.processKeys.filter((key) => !key.startsWith('p:'));
  if (!shared(keys, b.processKeys)) return undefined;
  return {
    weight: 1.5,
    isCausal: true,
    why: 'The same process, or one that it descends from, is behind both',
  };
}

/**
 * An address outside ties what it does; what it does elsewhere on a machine needs the machine's own
 * signs. One that many accounts come from (a provider's gateway, an office) ties nothing.
 */
function tieByAddress(a: Trace, b: Trace, context: LinkContext): Tie | undefined {
  const ip = shared(a.externalIps, b.externalIps);
  if (ip === undefined) return undefined;
  const users = context.links.accountsOf(ip, beginningOf(a, b));
  const weight = Math.min(1, RARE_ADDRESS_USERS / Math.max(1, users));
  return { weight, isCausal: false, why: `Both come from ${ip}` };
}

/**
 * The storm rule: many addresses outside doing the same to the same machine are one trouble, not
 * many; a machine that is merely shared (different behaviour) ties nothing.
 */
function tieByStorm(a: Trace, b: Trace): Tie | undefined {
  const isSame =
    a.isAddressOnly &&
    b.isAddressOnly &&
    a.behaviour === b.behaviour &&
    a.host !== undefined &&
    a.host === b.host;
  return isSame
    ? {
        weight: 1,
        isCausal: false,
        why: `Other addresses do the same to ${a.host} at the same time; together they are one storm`,
      }
    : undefined;
}

/**
 * A machine that very many accounts show on (a directory server, a jump host, a gateway) ties less
 * and less with time, and never two incidents.
 */
function tieByHost(a: Trace, b: Trace, context: LinkContext): Tie | undefined {
  if (a.isAddressOnly || b.isAddressOnly) return undefined;
  // Where both are: the machine itself, or one that acts in one and shows in the other.
  const host = shared(context.placesOf(a), context.placesOf(b));
  if (host === undefined) return undefined;
  const users = Math.max(
    context.usersOfHost(host),
    context.links.accountsOf(host, beginningOf(a, b)),
  );
  const rarity = Math.min(1, RARE_HOST_USERS / Math.max(1, users));
  const near = 2 ** (-gapBetween(a, b) / NEAR_MS);
  const why =
    rarity === 1
      ? `Both happen on or from ${host}`
      : `Both happen on or from ${host} within minutes, though ${users} or more accounts share it`;
  const weight = HOST_WEIGHT * (rarity + (1 - rarity) * near);
  return { weight, isCausal: rarity === 1, isByPlace: true, why };
}

/** The rarer the account, the more it ties: one that shows on many machines is an administrator's or a service's. */
function tieByUser(a: Trace, b: Trace, context: LinkContext): Tie | undefined {
  if (a.isAddressOnly || b.isAddressOnly) return undefined;
  const user = a.users.find((name) => b.users.includes(name) && !isCommonAccount(name));
  if (user === undefined) return undefined;
  const hosts = Math.max(
    context.hostsOfUser(user),
    context.links.hostsOfAccount(user, beginningOf(a, b)),
  );
  const weight = Math.min(1, RARE_USER_HOSTS / Math.max(1, hosts));
  return { weight, isCausal: true, why: `The account ${user} acts in both` };
}

/** The first of two that are as strong. */
const stronger = (one: Tie | undefined, other: Tie | undefined): Tie | undefined =>
  other === undefined || (one !== undefined && one.weight >= other.weight) ? one : other;

/** The strongest tie between two traces inside its window of event time, or undefined. */
export function findTie(a: Trace, b: Trace, context: LinkContext): Tie | undefined {
  const gap = gapBetween(a, b);
  let best: Tie | undefined;
  if (gap <= context.causalWindowMs) {
    best = stronger(tieByProcess(a, b), tieByArrival(a, b, context));
    best = stronger(best, tieByArrival(b, a, context));
    best = stronger(best, tieByHost(a, b, context));
    best = stronger(best, tieByUser(a, b, context));
  }
  if (gap <= context.addressWindowMs) {
    best = stronger(best, tieByAddress(a, b, context));
    best = stronger(best, tieByStorm(a, b));
  }
  const { favour = 1 } = context;
  return best !== undefined && best.weight * favour >= JOIN_WEIGHT ? best : undefined;
}

/** Further keys an alert has to look under: where log-ins lead back to, and where they went on to. */
export function lookupKeysOf(trace: Trace, context: LinkContext): readonly string[] {
  const { links } = context;
  const places = trace.isAddressOnly ? trace.externalIps : context.placesOf(trace);
  const since = (trace.firstAt - context.causalWindowMs) as EpochMs;
  const entered = places.flatMap((place) => links.machinesEnteredFrom(place, since));
  const linked = new Set([...context.arrivalsOf(trace).keys(), ...entered]);
  return [
    ...indexKeysOf(trace, links),
    ...[...linked].flatMap((place) => [`host:${place}`, `ip:${place}`]),
  ];
}
