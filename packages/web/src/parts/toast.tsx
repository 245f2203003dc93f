import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';
import { problemOf } from '../api.ts';
import { useShortcuts } from './shortcuts.ts';

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly undo?: () => Promise<unknown>;
}
type Say = (text: string, undo?: () => Promise<unknown>) => void;

const ToastContext = createContext<Say>(() => undefined);
const SHOWN_MS = 10_000;
let lastId = 0;

/** Says what was done, with an undo where there is one. */
export const useToast = (): Say => useContext(ToastContext);

export function ToastArea({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const drop = useCallback(
    (id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)),
    [],
  );
  const say = useCallback<Say>(
    (text, undo) => {
      lastId += 1;
      const id = lastId;
      setToasts((all) => [...all, undo ? { id, text, undo } : { id, text }]);
      setTimeout(() => drop(id), SHOWN_MS);
    },
    [drop],
  );
  const takeBack = (toast: Toast) => {
    drop(toast.id);
    toast.undo?.().catch((error: unknown) => say(`Undo failed: ${problemOf(error).detail}`));
  };
  const last = toasts.findLast((toast) => toast.undo);
  useShortcuts('Everywhere', [
    { keys: 'z', text: 'Undo what was just done', run: () => last && takeBack(last) },
  ]);
  return (
    <ToastContext value={say}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map((toast) => (
          <div key={toast.id} className="toast">
            <span>{toast.text}</span>
            {toast.undo ? (
              <button type="button" className="button" onClick={() => takeBack(toast)}>
                Undo <kbd>z</kbd>
              </button>
            ) : null}
          </div>
        ))}
      </div>
    </ToastContext>
  );
}
