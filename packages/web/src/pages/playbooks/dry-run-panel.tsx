import type { DryRunView } from '@cordon/contract';
import type { Playbook } from '@cordon/core';
import { type FormEvent, useId, useState } from 'react';
import { span } from '../../parts/format.ts';
import { ErrorBox } from '../../parts/states.tsx';
import { InputFields, toInputs } from './input-fields.tsx';
import { useDryRun, useRecentIncidents } from './playbooks.data.ts';

/** What the text, saved or not, would have done about an incident. Nothing is touched. */
export function DryRunPanel({
  text,
  playbook,
}: {
  readonly text: string;
  readonly playbook: Playbook;
}) {
  const id = useId();
  const incidents = useRecentIncidents();
  const run = useDryRun();
  const [chosen, setChosen] = useState('');
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const items = incidents.data?.items ?? [];
  const incidentId = chosen || items[0]?.id;
  const rules = Object.entries(playbook.inputs).map(([name, rule]) => ({ name, ...rule }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (incidentId) run.mutate({ text, incident_id: incidentId, inputs: toInputs(rules, values) });
  };
  return (
    <form className="dry-run" onSubmit={submit}>
      <h3>Try it on a past incident</h3>
      <div className="dry-run-fields">
        <div className="field">
          <label htmlFor={id}>Incident</label>
          <select
            id={id}
            className="input"
            value={incidentId ?? ''}
            onChange={(event) => setChosen(event.target.value)}
          >
            {items.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name} {one.title}
              </option>
            ))}
          </select>
        </div>
        <InputFields rules={rules} values={values} onChange={setValues} />
        <button type="submit" className="button primary" disabled={!incidentId || run.isPending}>
          What would it have done?
        </button>
      </div>
      {run.isError ? <ErrorBox error={run.error} /> : null}
      {run.data ? <Plan plan={run.data} /> : null}
    </form>
  );
}

/** Whom it would have hit in the 24 hours before, and what the guard would say. */
function Meets({ planned }: { readonly planned: DryRunView['runs'][number]['planned'][number] }) {
  const { guard, missing } = planned;
  if (missing) return <p className="muted small">{missing}</p>;
  if (!guard) return null;
  const against = guard.checks.filter(({ outcome }) => outcome !== 'pass');
  return (
    <>
      <p className="muted small">{guard.blast.text}</p>
      {against.map(({ name, outcome, text }) => (
        <p key={name} className="small">
          {outcome === 'refuse' ? 'Refused' : 'A person is asked'}: {text}
        </p>
      ))}
    </>
  );
}

function Plan({ plan }: { readonly plan: DryRunView }) {
  return (
    <div aria-live="polite">
      <p>{plan.would_start ? 'It would start by itself.' : 'It would not start by itself.'}</p>
      {plan.runs.length === 0 ? <p>There is no value to run over: nothing would be done.</p> : null}
      {plan.runs.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: runs have no name but their place.
        <div key={at} className="dry-run-plan">
          {one.item === undefined ? null : <p className="mono">{String(one.item)}</p>}
          <ol>
            {one.planned.map((planned) => (
              <li key={planned.step_id}>
                <span className="mono small">{planned.text}</span>
                <Meets planned={planned} />
              </li>
            ))}
          </ol>
          <p className="muted small">
            Ends as {one.status}
            {one.waited_s > 0 ? ` after waiting ${span(one.waited_s)}` : ''}: {one.text}
          </p>
        </div>
      ))}
    </div>
  );
}
