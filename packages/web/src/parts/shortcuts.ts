import { useEffect, useRef, useSyncExternalStore } from 'react';

/** A key or a sequence of keys (`g i`), what it does, and whether it is a command worth searching for. */
export interface Shortcut {
  readonly keys: string;
  readonly text: string;
  readonly run: () => void;
  readonly isMove?: boolean;
}

/** The shortcuts of one part of the page. */
export interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

const SWITCH = 'cordon.shortcuts';
let groups: readonly { readonly title: string; readonly read: () => readonly Shortcut[] }[] = [];
let prefix = '';
const watchers = new Set<() => void>();
const tell = () => {
  for (const watcher of watchers) watcher();
};

/** Single-key shortcuts hold while the component is on show; those of the page stand before those of the shell. */
export function useShortcuts(title: string, shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    const group = { title, read: () => latest.current };
    groups = [...groups, group];
    return () => {
      groups = groups.filter((other) => other !== group);
    };
  }, [title]);
}

/** Every shortcut that holds now, for the help and the palette. */
export const shortcutGroups = (): readonly ShortcutGroup[] =>
  groups
    .map(({ title, read }) => ({ title, shortcuts: read() }))
    .filter(({ shortcuts }) => shortcuts.length > 0);

const isOn = (): boolean => localStorage.getItem(SWITCH) !== 'off';

/** Are single-key shortcuts on, and the switch for it (kept for next time; WCAG 2.1.4). */
export function useShortcutSwitch(): readonly [boolean, () => void] {
  const on = useSyncExternalStore((watcher) => {
    watchers.add(watcher);
    return () => {
      watchers.delete(watcher);
    };
  }, isOn);
  return [
    on,
    () => {
      localStorage.setItem(SWITCH, on ? 'off' : 'on');
      tell();
    },
  ];
}

const within = (target: EventTarget | null, selector: string): boolean =>
  target instanceof Element && target.closest(selector) !== null;

function isForShortcuts(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (event.key === 'Shift' || !isOn()) return false;
  if (within(event.target, 'input, textarea, select, dialog')) return false;
  return event.key !== 'Enter' || !within(event.target, 'a, button, summary');
}

/** Runs the shortcut a key press completes, or remembers the first key of a sequence. */
function onKey(event: KeyboardEvent): void {
  if (!isForShortcuts(event)) return;
  const wanted = prefix + event.key;
  const all = groups.flatMap(({ read }) => read());
  const found =
    all.find(({ keys }) => keys === wanted) ?? all.find(({ keys }) => keys === event.key);
  prefix = !found && all.some(({ keys }) => keys.startsWith(`${wanted} `)) ? `${wanted} ` : '';
  if (!found) return;
  event.preventDefault();
  found.run();
}

/** Listens to the keyboard while the console is on show. */
export function useShortcutListener(): void {
  useEffect(() => {
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
