import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { CredentialsForm } from '../../parts/credentials-form.tsx';
import { Empty, ErrorBox } from '../../parts/states.tsx';
import { useStatus } from '../../session.ts';
import { Brand } from '../../shell.tsx';
import { useSetup } from './setup.data.ts';

const route = getRouteApi('/setup');

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
  const navigate = useNavigate();
  const setup = useSetup();
  if (!token) {
    return (
      <Empty title="This page needs the set-up link">
        <p>It was printed where Cordon was started, and is valid once.</p>
      </Empty>
    );
  }
  return (
    <CredentialsForm
      kind="new"
      verb="Create administrator"
      isBusy={setup.isPending}
      error={setup.error}
      onSubmit={(credentials) =>
        setup.mutate(
          { token, ...credentials },
          { onSuccess: () => void navigate({ to: '/welcome' }) },
        )
      }
    >
      <div>
        <h1>Welcome to Cordon</h1>
        <p className="muted">Create the first administrator. Nothing else is needed to begin.</p>
      </div>
    </CredentialsForm>
  );
}
