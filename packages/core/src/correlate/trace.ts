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

/** Silence between two stretches of time, 0 where they overlap. */
export const gapBetween = (a: Trace, b: Trace): number =>
  Math.max(0, a.firstAt - b.lastAt, b.firstAt - a.lastAt);

/** The machine it happens on and those that act on it, each by its name where it is known by now. */
export function placesOf(trace: Trace, links: CausalLinks): readonly string[] {
  const named = [...(trace.host === undefined ? [] : [trace.host]), ...trace.fromHosts];
  return [...new Set(named.map((place) => links.machineOf(place, trace.firstAt)))];
}

/** The trace with every machine by its name, where it is known by now. */
export function withNames(trace: Trace, links: CausalLinks): Trace {
  if (trace.host === undefined) return trace;
  const host = links.machineOf(trace.host, trace.firstAt);
  const fromHosts = placesOf(trace, links).filter((place) => place !== host);
  return { ...trace, host, fromHosts };
}

/** Under what an alert is looked up by others that might tie to it. */
export function indexKeysOf(trace: Trace, links: CausalLinks): readonly string[] {
  return [
    ...trace.externalIps.map((ip) => `ip:${ip}`),
    ...(trace.host === undefined ? [] : [`host:${trace.host}`]),
    ...trace.fromHosts.map((host) => `host:${host}`),
    ...placesOf(trace, links).map((host) => `host:${host}`),
    ...trace.users.filter((user) => !isCommonAccount(user)).map((user) => `user:${user}`),
    ...trace.processKeys,
  ];
}
