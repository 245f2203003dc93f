import { useSyncExternalStore } from 'react';

export type Theme = 'dark' | 'light';
const KEY = 'cordon.theme';
const watchers = new Set<() => void>();
const system = window.matchMedia('(prefers-color-scheme: light)');

const chosen = (): Theme | undefined => {
  const value = localStorage.getItem(KEY);
  return value === 'dark' || value === 'light' ? value : undefined;
};
const current = (): Theme => chosen() ?? (system.matches ? 'light' : 'dark');

/** Puts the theme on the document: the person's choice, else the system's. */
export function applyTheme(): void {
  document.documentElement.dataset['theme'] = current();
  for (const watcher of watchers) watcher();
}

system.addEventListener('change', applyTheme);

/** The theme on show, and the switch to the other one (kept for next time). */
export function useTheme(): readonly [Theme, () => void] {
  const theme = useSyncExternalStore((watcher) => {
    watchers.add(watcher);
    return () => {
      watchers.delete(watcher);
    };
  }, current);
  return [
    theme,
    () => {
      localStorage.setItem(KEY, theme === 'dark' ? 'light' : 'dark');
      applyTheme();
    },
  ];
}
