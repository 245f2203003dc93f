import type { Role } from '@cordon/contract';
import { type FormEvent, useId, useState } from 'react';
import { Snippet } from '../../parts/copy.tsx';
import { Ago } from '../../parts/marks.tsx';
import { Empty, ErrorBox, Loaded } from '../../parts/states.tsx';
import {
  useCreateToken,
  useCreateUser,
  useDeleteToken,
  useTokens,
  useUsers,
} from './settings.data.ts';

const ROLES: readonly Role[] = ['viewer', 'responder', 'administrator'];

function RoleSelect({
  value,
  onChange,
}: {
  readonly value: Role;
  readonly onChange: (role: Role) => void;
}) {
  return (
    <select
      className="input"
      style={{ width: '140px' }}
      aria-label="Role"
      value={value}
      onChange={(event) => onChange(ROLES.find((role) => role === event.target.value) ?? 'viewer')}
    >
      {ROLES.map((role) => (
        <option key={role}>{role}</option>
      ))}
    </select>
  );
}

/** API tokens: make, show once, end. */
export function TokensPanel() {
  const query = useTokens();
  const create = useCreateToken();
  const remove = useDeleteToken();
  const id = useId();
  const [label, setLabel] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ label, role }, { onSuccess: () => setLabel('') });
  };
  return (
    <section className="panel" aria-labelledby="tokens-title">
      <header>
        <h2 id="tokens-title">API tokens</h2>
      </header>
      <form className="body stack" onSubmit={submit}>
        <div className="row">
          <label htmlFor={id} className="sr">
            Label
          </label>
          <input
            id={id}
            className="input grow"
            placeholder="What it is for"
            required
            maxLength={100}
            value={label}
            onChange={(event) => setLabel(event.target.value)}
          />
          <RoleSelect value={role} onChange={setRole} />
          <button type="submit" className="button" disabled={create.isPending}>
            Create token
          </button>
        </div>
        <ErrorBox error={create.error ?? remove.error} />
        {create.data ? (
          <div className="stack tight">
            <p className="warn small">The token is shown only now.</p>
            <Snippet text={create.data.token} label="the token" />
          </div>
        ) : null}
      </form>
      <Loaded query={query} what="the tokens">
        {(list) =>
          list.items.length === 0 ? (
            <Empty title="No API tokens" />
          ) : (
            <table className="table">
              <caption className="sr">API tokens</caption>
              <tbody>
                {list.items.map((token) => (
                  <tr key={token.id}>
                    <td className="strong">{token.label}</td>
                    <td>{token.role}</td>
                    <td className="muted small">
                      {token.last_used_at ? (
                        <>
                          used <Ago time={token.last_used_at} />
                        </>
                      ) : (
                        'never used'
                      )}
                    </td>
                    <td className="num">
                      <button
                        type="button"
                        className="button quiet danger"
                        onClick={() => remove.mutate(token.id)}
                        aria-label={`End token ${token.label}`}
                      >
                        End
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
    </section>
  );
}

/** Accounts: list and make. */
export function UsersPanel() {
  const query = useUsers();
  const create = useCreateUser();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('responder');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(
      { name, role, password },
      {
        onSuccess: () => {
          setName('');
          setPassword('');
        },
      },
    );
  };
  return (
    <section className="panel" aria-labelledby="users-title">
      <header>
        <h2 id="users-title">People</h2>
      </header>
      <Loaded query={query} what="the accounts">
        {(list) => (
          <table className="table">
            <caption className="sr">Accounts</caption>
            <tbody>
              {list.items.map((user) => (
                <tr key={user.id}>
                  <td className="strong">{user.name}</td>
                  <td>{user.role}</td>
                  <td className="muted small">
                    {user.is_disabled ? 'disabled' : <Ago time={user.created_at} />}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Loaded>
      <form className="body stack" onSubmit={submit}>
        <ErrorBox error={create.error} />
        <div className="row wrap">
          <input
            className="input grow"
            aria-label="Name of the new account"
            placeholder="Name"
            required
            maxLength={64}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <input
            className="input grow"
            aria-label="Password of the new account"
            placeholder="Password, 12 characters or more"
            type="password"
            autoComplete="new-password"
            required
            minLength={12}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
          <RoleSelect value={role} onChange={setRole} />
          <button type="submit" className="button" disabled={create.isPending}>
            Add
          </button>
        </div>
      </form>
    </section>
  );
}
