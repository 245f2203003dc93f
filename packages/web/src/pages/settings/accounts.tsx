import type { ReactNode } from 'react';
import { AddForm } from '../../parts/add-form.tsx';
import { Snippet } from '../../parts/copy.tsx';
import { MIN_PASSWORD } from '../../parts/credentials-form.tsx';
import { Ago } from '../../parts/marks.tsx';
import { Loaded } from '../../parts/states.tsx';
import {
  useCreateToken,
  useCreateUser,
  useDeleteToken,
  useTokens,
  useUsers,
} from './settings.data.ts';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly note: ReactNode;
  readonly act?: ReactNode;
}

/** API tokens: make, show once, end. */
export function TokensPanel() {
  const query = useTokens();
  const create = useCreateToken();
  const remove = useDeleteToken();
  return (
    <section className="panel" aria-labelledby="tokens-title">
      <header>
        <h2 id="tokens-title">API tokens</h2>
      </header>
      <AddForm
        texts={[{ name: 'label', label: 'What it is for', maxLength: 100 }]}
        firstRole="viewer"
        verb="Create token"
        state={{ isPending: create.isPending, error: create.error ?? remove.error }}
        onAdd={({ label = '' }, role, onSuccess) => create.mutate({ label, role }, { onSuccess })}
      >
        {create.data ? (
          <div className="stack tight">
            <p className="warn small">The token is shown only now.</p>
            <Snippet text={create.data.token} label="the token" />
          </div>
        ) : null}
      </AddForm>
      <Loaded query={query} what="the tokens">
        {({ items }) => (
          <Rows
            caption="API tokens"
            empty="No API token yet."
            rows={items.map((token) => ({
              id: token.id,
              name: token.label,
              role: token.role,
              note: token.last_used_at ? (
                <>
                  used <Ago time={token.last_used_at} />
                </>
              ) : (
                'never used'
              ),
              act: (
                <button
                  type="button"
                  className="button quiet danger"
                  onClick={() => remove.mutate(token.id)}
                  aria-label={`End token ${token.label}`}
                >
                  End
                </button>
              ),
            }))}
          />
        )}
      </Loaded>
    </section>
  );
}

/** Accounts: list and make. */
export function UsersPanel() {
  const query = useUsers();
  const create = useCreateUser();
  return (
    <section className="panel" aria-labelledby="users-title">
      <header>
        <h2 id="users-title">People</h2>
      </header>
      <AddForm
        texts={[
          { name: 'name', label: 'Name', maxLength: 64 },
          {
            name: 'password',
            label: 'Password',
            type: 'password',
            minLength: MIN_PASSWORD,
            hint: `${MIN_PASSWORD} characters or more`,
          },
        ]}
        firstRole="responder"
        verb="Add"
        state={create}
        onAdd={({ name = '', password = '' }, role, onSuccess) =>
          create.mutate({ name, password, role }, { onSuccess })
        }
      />
      <Loaded query={query} what="the accounts">
        {({ items }) => (
          <Rows
            caption="Accounts"
            empty="No account yet."
            rows={items.map((user) => ({
              id: user.id,
              name: user.name,
              role: user.role,
              note: user.is_disabled ? (
                'disabled'
              ) : (
                <>
                  added <Ago time={user.created_at} />
                </>
              ),
            }))}
          />
        )}
      </Loaded>
    </section>
  );
}

function Rows({
  caption,
  empty,
  rows,
}: {
  readonly caption: string;
  readonly empty: string;
  readonly rows: readonly Row[];
}) {
  if (rows.length === 0) return <p className="body muted small">{empty}</p>;
  return (
    <table className="table stacked ruled">
      <caption className="sr">{caption}</caption>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <td className="strong">{row.name}</td>
            <td>{row.role}</td>
            <td className="muted small">{row.note}</td>
            {row.act ? <td className="num">{row.act}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
