import { useSyncExternalStore } from 'react';

/** In which time zone moments are shown: UTC as in the stories, or the reader's own. */
export type Zone = 'utc' | 'local';

const KEY = 'cordon.zone';
const watchers = new Set<() => void>();
const current = (): Zone => (localStorage.getItem(KEY) === 'local' ? 'local' : 'utc');

/** The zone on show, and the switch to the other one (kept for next time). */
export function useZone(): readonly [Zone, () => void] {
  const zone = useSyncExternalStore((watcher) => {
    watchers.add(watcher);
    return () => {
      watchers.delete(watcher);
    };
  }, current);
  return [
    zone,
    () => {
      localStorage.setItem(KEY, zone === 'utc' ? 'local' : 'utc');
      for (const watcher of watchers) watcher();
    },
  ];
}
