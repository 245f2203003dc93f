import { useSyncExternalStore } from 'react';

const query = window.matchMedia('(max-width: 900px)');

/** Is the page as narrow as a phone's? The same limit as in the style sheets. */
export const useNarrow = (): boolean =>
  useSyncExternalStore(
    (watcher) => {
      query.addEventListener('change', watcher);
      return () => query.removeEventListener('change', watcher);
    },
    () => query.matches,
  );
