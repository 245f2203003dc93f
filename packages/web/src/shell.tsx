import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import {
  Bell,
  Cable,
  ChartColumn,
  Crosshair,
  Gauge,
  Keyboard,
  ListTree,
  LogOut,
  Moon,
  PhoneCall,
  Plug,
  Radar,
  Scale,
  ScrollText,
  Search,
  Server,
  Settings,
  ShieldCheck,
  Stethoscope,
  Sun,
  TriangleAlert,
} from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { api, problemOf, queryClient } from './api.ts';
import { useLiveState, useLiveStream } from './live.ts';
import { HelpDialog } from './parts/help-dialog.tsx';
import { useShortcutListener, useShortcuts } from './parts/shortcuts.ts';
import { ErrorBox, Loading } from './parts/states.tsx';
import { useContrast, useTheme } from './parts/theme.ts';
import { useZone } from './parts/zone.ts';
import { RecordArea } from './record-drawer.tsx';
import { useMe } from './session.ts';

const Palette = lazy(() => import('./palette.tsx').then((m) => ({ default: m.Palette })));

const LINKS = [
  { to: '/', text: 'Overview', key: 'o', Icon: Gauge },
  { to: '/incidents', text: 'Incidents', key: 'i', Icon: Bell },
  { to: '/alerts', text: 'Alerts', key: 'a', Icon: TriangleAlert },
  { to: '/actions', text: 'Actions', key: 'r', Icon: ShieldCheck },
  { to: '/playbooks', text: 'Playbooks', key: 'p', Icon: ListTree },
  { to: '/connectors', text: 'Connectors', key: 'v', Icon: Cable },
  { to: '/policies', text: 'Policies', key: 'm', Icon: Scale },
  { to: '/hunt', text: 'Hunt', key: 'h', Icon: Crosshair },
  { to: '/systems', text: 'Systems', key: 'y', Icon: Server },
  { to: '/diagnose', text: 'Diagnose', key: 'd', Icon: Stethoscope },
  { to: '/rules', text: 'Rules', key: 'l', Icon: ScrollText },
  { to: '/sources', text: 'Sources', key: 's', Icon: Plug },
  { to: '/intel', text: 'Intelligence', key: 'n', Icon: Radar },
  { to: '/reports', text: 'Reports', key: 'e', Icon: ChartColumn },
  { to: '/on-call', text: 'On-call', key: 'c', Icon: PhoneCall },
  { to: '/settings', text: 'Settings', key: 'u', Icon: Settings },
] as const;

type Overlay = 'help' | 'palette';

/** Everything around a page: navigation, kill switch banner, live stream; sends strangers to the login. */
export function Shell() {
  const me = useMe();
  const navigate = useNavigate();
  useLiveStream(me.isSuccess);
  const [overlay, setOverlay] = useOverlay();
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
        <Side name={me.data?.name ?? ''} role={me.data?.role ?? ''} onOverlay={setOverlay} />
        <main id="main" className="main" tabIndex={-1}>
          <KillSwitchBanner />
          <Suspense fallback={<Loading what="the page" />}>
            {me.isError ? <ErrorBox error={me.error} /> : <Outlet />}
          </Suspense>
        </main>
      </div>
      {overlay === 'help' ? <HelpDialog onClose={() => setOverlay(undefined)} /> : null}
      {overlay === 'palette' ? (
        <Suspense fallback={null}>
          <Palette onClose={() => setOverlay(undefined)} />
        </Suspense>
      ) : null}
    </RecordArea>
  );
}

/** Help and palette, and the keys that hold on every page. */
function useOverlay() {
  const [overlay, setOverlay] = useState<Overlay>();
  const navigate = useNavigate();
  const [theme, switchTheme] = useTheme();
  const [contrast, switchContrast] = useContrast();
  const [zone, switchZone] = useZone();
  useShortcutListener();
  useShortcuts('Everywhere', [
    { keys: '?', text: 'Show the keys', run: () => setOverlay('help') },
    {
      keys: 'g t',
      text: `Use the ${theme === 'dark' ? 'light' : 'dark'} theme`,
      run: switchTheme,
    },
    {
      keys: 'g b',
      text: contrast === 'more' ? 'Use ordinary contrast' : 'Use more contrast',
      run: switchContrast,
    },
    {
      keys: 'g z',
      text: `Show times in ${zone === 'utc' ? 'local time' : 'UTC'}`,
      run: switchZone,
    },
  ]);
  useShortcuts(
    'Go to',
    LINKS.map(({ to, text, key }) => ({
      keys: `g ${key}`,
      text,
      run: () => void navigate({ to }),
    })),
  );
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOverlay('palette');
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return [overlay, setOverlay] as const;
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

/** On a phone the navigation is wider than the screen: the link of the page is brought into sight. */
function useActiveInSight() {
  const nav = useRef<HTMLElement>(null);
  const path = useLocation({ select: ({ pathname }) => pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what changes the active link
  useEffect(() => {
    nav.current?.querySelector('.active')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [path]);
  return nav;
}

function Side({
  name,
  role,
  onOverlay,
}: {
  readonly name: string;
  readonly role: string;
  readonly onOverlay: (overlay: Overlay) => void;
}) {
  const live = useLiveState();
  const nav = useActiveInSight();
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
      <nav ref={nav} aria-label="Main">
        {LINKS.map(({ to, text, Icon }) => (
          <Link key={to} to={to} activeOptions={{ exact: to === '/', includeSearch: false }}>
            <Icon size={16} aria-hidden="true" />
            {text}
          </Link>
        ))}
      </nav>
      <div className="foot">
        <span className={`pill ${live === 'live' ? 'ok' : 'warn'}`}>
          {live === 'live' ? 'Live' : 'Reconnecting'}
        </span>
        <div className="small who">
          <div className="strong">{name}</div>
          <div className="muted">{role}</div>
        </div>
        <div className="row tools">
          <Tool text="Search and commands (Ctrl K)" onClick={() => onOverlay('palette')}>
            <Search size={16} />
          </Tool>
          <Tool text="Keys (?)" onClick={() => onOverlay('help')}>
            <Keyboard size={16} />
          </Tool>
          <Tool
            text={theme === 'dark' ? 'Use the light theme' : 'Use the dark theme'}
            onClick={switchTheme}
          >
            {theme === 'dark' ? <Sun size={16} /> : <Moon size={16} />}
          </Tool>
          <Tool text="Log out" onClick={logOut}>
            <LogOut size={16} />
          </Tool>
        </div>
      </div>
    </header>
  );
}

function Tool({
  text,
  onClick,
  children,
}: {
  readonly text: string;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}) {
  return (
    <button
      type="button"
      className="button quiet icon-button"
      aria-label={text}
      title={text}
      onClick={onClick}
    >
      {children}
    </button>
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
