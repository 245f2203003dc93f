import type { Role } from '@cordon/contract';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { ErrorBox } from './states.tsx';

const ROLES: readonly Role[] = ['viewer', 'proposer', 'responder', 'administrator'];

/** A text that is asked for. */
export interface AskedText {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'password';
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly hint?: string;
}

/** One line that adds something with a role; empties itself when it was added. */
export function AddForm({
  texts,
  firstRole,
  verb,
  state,
  onAdd,
  children,
}: {
  readonly texts: readonly AskedText[];
  readonly firstRole: Role;
  readonly verb: string;
  readonly state: { readonly isPending: boolean; readonly error: unknown };
  readonly onAdd: (
    values: Readonly<Record<string, string>>,
    role: Role,
    onAdded: () => void,
  ) => void;
  readonly children?: ReactNode;
}) {
  const id = useId();
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [role, setRole] = useState<Role>(firstRole);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onAdd(values, role, () => setValues({}));
  };
  return (
    <form className="body stack" onSubmit={submit}>
      <div className="add">
        {texts.map(({ name, label, hint, ...rest }) => (
          <div key={name} className="field grow">
            <label htmlFor={id + name}>{label}</label>
            <input
              id={id + name}
              className="input"
              required
              autoComplete={rest.type === 'password' ? 'new-password' : 'off'}
              placeholder={hint}
              value={values[name] ?? ''}
              onChange={(event) => setValues({ ...values, [name]: event.target.value })}
              {...rest}
            />
          </div>
        ))}
        <div className="field">
          <label htmlFor={`${id}role`}>Role</label>
          <select
            id={`${id}role`}
            className="input"
            value={role}
            onChange={(event) =>
              setRole(ROLES.find((one) => one === event.target.value) ?? 'viewer')
            }
          >
            {ROLES.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </div>
        <button type="submit" className="button" disabled={state.isPending}>
          {verb}
        </button>
      </div>
      <ErrorBox error={state.error} />
      {children}
    </form>
  );
}
