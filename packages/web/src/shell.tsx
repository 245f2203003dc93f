import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { Bell, Gauge, LogOut, Moon, Plug, Settings, Sun } from 'lucide-react';
import { Suspense, useEffect } from 'react';
import { api, problemOf, queryClient } from './api.ts';
import { useLiveState, useLiveStream } from './live.ts';
import { ErrorBox, Loading } from './parts/states.tsx';
import { useTheme } from './parts/theme.ts';
import { RecordArea } from './record-drawer.tsx';
import { useMe } from './session.ts';

const LINKS = [
  { to: '/', text: 'Overview', Icon: Gauge },
  { to: '/incidents', text: 'Incidents', Icon: Bell },
  { to: '/sources', text: 'Sources', Icon: Plug },
  { to: '/settings', text: 'Settings', Icon: Settings },
] as const;

/** Everything around a page: navigation, kill switch banner, live stream; sends strangers to the login. */
export function Shell() {
  const me = useMe();
  const navigate = useNavigate();
  useLiveStream(me.isSuccess);
  const isStranger = me.isError && problemOf(me.error).code === 'not_logged_in';
  useEffect(() => {
    if (isStranger) void navigate({ to: '/login' });
  }, [isStranger, navigate]);
  if (me.isPending || isStranger) return <Loading what="your account" />;
  return (
    <RecordArea>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <div className="app">
        <Side name={me.data?.name ?? ''} role={me.data?.role ?? ''} />
        <main id="main" className="main" tabIndex={-1}>
          <KillSwitchBanner />
          <Suspense fallback={<Loading what="the page" />}>
            {me.isError ? <ErrorBox error={me.error} /> : <Outlet />}
          </Suspense>
        </main>
      </div>
    </RecordArea>
  );
}

/** The mark and name of the product. */
export function Brand() {
  return (
    <Link to="/" className="brand">
      <img src="/icon.svg" width="20" height="20" alt="" />
      Cordon
    </Link>
  );
}

function Side({ name, role }: { readonly name: string; readonly role: string }) {
  const live = useLiveState();
  const [theme, switchTheme] = useTheme();
  const navigate = useNavigate();
  const logOut = () => {
    void api.logOut().finally(() => {
      queryClient.clear();
      void navigate({ to: '/login' });
    });
  };
  return (
    <header className="side">
      <Brand />
      <nav aria-label="Main">
        {LINKS.map(({ to, text, Icon }) => (
          <Link key={to} to={to} activeOptions={{ exact: to === '/', includeSearch: false }}>
            <Icon size={16} aria-hidden="true" />
            {text}
          </Link>
        ))}
      </nav>
      <div className="foot">
        <span
          className={`pill ${live === 'live' ? 'ok' : 'warn'}`}
          style={{ justifySelf: 'start' }}
        >
          {live === 'live' ? 'Live' : 'Reconnecting'}
        </span>
        <div className="small">
          <div className="strong">{name}</div>
          <div className="muted">{role}</div>
        </div>
        <div className="row">
          <button
            type="button"
            className="button quiet icon-button"
            onClick={switchTheme}
            aria-label={theme === 'dark' ? 'Use the light theme' : 'Use the dark theme'}
          >
            {theme === 'dark' ? <Sun size={16} /> : <Moon size={16} />}
          </button>
          <button
            type="button"
            className="button quiet icon-button"
            onClick={logOut}
            aria-label="Log out"
          >
            <LogOut size={16} />
          </button>
        </div>
      </div>
    </header>
  );
}

function KillSwitchBanner() {
  const query = useQuery({
    queryKey: ['kill-switch'],
    queryFn: ({ signal }) => api.getKillSwitch({ signal }),
  });
  if (!query.data?.engaged) return null;
  return (
    <div className="banner" role="status">
      <strong className="bad">■ Kill switch engaged</strong>
      <span className="grow">
        No new effect starts; undo goes on. {query.data.reason}
        {query.data.by ? ` (${query.data.by})` : ''}
      </span>
      <Link to="/settings">Release…</Link>
    </div>
  );
}
