import { useId } from 'react';

/** An input of a playbook, as a field. */
export interface InputField {
  readonly name: string;
  readonly type: string;
  readonly description?: string | undefined;
  readonly isOptional: boolean;
}

/** One field for each input of a playbook; lists are written with commas. */
export function InputFields(of: {
  readonly rules: readonly InputField[];
  readonly values: Readonly<Record<string, string>>;
  readonly onChange: (values: Readonly<Record<string, string>>) => void;
}) {
  const id = useId();
  return of.rules.map((rule) => (
    <div className="field" key={rule.name}>
      <label htmlFor={`${id}-${rule.name}`}>
        {rule.name}{' '}
        <span className="muted small">
          {rule.type}
          {rule.isOptional ? ', optional' : ''}
        </span>
      </label>
      <input
        className="input"
        id={`${id}-${rule.name}`}
        value={of.values[rule.name] ?? ''}
        title={rule.description}
        required={!rule.isOptional}
        onChange={(event) => of.onChange({ ...of.values, [rule.name]: event.target.value })}
      />
    </div>
  ));
}

/** The texts of the fields as what the inputs want; empty ones are left out. */
export function toInputs(
  rules: readonly InputField[],
  values: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const given = rules.flatMap(({ name, type }) => {
    const text = (values[name] ?? '').trim();
    return text === '' ? [] : [[name, toValue(type, text)] as const];
  });
  return Object.fromEntries(given);
}

function toValue(type: string, text: string): unknown {
  if (type === 'number') return Number(text);
  if (type === 'boolean') return text === 'true' || text === 'yes';
  if (type !== 'list') return text;
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
