import { X } from 'lucide-react';
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';

/**
 * A modal dialog or drawer on the browser's own `dialog`: focus stays inside and returns to where it
 * was, Escape closes. What carries `data-first` gets the focus.
 */
export function Dialog({
  title,
  kind,
  onClose,
  children,
}: {
  readonly title: string;
  readonly kind: 'modal' | 'drawer';
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>('[data-first]')?.focus();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={ref} className={kind} aria-labelledby={id} onCancel={onClose}>
      <div className="frame">
        <header>
          <h2 id={id}>{title}</h2>
          <button
            type="button"
            className="button quiet icon-button"
            aria-label="Close"
            onClick={onClose}
          >
            <X size={16} aria-hidden="true" />
          </button>
        </header>
        <div className="body">{children}</div>
      </div>
    </dialog>
  );
}
