import { isCommonAccount } from '../entity/resolve.ts';
import type { CausalLinks } from '../origin/causal-links.ts';
import type { EpochMs } from '../shared/time.ts';

/** What correlation needs to know of an alert; canonical ids throughout. */
export interface Trace {
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
  readonly behaviour: string;
  readonly isAddressOnly: boolean;
  readonly externalIps: readonly string[];
  /** The machine it happens on. */
  readonly host?: string;
  /** Other machines inside that act: by address or name. */
  readonly fromHosts: readonly string[];
  readonly users: readonly string[];
  /** The process and its nearest ancestors. */
  readonly processKeys: readonly string[];
}

/** Where ties come from, besides the two traces themselves. */
export interface LinkContext {
  readonly links: CausalLinks;
  readonly addressWindowMs: number;
  readonly causalWindowMs: number;
  /** On how many machines an account has shown in alerts. */
  readonly hostsOfUser: (user: string) => number;
  /** How many accounts have shown in alerts on a machine. */
  readonly usersOfHost: (host: string) => number;
}

/** A reason to put two traces together; a weight of 1 is enough. */
export interface Tie {
  readonly weight: number;
  readonly why: string;
  /** Is it stronger than an address: may it merge two incidents? */
  readonly isCausal: boolean;
}

/** At or above this a tie holds. */
export const JOIN_WEIGHT = 1;
const USER_WEIGHT = 1;
const RARE_USER_HOSTS = 3;
const RARE_HOST_USERS = 10;

const shared = (a: readonly string[], b: readonly string[]): string | undefined =>
  a.find((value) => b.includes(value));

/** Silence between two stretches of time, 0 where they overlap. */
const gapBetween = (a: Trace, b: Trace): number =>
  Math.max(0, a.firstAt - b.lastAt, b.firstAt - a.lastAt);

function tieByProcess(a: Trace, b: Trace): Tie | undefined {
  if (!shared(a.processKeys, b.processKeys)) return undefined;
  return {
    weight: 1.5,
    isCausal: true,
    why: 'The same process, or one that it descends from, is behind both',
  };
}

/** An address outside ties what it does; what it does elsewhere on a machine needs the machine's own signs. */
function tieByAddress(a: Trace, b: Trace): Tie | undefined {
  const ip = shared(a.externalIps, b.externalIps);
  return ip === undefined ? undefined : { weight: 1, isCausal: false, why: `Both come from ${ip}` };
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

/** A machine that very many accounts show on (a directory server, a jump host) ties less and less. */
function tieByHost(a: Trace, b: Trace, context: LinkContext): Tie | undefined {
  if (a.isAddressOnly || b.isAddressOnly) return undefined;
  const places = (trace: Trace): readonly string[] => [
    ...(trace.host === undefined ? [] : [trace.host]),
    ...trace.fromHosts,
  ];
  const host =
    a.host !== undefined && a.host === b.host
      ? a.host
      : (shared(a.fromHosts, places(b)) ?? shared(b.fromHosts, places(a)));
  if (host === undefined) return undefined;
  const weight = Math.min(1, RARE_HOST_USERS / Math.max(1, context.usersOfHost(host)));
  return { weight, isCausal: true, why: `Both happen on or from ${host}` };
}

/** The rarer the account, the more it ties: one that shows on many machines is an administrator's or a service's. */
function tieByUser(a: Trace, b: Trace, context: LinkContext): Tie | undefined {
  if (a.isAddressOnly || b.isAddressOnly) return undefined;
  const user = a.users.find((name) => !isCommonAccount(name) && b.users.includes(name));
  if (user === undefined) return undefined;
  const rarity = Math.min(1, RARE_USER_HOSTS / Math.max(1, context.hostsOfUser(user)));
  return { weight: USER_WEIGHT * rarity, isCausal: true, why: `The account ${user} acts in both` };
}

/** Someone went from where the one is to where the other is, before the other began. */
function tieByLogon(from: Trace, onto: Trace, context: LinkContext): Tie | undefined {
  if (onto.host === undefined || onto.isAddressOnly) return undefined;
  const origins = from.isAddressOnly
    ? from.externalIps
    : from.host === undefined
      ? []
      : [from.host];
  const sessions = new Set(onto.processKeys.map((key) => context.links.processOf(key)?.session));
  const found = context.links.logonsOnto(onto.host).find((logon) => {
    const isBetween = logon.at <= onto.lastAt && logon.at >= from.firstAt - context.causalWindowMs;
    if (!isBetween || !origins.includes(context.links.machineOf(logon.from))) return false;
    const isSession = logon.session !== undefined && sessions.has(logon.session);
    return (
      isSession ||
      from.isAddressOnly ||
      from.users.includes(logon.user) ||
      onto.users.includes(logon.user)
    );
  });
  return (
    found && {
      weight: 1.2,
      isCausal: true,
      why: `${found.user} logged in from ${context.links.machineOf(found.from)} to ${onto.host} before`,
    }
  );
}

/** The strongest tie between two traces inside its window of event time, or undefined. */
export function findTie(a: Trace, b: Trace, context: LinkContext): Tie | undefined {
  const gap = gapBetween(a, b);
  const byAddress = gap <= context.addressWindowMs ? [tieByAddress(a, b), tieByStorm(a, b)] : [];
  const byCause =
    gap <= context.causalWindowMs
      ? [
          tieByProcess(a, b),
          tieByLogon(a, b, context),
          tieByLogon(b, a, context),
          tieByHost(a, b, context),
          tieByUser(a, b, context),
        ]
      : [];
  const ties = [...byCause, ...byAddress].filter(
    (tie) => tie !== undefined && tie.weight >= JOIN_WEIGHT,
  );
  return ties.reduce<Tie | undefined>(
    (best, tie) => (tie && (!best || tie.weight > best.weight) ? tie : best),
    undefined,
  );
}

/** Under what an alert is looked up by others that might tie to it. */
export function indexKeysOf(trace: Trace): readonly string[] {
  return [
    ...trace.externalIps.map((ip) => `ip:${ip}`),
    ...(trace.host === undefined ? [] : [`host:${trace.host}`]),
    ...trace.fromHosts.map((host) => `host:${host}`),
    ...trace.users.filter((user) => !isCommonAccount(user)).map((user) => `user:${user}`),
    ...trace.processKeys,
  ];
}

/** Further keys an alert has to look under: machines and addresses that logged in to where it is. */
export function lookupKeysOf(trace: Trace, links: CausalLinks): readonly string[] {
  const inbound =
    trace.host === undefined || trace.isAddressOnly ? [] : links.logonsOnto(trace.host);
  const froms = [...new Set(inbound.map((logon) => links.machineOf(logon.from)))];
  return [...indexKeysOf(trace), ...froms.flatMap((from) => [`host:${from}`, `ip:${from}`])];
}
