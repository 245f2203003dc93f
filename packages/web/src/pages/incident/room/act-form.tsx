import { type FormEvent, useId, useState } from 'react';
import { ErrorBox } from '../../../parts/states.tsx';

/** One field of a form, as data. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly kind: 'line' | 'text' | 'moment' | 'mail' | readonly (readonly [string, string])[];
  readonly isOptional?: boolean;
  readonly initial?: string;
}

/** A small form; it empties itself when what it asked for was done, and says why where not. */
export function ActForm({
  label,
  verb,
  fields,
  onSubmit,
}: {
  readonly label: string;
  readonly verb: string;
  readonly fields: readonly Field[];
  readonly onSubmit: (values: Readonly<Record<string, string>>) => Promise<unknown>;
}) {
  const id = useId();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const values = Object.fromEntries(
      fields.map(({ name }) => [name, String(data.get(name) ?? '').trim()]),
    );
    setBusy(true);
    setError(undefined);
    onSubmit(values)
      .then(() => form.reset(), setError)
      .finally(() => setBusy(false));
  };
  return (
    <form className="act-form" aria-label={label} onSubmit={submit}>
      {fields.map((field) => (
        <div key={field.name} className={`field ${field.kind === 'text' ? 'wide' : ''}`}>
          <label htmlFor={`${id}${field.name}`}>
            {field.label}
            {field.isOptional ? <span className="muted"> (optional)</span> : null}
          </label>
          <Input id={`${id}${field.name}`} field={field} />
        </div>
      ))}
      <button type="submit" className="button primary" disabled={isBusy}>
        {verb}
      </button>
      <ErrorBox error={error} />
    </form>
  );
}

const TYPES = { line: 'text', moment: 'datetime-local', mail: 'email' } as const;

function Input({ id, field }: { readonly id: string; readonly field: Field }) {
  const { name, kind, isOptional, initial } = field;
  const shared = { id, name, className: 'input', required: !isOptional, defaultValue: initial };
  if (typeof kind !== 'string')
    return (
      <select {...shared}>
        {isOptional ? <option value="">–</option> : null}
        {kind.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    );
  if (kind === 'text') return <textarea {...shared} rows={3} maxLength={4_000} />;
  return <input {...shared} type={TYPES[kind]} maxLength={200} />;
}

/** What the browser's field for a moment holds, as the API wants it. */
export const toMoment = (text: string): string => new Date(text).toISOString();
