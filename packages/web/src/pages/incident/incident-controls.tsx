import type { IncidentDetail } from '@cordon/contract';
import { useState } from 'react';
import { IncidentDialog, useOwnership } from '../../incident-dialogs.tsx';
import { useShortcuts } from '../../parts/shortcuts.ts';
import { useMayAct, useMe } from '../../session.ts';
import { MergeDialog, SplitDialog } from './regroup-dialogs.tsx';
import { RunDialog } from './run-dialog.tsx';

/** Take or give back, run a playbook, close or reopen; by button and by key. */
export function IncidentControls({ incident }: { readonly incident: IncidentDetail }) {
  const [asked, setAsked] = useState<'close' | 'run' | 'merge' | 'split'>();
  const me = useMe().data;
  const mayAct = useMayAct();
  const own = useOwnership();
  const isClosed = incident.status === 'closed';
  const isMine = incident.assignee === me?.name;
  const ownText = isMine ? 'Give back' : 'Assign to me';
  useShortcuts(
    'Incident',
    mayAct
      ? [
          { keys: 'a', text: ownText, run: () => own(incident) },
          { keys: 'r', text: 'Run a playbook', run: () => setAsked('run') },
          {
            keys: 'e',
            text: isClosed ? 'Reopen the incident' : 'Close the incident',
            run: () => setAsked('close'),
          },
        ]
      : [],
  );
  if (!mayAct || !me) return null;
  return (
    <div className="row wrap">
      {isClosed ? null : (
        <>
          <button type="button" className="button" onClick={() => own(incident)}>
            {ownText}
          </button>
          <button type="button" className="button" onClick={() => setAsked('run')}>
            Run a playbook…
          </button>
          <button type="button" className="button" onClick={() => setAsked('merge')}>
            Merge…
          </button>
          {incident.alerts.length > 1 ? (
            <button type="button" className="button" onClick={() => setAsked('split')}>
              Split…
            </button>
          ) : null}
        </>
      )}
      <button type="button" className="button" onClick={() => setAsked('close')}>
        {isClosed ? 'Reopen…' : 'Close…'}
      </button>
      {asked === 'close' ? (
        <IncidentDialog incident={incident} onClose={() => setAsked(undefined)} />
      ) : null}
      {asked === 'merge' ? (
        <MergeDialog incident={incident} onClose={() => setAsked(undefined)} />
      ) : null}
      {asked === 'split' ? (
        <SplitDialog incident={incident} onClose={() => setAsked(undefined)} />
      ) : null}
      {asked === 'run' ? (
        <RunDialog incident={incident} onClose={() => setAsked(undefined)} />
      ) : null}
    </div>
  );
}
