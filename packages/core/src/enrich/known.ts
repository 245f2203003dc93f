import type { EpochMs } from '../shared/time.ts';
import type { Asset, Identity } from './asset.ts';
import type { Seen, SeenKind } from './seen-book.ts';

/**
 * What is known of the things an event or an incident speaks of: facts for triage and priority. What
 * is not known is undefined, never a guess.
 */
export interface Known {
  /** The machine of a host name, or of an address at that time. */
  asset(nameOrIp: string, at?: EpochMs): Asset | undefined;
  identity(user: string): Identity | undefined;
  /** Since when and how often something was seen. `id` is canonical. */
  seen(kind: SeenKind, id: string): Seen | undefined;
}

/** A house that told nothing. */
export const NOTHING_KNOWN: Known = {
  asset: () => undefined,
  identity: () => undefined,
  seen: () => undefined,
};
