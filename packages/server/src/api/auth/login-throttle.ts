import { type EpochMs, MINUTE_MS, SECOND_MS } from '@cordon/core';

const WINDOW_MS = 15 * MINUTE_MS;
const PER_ACCOUNT_AND_PEER = 5;
const PER_PEER = 30;
const MAX_KEYS = 10_000;

export interface LoginThrottle {
  /** Seconds to wait before the next try, 0 when one may be made now. */
  waitS(name: string, peer: string): number;
  failed(name: string, peer: string): void;
  succeeded(name: string, peer: string): void;
}

/**
 * Counts failed tries (log-ins, set-up links, source tokens) in a sliding quarter of an hour: five for
 * one name from one address, thirty from one address. A name is never locked for everybody, so nobody
 * can lock others out.
 */
export function createLoginThrottle(now: () => EpochMs): LoginThrottle {
  const failures = new Map<string, readonly number[]>();
  const recent = (key: string) => (failures.get(key) ?? []).filter((at) => at > now() - WINDOW_MS);
  const add = (key: string) => {
    const times = [...recent(key), now()].slice(-PER_PEER);
    failures.delete(key);
    failures.set(key, times);
    const oldest = failures.keys().next().value;
    if (failures.size > MAX_KEYS && oldest !== undefined) failures.delete(oldest);
  };
  const waitOf = (key: string, limit: number) => {
    const times = recent(key);
    const first = times.at(-limit);
    return first === undefined
      ? 0
      : Math.max(1, Math.ceil((first + WINDOW_MS - now()) / SECOND_MS));
  };
  return {
    waitS: (name, peer) =>
      Math.max(waitOf(pairKey(name, peer), PER_ACCOUNT_AND_PEER), waitOf(peer, PER_PEER)),
    failed: (name, peer) => {
      add(pairKey(name, peer));
      add(peer);
    },
    succeeded: (name, peer) => {
      failures.delete(pairKey(name, peer));
    },
  };
}

const pairKey = (name: string, peer: string): string => `${peer} ${name.toLowerCase()}`;
