import type { IncidentDetail, VerdictKind } from '@cordon/contract';
import { useId, useState } from 'react';
import { problemOf } from '../../api.ts';
import { words } from '../../parts/format.ts';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { useToast } from '../../parts/toast.tsx';
import { useMayAct, useMe } from '../../session.ts';
import { incidentActs } from './incident.data.ts';

const VERDICTS: readonly VerdictKind[] = [
  'true_positive',
  'benign',
  'false_positive',
  'duplicate',
  'insufficient_data',
];

/** Assign, close, reopen. */
export function IncidentControls({ incident }: { readonly incident: IncidentDetail }) {
  const [asked, setAsked] = useState<'close' | 'reopen'>();
  const me = useMe().data;
  const mayAct = useMayAct();
  const say = useToast();
  if (!mayAct || !me) return null;
  const assign = () => {
    incidentActs.assign(incident.id, me.name).then(
      () => say(`${incident.name} is yours.`),
      (error: unknown) => say(problemOf(error).detail),
    );
  };
  return (
    <div className="row">
      {incident.assignee === me.name || incident.status === 'closed' ? null : (
        <button type="button" className="button" onClick={assign}>
          Assign to me
        </button>
      )}
      {incident.status === 'closed' ? (
        <button type="button" className="button" onClick={() => setAsked('reopen')}>
          Reopen…
        </button>
      ) : (
        <button type="button" className="button" onClick={() => setAsked('close')}>
          Close…
        </button>
      )}
      {asked === 'close' ? (
        <CloseDialog incident={incident} onClose={() => setAsked(undefined)} />
      ) : null}
      {asked === 'reopen' ? (
        <ReasonDialog
          title={`Reopen ${incident.name}`}
          verb="Reopen"
          onClose={() => setAsked(undefined)}
          onSubmit={(reason) => incidentActs.reopen(incident.id, reason)}
        />
      ) : null}
    </div>
  );
}

function CloseDialog({
  incident,
  onClose,
}: {
  readonly incident: IncidentDetail;
  readonly onClose: () => void;
}) {
  const id = useId();
  const [verdict, setVerdict] = useState<VerdictKind>('true_positive');
  const say = useToast();
  const close = async (reason: string) => {
    await incidentActs.close(incident.id, { verdict, reason });
    say(`${incident.name} closed.`, () => incidentActs.reopen(incident.id, 'Closing undone.'));
  };
  return (
    <ReasonDialog title={`Close ${incident.name}`} verb="Close" onClose={onClose} onSubmit={close}>
      <div className="field">
        <label htmlFor={id}>Verdict</label>
        <select
          id={id}
          className="input"
          value={verdict}
          onChange={(event) =>
            setVerdict(VERDICTS.find((kind) => kind === event.target.value) ?? 'true_positive')
          }
        >
          {VERDICTS.map((kind) => (
            <option key={kind} value={kind}>
              {words(kind)}
            </option>
          ))}
        </select>
      </div>
    </ReasonDialog>
  );
}
