import type { EpochMs, Event, ObservableType } from '@cordon/core';
import { hostsOf, ipsOf } from './event-query.ts';

/*
 * Which values events of a span of time hold, each with the machine: what new indicators are looked
 * up in. Every store must answer the same (event-store.contract.ts).
 */

/** Kinds of value; `ip` and `hostname` mean wherever an event names one. */
export type ObservedType = Extract<
  ObservableType,
  'ip' | 'hostname' | 'hash' | 'url' | 'email' | 'file_name' | 'process' | 'command_line'
>;

/** A value on a machine, with the record it was first seen in. */
export interface Observed {
  readonly value: string;
  /** As `device.hostname` has it; empty where the event names none. */
  readonly host: string;
  readonly offset: number;
}

/** One page, by value and host. */
export interface ObservedPage {
  readonly type: ObservedType;
  readonly fromAt: EpochMs;
  /** The last moment that counts. */
  readonly toAt: EpochMs;
  readonly after?: Pick<Observed, 'value' | 'host'>;
  readonly limit: number;
}

/** The values of that type in an event. */
export function observedIn(event: Event, type: ObservedType): readonly string[] {
  if (type === 'ip') return ipsOf(event);
  if (type === 'hostname') return hostsOf(event);
  return event.observables.flatMap((one) => (one.type === type ? [one.value] : []));
}

/** By code points, as the engine of the files has it. */
const order = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const compare = (a: Pick<Observed, 'value' | 'host'>, b: Pick<Observed, 'value' | 'host'>) =>
  order(a.value, b.value) || order(a.host, b.host);

/** A page of what events in memory hold, together with what was read elsewhere. */
export function pageOfObserved(
  read: readonly Observed[],
  events: readonly Event[],
  { type, after, limit }: ObservedPage,
): readonly Observed[] {
  const inMemory = [...events]
    .sort((a, b) => a.time - b.time || a.provenance.offset - b.provenance.offset)
    .flatMap((event) =>
      observedIn(event, type).map((value) => ({
        value,
        host: event.device?.hostname ?? '',
        offset: event.provenance.offset,
      })),
    )
    .filter((one) => after === undefined || compare(one, after) > 0);
  const found = new Map<string, Observed>();
  for (const one of [...read, ...inMemory]) {
    const key = JSON.stringify([one.value, one.host]);
    if (!found.has(key)) found.set(key, one);
  }
  return [...found.values()].sort(compare).slice(0, limit);
}
