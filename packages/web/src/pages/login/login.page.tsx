import { useNavigate } from '@tanstack/react-router';
import { CredentialsForm } from '../../parts/credentials-form.tsx';
import { useStatus } from '../../session.ts';
import { Brand } from '../../shell.tsx';
import { useLogin } from './login.data.ts';

export function LoginPage() {
  const navigate = useNavigate();
  const login = useLogin();
  const status = useStatus();
  return (
    <div className="alone">
      <main>
        <Brand />
        <div className="card">
          <CredentialsForm
            kind="known"
            verb="Log in"
            isBusy={login.isPending}
            error={login.error ?? status.error}
            onSubmit={(credentials) =>
              login.mutate(credentials, { onSuccess: () => void navigate({ to: '/' }) })
            }
          >
            <h1>Log in</h1>
            {status.data?.is_set_up === false ? (
              <p className="muted">
                Cordon has no administrator yet. Open the set-up link that was printed where it was
                started.
              </p>
            ) : null}
          </CredentialsForm>
        </div>
      </main>
    </div>
  );
}
