import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { ErrorBox } from '../../parts/states.tsx';
import { useStatus } from '../../session.ts';
import { Brand } from '../../shell.tsx';
import { useLogin } from './login.data.ts';

export function LoginPage() {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const navigate = useNavigate();
  const login = useLogin();
  const status = useStatus();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    login.mutate({ name, password }, { onSuccess: () => void navigate({ to: '/' }) });
  };
  return (
    <div className="alone">
      <main>
        <Brand />
        <form className="card" onSubmit={submit}>
          <h1>Log in</h1>
          {status.data?.is_set_up === false ? (
            <p className="muted">
              Cordon has no administrator yet. Open the set-up link that was printed where it was
              started.
            </p>
          ) : null}
          <ErrorBox error={login.error ?? status.error} />
          <div className="field">
            <label htmlFor="name">Name</label>
            <input
              id="name"
              className="input"
              autoComplete="username"
              required
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
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          </div>
          <button type="submit" className="button primary" disabled={login.isPending}>
            {login.isPending ? 'Logging in…' : 'Log in'}
          </button>
        </form>
      </main>
    </div>
  );
}
