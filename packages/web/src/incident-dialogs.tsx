import type { IncidentSummary } from '@cordon/contract';
import { acts } from './acts.ts';
import { problemOf } from './api.ts';
import { ReasonDialog } from './parts/reason-dialog.tsx';
import { useToast } from './parts/toast.tsx';
import { VerdictDialog } from './parts/verdict-dialog.tsx';
import { useMe } from './session.ts';

/** Closes an open incident with a verdict, reopens a closed one; both say how to take it back. */
export function IncidentDialog({
  incident,
  onClose,
}: {
  readonly incident: IncidentSummary;
  readonly onClose: () => void;
}) {
  const say = useToast();
  if (incident.status === 'closed') {
    return (
      <ReasonDialog
        title={`Reopen ${incident.name}`}
        verb="Reopen"
        onClose={onClose}
        onSubmit={async (reason) => {
          await acts.reopenIncident(incident.id, reason);
          say(`${incident.name} is open again.`);
        }}
      />
    );
  }
  return (
    <VerdictDialog
      title={`Close ${incident.name}`}
      onClose={onClose}
      onSubmit={async (verdict, reason) => {
        await acts.closeIncident(incident.id, { verdict, reason });
        say(`${incident.name} closed; what was held for it is released.`, () =>
          acts.reopenIncident(incident.id, 'The closing was undone.'),
        );
      }}
    />
  );
}

/** Takes an incident, or gives one's own back to the queue; both can be undone at once. */
export function useOwnership(): (incident: IncidentSummary | undefined) => void {
  const me = useMe().data;
  const say = useToast();
  return (incident) => {
    if (!me || !incident || incident.status === 'closed') return;
    const before = incident.assignee;
    const giveBack = () => (before ? acts.assign(incident.id, before) : acts.unassign(incident.id));
    const isMine = before === me.name;
    const work = isMine ? acts.unassign(incident.id) : acts.assign(incident.id, me.name);
    work.then(
      () => say(isMine ? `${incident.name} has no owner.` : `${incident.name} is yours.`, giveBack),
      (error: unknown) => say(problemOf(error).detail),
    );
  };
}
