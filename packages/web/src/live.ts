import type { ChangeView } from '@cordon/contract';
import { useEffect, useSyncExternalStore } from 'react';
import { api, queryClient, STALE_BY_TOPIC } from './api.ts';

type LiveState = 'live' | 'waiting';

let state: LiveState = 'waiting';
let pending: ReadonlySet<string> = new Set();
const watchers = new Set<() => void>();
const tell = () => {
  for (const watcher of watchers) watcher();
};
const watch = (watcher: () => void) => {
  watchers.add(watcher);
  return () => {
    watchers.delete(watcher);
  };
};

/** Is the live stream open? */
export const useLiveState = (): LiveState => useSyncExternalStore(watch, () => state);

/** Ids of incidents that changed since the queue was last read. */
export const usePendingIncidents = (): ReadonlySet<string> =>
  useSyncExternalStore(watch, () => pending);

/** The queue has just been read anew. */
export function clearPendingIncidents(): void {
  if (pending.size === 0) return;
  pending = new Set();
  tell();
}

function take(items: readonly ChangeView[]): void {
  const keys = new Set(items.flatMap((item) => STALE_BY_TOPIC[item.topic]));
  for (const key of keys) void queryClient.invalidateQueries({ queryKey: [key] });
  const incidents = items.filter((item) => item.topic === 'incident').map((item) => item.id);
  if (incidents.length === 0) return;
  pending = new Set([...pending, ...incidents]);
  tell();
}

/** Holds the live stream open while the console is on show. */
export function useLiveStream(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return undefined;
    return api.subscribe({
      onChange: take,
      onReset: () => void queryClient.invalidateQueries(),
      onState: (next) => {
        state = next;
        tell();
      },
    });
  }, [isOn]);
}
