import type { AlertSummary } from '@cordon/contract';
import { useState } from 'react';
import { acts } from './acts.ts';
import { problemOf } from './api.ts';
import { ReasonDialog } from './parts/reason-dialog.tsx';
import { useToast } from './parts/toast.tsx';
import { VerdictDialog } from './parts/verdict-dialog.tsx';
import { useMayAct } from './session.ts';

/** Close with a verdict, or reopen; what was closed can be undone at once. */
export function AlertActs({ alert }: { readonly alert: AlertSummary }) {
  const [isAsked, setAsked] = useState(false);
  const mayAct = useMayAct();
  if (!mayAct) return null;
  const isClosed = alert.status === 'closed';
  if (isClosedByItself(alert)) return <ReopenAtOnce alert={alert} />;
  return (
    <>
      <button
        type="button"
        className="button quiet"
        aria-label={`${isClosed ? 'Reopen' : 'Close'} the alert ${alert.title}`}
        onClick={() => setAsked(true)}
      >
        {isClosed ? 'Reopen…' : 'Close…'}
      </button>
      {isAsked ? <AlertDialog alert={alert} onClose={() => setAsked(false)} /> : null}
    </>
  );
}

const isClosedByItself = ({ status, verdict }: AlertSummary): boolean =>
  status === 'closed' && verdict?.by === 'cordon';

/** What no person closed opens again with one click, and stays open. */
function ReopenAtOnce({ alert }: { readonly alert: AlertSummary }) {
  const say = useToast();
  const reopen = () =>
    acts.reopenAlert(alert.id, 'It closed by itself; a person looks at it.').then(
      () => say(`Reopened: ${alert.title}. It does not close by itself again.`),
      (error: unknown) => say(problemOf(error).detail),
    );
  return (
    <button
      type="button"
      className="button quiet"
      aria-label={`Reopen the alert ${alert.title}`}
      onClick={reopen}
    >
      Reopen
    </button>
  );
}

/** Asks for verdict and reason to close an open alert, for the reason to reopen a closed one. */
export function AlertDialog({
  alert,
  onClose,
}: {
  readonly alert: AlertSummary;
  readonly onClose: () => void;
}) {
  const say = useToast();
  if (alert.status === 'closed') {
    return (
      <ReasonDialog
        title="Reopen the alert"
        verb="Reopen"
        onClose={onClose}
        onSubmit={async (reason) => {
          await acts.reopenAlert(alert.id, reason);
          say(`Reopened: ${alert.title}.`);
        }}
      >
        <p className="strong">{alert.title}</p>
      </ReasonDialog>
    );
  }
  return (
    <VerdictDialog
      title={`Close the alert “${alert.title}”`}
      onClose={onClose}
      onSubmit={async (verdict, reason) => {
        await acts.closeAlert(alert.id, { verdict, reason });
        say(`Closed: ${alert.title}.`, () => acts.reopenAlert(alert.id, 'The closing was undone.'));
      }}
    />
  );
}
