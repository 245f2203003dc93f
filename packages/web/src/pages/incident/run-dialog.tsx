import type { IncidentDetail, PlaybookView } from '@cordon/contract';
import { type FormEvent, useId, useState } from 'react';
import { acts } from '../../acts.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { span, words } from '../../parts/format.ts';
import { Empty, ErrorBox, Loaded } from '../../parts/states.tsx';
import { useToast } from '../../parts/toast.tsx';
import { InputFields, toInputs } from '../playbooks/input-fields.tsx';
import { usePlaybooks } from './incident.data.ts';

/** Starts a playbook by hand; says first what it may do. The guard still judges every step. */
export function RunDialog({
  incident,
  onClose,
}: {
  readonly incident: IncidentDetail;
  readonly onClose: () => void;
}) {
  const query = usePlaybooks();
  return (
    <Dialog title={`Run a playbook on ${incident.name}`} kind="modal" onClose={onClose}>
      <Loaded query={query} what="the playbooks">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No playbook is installed" />
          ) : (
            <RunForm incident={incident} playbooks={items} onClose={onClose} />
          )
        }
      </Loaded>
    </Dialog>
  );
}

function RunForm({
  incident,
  playbooks,
  onClose,
}: {
  readonly incident: IncidentDetail;
  readonly playbooks: readonly PlaybookView[];
  readonly onClose: () => void;
}) {
  const id = useId();
  const say = useToast();
  const [chosen, setChosen] = useState(playbooks[0]?.id ?? '');
  const [item, setItem] = useState('');
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const playbook = playbooks.find((one) => one.id === chosen);
  const rules = (playbook?.inputs ?? []).map((one) => ({ ...one, isOptional: one.is_optional }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    acts
      .startRun(incident.id, {
        playbook_id: chosen,
        inputs: { ...toInputs(rules, values), ...(item && { item }) },
      })
      .then(() => {
        say(`${playbook?.title ?? chosen} was started; see Actions.`);
        onClose();
      }, setError)
      .finally(() => setBusy(false));
  };
  return (
    <form className="stack" onSubmit={submit}>
      <div className="field">
        <label htmlFor={id}>Playbook</label>
        <select
          id={id}
          className="input"
          data-first
          value={chosen}
          onChange={(event) => {
            setChosen(event.target.value);
            setItem('');
            setValues({});
          }}
        >
          {playbooks.map((one) => (
            <option key={one.id} value={one.id}>
              {one.title} (v{one.version})
            </option>
          ))}
        </select>
      </div>
      {playbook?.each ? (
        <ItemField incident={incident} each={playbook.each} value={item} onChange={setItem} />
      ) : null}
      <InputFields rules={rules} values={values} onChange={setValues} />
      {playbook ? <Steps playbook={playbook} /> : null}
      <ErrorBox error={error} />
      <div className="row" style={{ justifyContent: 'flex-end' }}>
        <button type="button" className="button quiet" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" className="button primary" disabled={isBusy}>
          Run
        </button>
      </div>
    </form>
  );
}

/** On what to run: the playbook's own choice, or one entity of the incident. */
function ItemField({
  incident,
  each,
  value,
  onChange,
}: {
  readonly incident: IncidentDetail;
  readonly each: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const id = useId();
  const ids = [...new Map(incident.entities.map((entity) => [entity.id, entity])).values()];
  return (
    <div className="field">
      <label htmlFor={id}>On</label>
      <select
        id={id}
        className="input"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      >
        <option value="">The first of {each}</option>
        {ids.map((entity) => (
          <option key={entity.kind + entity.id} value={entity.id}>
            {words(entity.kind)} {entity.id}
          </option>
        ))}
      </select>
    </div>
  );
}

function Steps({ playbook }: { readonly playbook: PlaybookView }) {
  return (
    <div className="why stack tight">
      <span className="muted small">It may, each time after the guard has judged:</span>
      <ul className="stack tight">
        {playbook.steps.map((step) => (
          <li key={step.id}>
            <code>{step.verb}</code>{' '}
            <span className="muted">
              {step.ttl_s ? `for ${span(step.ttl_s)}, ` : ''}undo: {step.undo.replace('-', ' ')}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
