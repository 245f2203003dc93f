import type { AssumptionsView, ReportView } from '@cordon/contract';
import { type FormEvent, useId, useState } from 'react';
import { count } from '../../parts/format.ts';
import { ErrorBox } from '../../parts/states.tsx';
import { useMe } from '../../session.ts';
import { useSetAssumptions } from './reports.data.ts';

type Line = ReportView['cost']['spent'][number];

const TEXT: Readonly<Record<string, string>> = {
  alerts_judged: 'alerts judged by a person',
  incidents_handled: 'incidents a person took up',
  decisions: 'plans approved or rejected',
  alerts_closed: 'alerts that closed by themselves',
  actions_automatic: 'actions nobody had to carry out',
};

/** What the period cost people, what it would have cost on top, and what that rests on. */
export function CostPanel({ view }: { readonly view: ReportView }) {
  const { cost } = view;
  const { assumptions, per_incident } = cost;
  return (
    <section className="panel" aria-labelledby="cost-title">
      <header>
        <h2 id="cost-title">Cost, by your assumptions</h2>
      </header>
      <div className="body stack">
        <div className="cost-heads">
          <Head
            title="An incident cost"
            value={per_incident === undefined ? 'none' : money(per_incident, assumptions.currency)}
          />
          <Head title="People spent" value={worked(cost.spent_minutes)} />
          <Head title="People were spared" value={worked(cost.saved_minutes)} />
        </div>
        <Lines title="Spent" lines={cost.spent} />
        <Lines title="Spared" lines={cost.saved} />
        <Assumed key={JSON.stringify(assumptions)} assumptions={assumptions} />
      </div>
    </section>
  );
}

/** Hours of work: a day of work is not one of 24 hours. */
function worked(minutes: number): string {
  const whole = Math.round(minutes);
  if (whole < 60) return `${whole} min`;
  return whole % 60 === 0
    ? `${count(whole / 60)} h`
    : `${count(Math.floor(whole / 60))} h ${whole % 60} min`;
}

const money = (amount: number, currency: string): string =>
  `${count(Math.round(amount))} ${currency}`;

function Head({ title, value }: { readonly title: string; readonly value: string }) {
  return (
    <div>
      <span className="muted small">{title}</span>
      <div className="value">{value}</div>
    </div>
  );
}

function Lines({ title, lines }: { readonly title: string; readonly lines: readonly Line[] }) {
  return (
    <div>
      <h3>{title}</h3>
      <ul>
        {lines.map(({ what, count: number, minutes_each }) => (
          <li key={what}>
            {count(number)} {TEXT[what] ?? what} × {minutes_each} min{' '}
            <span className="muted">= {worked(number * minutes_each)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

const FIELDS = [
  ['minutes_per_alert', 'Minutes an alert'],
  ['minutes_per_incident', 'Minutes an incident'],
  ['minutes_per_decision', 'Minutes a decision'],
  ['minutes_per_action', 'Minutes an action by hand'],
  ['hourly_cost', 'An hour costs'],
] as const;

/** The assumptions; an administrator may set them. */
function Assumed({ assumptions }: { readonly assumptions: AssumptionsView }) {
  const id = useId();
  const [values, setValues] = useState(assumptions);
  const set = useSetAssumptions();
  const isAdministrator = useMe().data?.role === 'administrator';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set.mutate(values);
  };
  return (
    <details>
      <summary>What this assumes</summary>
      <form className="assumed" onSubmit={submit}>
        {FIELDS.map(([name, label]) => (
          <div key={name} className="field">
            <label htmlFor={id + name}>{label}</label>
            <input
              id={id + name}
              className="input"
              type="number"
              min={0}
              step="any"
              required
              readOnly={!isAdministrator}
              value={values[name]}
              onChange={(event) => setValues({ ...values, [name]: Number(event.target.value) })}
            />
          </div>
        ))}
        <div className="field">
          <label htmlFor={`${id}currency`}>Currency</label>
          <input
            id={`${id}currency`}
            className="input"
            required
            pattern="[A-Z]{3}"
            readOnly={!isAdministrator}
            value={values.currency}
            onChange={(event) => setValues({ ...values, currency: event.target.value })}
          />
        </div>
        {isAdministrator ? (
          <button type="submit" className="button" disabled={set.isPending}>
            Set
          </button>
        ) : null}
      </form>
      <ErrorBox error={set.error} />
    </details>
  );
}
