import type { EpochMs, HuntField, HuntNode, Logsource } from '@cordon/core';

/*
 * Hunting in the event store: what is asked and what is answered. A hunt is a tree of
 * `parseHunt`; every store must answer the same (event-store.contract.ts).
 */

/** Which events are meant. */
export interface HuntScope {
  readonly hunt: HuntNode;
  readonly fromAt?: EpochMs;
  readonly toAt?: EpochMs;
}

/** One page of events; `after` is where the page before ended. */
export interface HuntPage extends HuntScope {
  readonly order: 'newest' | 'oldest';
  readonly after?: { readonly time: EpochMs; readonly offset: number };
  readonly limit: number;
}

/** How many events lie in one span of time. */
export interface HuntBar {
  readonly at: EpochMs;
  readonly count: number;
}

/** A value of a field and how many events have it. */
export interface HuntValue {
  readonly value: string;
  readonly count: number;
}

/** Asks for the values of a field, the most frequent first. */
export interface HuntTop extends HuntScope {
  readonly field: HuntField;
  readonly limit: number;
}

/** A kind of event that was really seen. */
export interface SeenLogsource {
  readonly logsource: Logsource;
  readonly classUid: number;
  readonly count: number;
  readonly lastAt: EpochMs;
}
