import type { OnCallView } from '@cordon/contract';
import { type FormEvent, useId, useState } from 'react';
import { At } from '../../parts/marks.tsx';
import { ErrorBox } from '../../parts/states.tsx';
import { useOverrides } from './on-call.data.ts';

/** `2026-11-24T09:00`, as the browser's own field for a moment has it: in its time zone. */
function toField(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
const HOUR_MS = 3_600_000;

/** Who stands in, and the form for one more. */
export function OverridePanel({ onCall }: { readonly onCall: OnCallView }) {
  const { add, remove } = useOverrides();
  return (
    <section className="panel" aria-labelledby="overrides-title">
      <header>
        <h2 id="overrides-title">Standing in</h2>
      </header>
      <OverrideForm onCall={onCall} add={add} />
      <ErrorBox error={add.error ?? remove.error} />
      {onCall.overrides.length === 0 ? null : (
        <ul className="told">
          {onCall.overrides.map((one) => (
            <li key={one.id} className="row">
              <span className="grow">
                <span className="strong">{one.person.name}</span> on{' '}
                {titleOf(onCall, one.schedule_id)} from <At time={one.from} /> to{' '}
                <At time={one.to} />
                <span className="muted small"> by {one.by}</span>
              </span>
              <button
                type="button"
                className="button"
                disabled={remove.isPending}
                aria-label={`Take back: ${one.person.name} on ${titleOf(onCall, one.schedule_id)}`}
                onClick={() => remove.mutate(one.id)}
              >
                Take back
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const titleOf = ({ schedules }: OnCallView, id: string): string =>
  schedules.find((one) => one.id === id)?.title ?? id;

function OverrideForm({
  onCall,
  add,
}: {
  readonly onCall: OnCallView;
  readonly add: ReturnType<typeof useOverrides>['add'];
}) {
  const id = useId();
  const [schedule, setSchedule] = useState(onCall.schedules[0]?.id ?? '');
  const [person, setPerson] = useState(onCall.people[0]?.id ?? '');
  const [from, setFrom] = useState(() => toField(Date.now()));
  const [to, setTo] = useState(() => toField(Date.now() + 12 * HOUR_MS));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const [begins, ends] = [new Date(from).toISOString(), new Date(to).toISOString()];
    add.mutate({ schedule_id: schedule, person_id: person, from: begins, to: ends });
  };
  return (
    <form className="body add" onSubmit={submit}>
      <Choice
        id={`${id}p`}
        label="Person"
        value={person}
        onChange={setPerson}
        choices={onCall.people.map(({ id: value, name }) => [value, name])}
      />
      <Choice
        id={`${id}s`}
        label="Schedule"
        value={schedule}
        onChange={setSchedule}
        choices={onCall.schedules.map(({ id: value, title }) => [value, title])}
      />
      <Moment id={`${id}f`} label="From" value={from} onChange={setFrom} />
      <Moment id={`${id}t`} label="To" value={to} onChange={setTo} />
      <button type="submit" className="button primary" disabled={add.isPending}>
        Stand in
      </button>
    </form>
  );
}

interface Field {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Choice({
  id,
  label,
  value,
  onChange,
  choices,
}: Field & { readonly choices: readonly (readonly [string, string])[] }) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="input"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      >
        {choices.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

function Moment({ id, label, value, onChange }: Field) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="datetime-local"
        className="input"
        required
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
