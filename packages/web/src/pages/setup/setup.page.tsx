import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Empty, ErrorBox } from '../../parts/states.tsx';
import { useStatus } from '../../session.ts';
import { Brand } from '../../shell.tsx';
import { useSetup } from './setup.data.ts';

const route = getRouteApi('/setup');
const MIN_PASSWORD = 12;

/** The page of the one-time set-up link. */
export function SetupPage() {
  const { token } = route.useSearch();
  const status = useStatus();
  return (
    <div className="alone">
      <main>
        <Brand />
        <div className="card">
          <ErrorBox error={status.error} />
          {status.data?.is_set_up ? (
            <Empty title="Cordon is set up already">
              <a href="/login">Log in</a>
            </Empty>
          ) : (
            <SetupForm token={token} />
          )}
        </div>
      </main>
    </div>
  );
}

function SetupForm({ token }: { readonly token: string | undefined }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const navigate = useNavigate();
  const setup = useSetup();
  if (!token) {
    return (
      <Empty title="This page needs the set-up link">
        <p>It was printed where Cordon was started, and is valid once.</p>
      </Empty>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = { token, name, password };
    setup.mutate(body, { onSuccess: () => void navigate({ to: '/welcome' }) });
  };
  return (
    <form className="stack" onSubmit={submit}>
      <div>
        <h1>Welcome to Cordon</h1>
        <p className="muted">Create the first administrator. Nothing else is needed to begin.</p>
      </div>
      <ErrorBox error={setup.error} />
      <div className="field">
        <label htmlFor="name">Name</label>
        <input
          id="name"
          className="input"
          autoComplete="username"
          required
          maxLength={64}
          pattern="[A-Za-z0-9._@\-]+"
          title="Letters, digits and . _ @ -"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </div>
      <div className="field">
        <label htmlFor="password">Password</label>
        <input
          id="password"
          className="input"
          type="password"
          autoComplete="new-password"
          required
          minLength={MIN_PASSWORD}
          aria-describedby="password-hint"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <span id="password-hint" className="muted small">
          At least {MIN_PASSWORD} characters.
        </span>
      </div>
      <button type="submit" className="button primary" disabled={setup.isPending}>
        {setup.isPending ? 'Creating…' : 'Create administrator'}
      </button>
    </form>
  );
}
