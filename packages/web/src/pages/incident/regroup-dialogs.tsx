import type { AlertSummary, IncidentDetail } from '@cordon/contract';
import { useId, useState } from 'react';
import { acts } from '../../acts.ts';
import { api } from '../../api.ts';
import { percent } from '../../parts/format.ts';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { Loaded } from '../../parts/states.tsx';
import { useToast } from '../../parts/toast.tsx';
import { useOpenIncidents } from './incident.data.ts';

interface Asked {
  readonly incident: IncidentDetail;
  readonly onClose: () => void;
}

/** Takes another open incident into this one; splitting its alerts off again undoes it. */
export function MergeDialog({ incident, onClose }: Asked) {
  const id = useId();
  const say = useToast();
  const query = useOpenIncidents();
  const [from, setFrom] = useState('');
  const merge = async (reason: string) => {
    const chosen = query.data?.items.find((one) => one.id === from);
    const { alerts } = await api.getIncident({ params: { id: from } });
    await acts.merge(incident.id, from, reason);
    const brought = alerts.map((alert) => alert.id);
    say(`${chosen?.name ?? 'The other'} is part of ${incident.name} now.`, () =>
      acts.split(incident.id, brought, 'The merge was undone.'),
    );
  };
  return (
    <ReasonDialog
      title={`Merge into ${incident.name}`}
      verb="Merge"
      onClose={onClose}
      onSubmit={merge}
    >
      <Loaded query={query} what="open incidents">
        {({ items }) => (
          <div className="field">
            <label htmlFor={id}>Incident that is part of this one</label>
            <select
              id={id}
              className="input"
              required
              value={from}
              onChange={(event) => setFrom(event.target.value)}
            >
              <option value="">Choose…</option>
              {items
                .filter((one) => one.id !== incident.id)
                .map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name} {one.title}
                  </option>
                ))}
            </select>
            <span className="muted small">
              It closes as a duplicate. What people merge and split teaches what belongs together.
            </span>
          </div>
        )}
      </Loaded>
    </ReasonDialog>
  );
}

/** Makes some alerts an incident of their own, which does not come back by itself. */
export function SplitDialog({ incident, onClose }: Asked) {
  const say = useToast();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const toggle = (id: string) =>
    setChosen((all) => (all.includes(id) ? all.filter((one) => one !== id) : [...all, id]));
  const split = async (reason: string) => {
    const { incidents } = await acts.split(incident.id, chosen, reason);
    const own = incidents.find((one) => one.id !== incident.id);
    say(
      `${own?.name ?? 'An incident'} holds what was split off.`,
      own && (() => acts.merge(incident.id, own.id, 'The split was undone.')),
    );
  };
  return (
    <ReasonDialog title={`Split ${incident.name}`} verb="Split" onClose={onClose} onSubmit={split}>
      <fieldset className="verdicts">
        <legend>Alerts that belong elsewhere</legend>
        {incident.alerts.map((alert) => (
          <AlertChoice
            key={alert.id}
            alert={alert}
            isChosen={chosen.includes(alert.id)}
            onToggle={() => toggle(alert.id)}
          />
        ))}
      </fieldset>
    </ReasonDialog>
  );
}

function AlertChoice({
  alert,
  isChosen,
  onToggle,
}: {
  readonly alert: AlertSummary;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
}) {
  return (
    <label>
      <input type="checkbox" checked={isChosen} onChange={onToggle} />
      <span className="grow">{alert.text}</span>
      <span className="num">{percent(alert.p)}</span>
    </label>
  );
}
