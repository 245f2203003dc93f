import { type FormEvent, type ReactNode, useState } from 'react';
import { ErrorBox } from './states.tsx';

/** The shortest password an account may have. */
export const MIN_PASSWORD = 12;

/** A name and a password. */
export interface Credentials {
  readonly name: string;
  readonly password: string;
}

const NEW_NAME = {
  maxLength: 64,
  pattern: '[A-Za-z0-9._@\\-]+',
  title: 'Letters, digits and . _ @ -',
};

/** Asks for name and password: of an account that is there, or for one to be made. */
export function CredentialsForm({
  kind,
  verb,
  isBusy,
  error,
  onSubmit,
  children,
}: {
  readonly kind: 'known' | 'new';
  readonly verb: string;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onSubmit: (credentials: Credentials) => void;
  readonly children: ReactNode;
}) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const isNew = kind === 'new';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit({ name, password });
  };
  return (
    <form className="stack" onSubmit={submit}>
      {children}
      <ErrorBox error={error} />
      <div className="field">
        <label htmlFor="name">Name</label>
        <input
          id="name"
          className="input"
          autoComplete="username"
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
          {...(isNew && NEW_NAME)}
        />
      </div>
      <div className="field">
        <label htmlFor="password">Password</label>
        <input
          id="password"
          className="input"
          type="password"
          autoComplete={isNew ? 'new-password' : 'current-password'}
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          {...(isNew && { minLength: MIN_PASSWORD, 'aria-describedby': 'password-hint' })}
        />
        {isNew ? (
          <span id="password-hint" className="muted small">
            At least {MIN_PASSWORD} characters.
          </span>
        ) : null}
      </div>
      <button type="submit" className="button primary" disabled={isBusy}>
        {isBusy ? `${verb}…` : verb}
      </button>
    </form>
  );
}
