import { type FormEvent, type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import { Dialog } from './dialog.tsx';
import { ErrorBox } from './states.tsx';

/** Asks why; the reason goes into the audit trail. Rejections of `onSubmit` are shown in place. */
export function ReasonDialog({
  title,
  verb,
  tone = 'primary',
  children,
  onSubmit,
  onClose,
}: {
  readonly title: string;
  readonly verb: string;
  readonly tone?: 'primary' | 'danger';
  readonly children?: ReactNode;
  readonly onSubmit: (reason: string) => Promise<unknown>;
  readonly onClose: () => void;
}) {
  const id = useId();
  const [reason, setReason] = useState('');
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    onSubmit(reason)
      .then(onClose, setError)
      .finally(() => setBusy(false));
  };
  const sendByKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
      event.currentTarget.form?.requestSubmit();
  };
  return (
    <Dialog title={title} kind="modal" onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        {children}
        <div className="field">
          <label htmlFor={id}>Reason</label>
          <textarea
            id={id}
            className="input"
            required
            maxLength={2000}
            data-first
            value={reason}
            onKeyDown={sendByKey}
            onChange={(event) => setReason(event.target.value)}
          />
          <span className="muted small">
            Kept in the audit trail. <kbd>Ctrl</kbd> <kbd>Enter</kbd> sends.
          </span>
        </div>
        <ErrorBox error={error} />
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <button type="button" className="button quiet" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className={`button ${tone}`} disabled={isBusy}>
            {verb}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
