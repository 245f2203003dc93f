import { useSyncExternalStore } from 'react';

/** A look of two values: the person's choice, kept for next time, else what the system asks for. */
interface Look<T extends string> {
  /** The attribute of the document it stands in. */
  readonly name: string;
  readonly values: readonly [T, T];
  /** Which of them the system asks for. */
  readonly system: MediaQueryList;
}

const THEME: Look<'dark' | 'light'> = {
  name: 'theme',
  values: ['dark', 'light'],
  system: window.matchMedia('(prefers-color-scheme: light)'),
};
const CONTRAST: Look<'ordinary' | 'more'> = {
  name: 'contrast',
  values: ['ordinary', 'more'],
  system: window.matchMedia('(prefers-contrast: more)'),
};

const watchers = new Set<() => void>();
const keyOf = ({ name }: Look<string>): string => `cordon.${name}`;

function shownOf<T extends string>(look: Look<T>): T {
  const kept = localStorage.getItem(keyOf(look));
  return look.values.find((value) => value === kept) ?? look.values[look.system.matches ? 1 : 0];
}

/** Puts theme and contrast on the document. */
export function applyTheme(): void {
  for (const look of [THEME, CONTRAST])
    document.documentElement.dataset[look.name] = shownOf<string>(look);
  for (const watcher of watchers) watcher();
}

for (const { system } of [THEME, CONTRAST]) system.addEventListener('change', applyTheme);

const watch = (watcher: () => void) => {
  watchers.add(watcher);
  return () => {
    watchers.delete(watcher);
  };
};

/** The value on show, and the switch to the other one. */
function useLook<T extends string>(look: Look<T>): readonly [T, () => void] {
  const value = useSyncExternalStore(watch, () => shownOf(look));
  const [first, second] = look.values;
  return [
    value,
    () => {
      localStorage.setItem(keyOf(look), value === first ? second : first);
      applyTheme();
    },
  ];
}

/** The theme on show, and the switch to the other one. */
export const useTheme = () => useLook(THEME);

/** How strong contrasts are, and the switch to the other way. */
export const useContrast = () => useLook(CONTRAST);
