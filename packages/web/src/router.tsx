import { createRootRoute, createRoute, createRouter, Outlet } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { readActionFilter } from './pages/actions/action-filter.ts';
import { readAlertFilter } from './pages/alerts/alert-filter.ts';
import { readDiagnose } from './pages/diagnose/diagnose-search.ts';
import { readHunt } from './pages/hunt/hunt-filter.ts';
import { IncidentPage } from './pages/incident/incident.page.tsx';
import { IncidentsPage } from './pages/incidents/incidents.page.tsx';
import { readQueueFilter } from './pages/incidents/queue-filter.ts';
import { LoginPage } from './pages/login/login.page.tsx';
import { OverviewPage } from './pages/overview/overview.page.tsx';
import { readPlaybookFilter } from './pages/playbooks/playbook-filter.ts';
import { readReport } from './pages/reports/report-search.ts';
import { readRuleFilter } from './pages/rules/rule-filter.ts';
import { Empty, Loading } from './parts/states.tsx';
import { Shell } from './shell.tsx';

const ActionsPage = lazy(() =>
  import('./pages/actions/actions.page.tsx').then((m) => ({ default: m.ActionsPage })),
);
const AlertsPage = lazy(() =>
  import('./pages/alerts/alerts.page.tsx').then((m) => ({ default: m.AlertsPage })),
);
const ConnectorsPage = lazy(() =>
  import('./pages/connectors/connectors.page.tsx').then((m) => ({ default: m.ConnectorsPage })),
);
const DiagnosePage = lazy(() =>
  import('./pages/diagnose/diagnose.page.tsx').then((m) => ({ default: m.DiagnosePage })),
);
const HuntPage = lazy(() =>
  import('./pages/hunt/hunt.page.tsx').then((m) => ({ default: m.HuntPage })),
);
const PlaybooksPage = lazy(() =>
  import('./pages/playbooks/playbooks.page.tsx').then((m) => ({ default: m.PlaybooksPage })),
);
const ReportsPage = lazy(() =>
  import('./pages/reports/reports.page.tsx').then((m) => ({ default: m.ReportsPage })),
);
const PoliciesPage = lazy(() =>
  import('./pages/policies/policies.page.tsx').then((m) => ({ default: m.PoliciesPage })),
);
const RulesPage = lazy(() =>
  import('./pages/rules/rules.page.tsx').then((m) => ({ default: m.RulesPage })),
);
const IntelPage = lazy(() =>
  import('./pages/intel/intel.page.tsx').then((m) => ({ default: m.IntelPage })),
);
const OnCallPage = lazy(() =>
  import('./pages/on-call/on-call.page.tsx').then((m) => ({ default: m.OnCallPage })),
);
const SettingsPage = lazy(() =>
  import('./pages/settings/settings.page.tsx').then((m) => ({ default: m.SettingsPage })),
);
const SourcesPage = lazy(() =>
  import('./pages/sources/sources.page.tsx').then((m) => ({ default: m.SourcesPage })),
);
const SystemsPage = lazy(() =>
  import('./pages/systems/systems.page.tsx').then((m) => ({ default: m.SystemsPage })),
);
const SetupPage = lazy(() =>
  import('./pages/setup/setup.page.tsx').then((m) => ({ default: m.SetupPage })),
);
const AddSourcePage = lazy(() =>
  import('./pages/add-source/add-source.page.tsx').then((m) => ({ default: m.AddSourcePage })),
);
const WelcomePage = lazy(() =>
  import('./pages/welcome/welcome.page.tsx').then((m) => ({ default: m.WelcomePage })),
);

const rootRoute = createRootRoute({
  component: () => (
    <Suspense fallback={<Loading what="the page" />}>
      <Outlet />
    </Suspense>
  ),
  notFoundComponent: () => (
    <Empty title="There is no such page">
      <a href="/">Go to the overview</a>
    </Empty>
  ),
});
const word = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
const readToken = (search: Record<string, unknown>): { token?: string } => {
  const token = word(search['token']);
  return token ? { token } : {};
};
const readTab = (search: Record<string, unknown>): { tab?: string } => {
  const tab = word(search['tab']);
  return tab ? { tab } : {};
};

const setup = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  validateSearch: readToken,
  component: SetupPage,
});
const login = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  component: LoginPage,
});
const shell = createRoute({ getParentRoute: () => rootRoute, id: 'shell', component: Shell });
const overview = createRoute({ getParentRoute: () => shell, path: '/', component: OverviewPage });
const welcome = createRoute({
  getParentRoute: () => shell,
  path: '/welcome',
  component: WelcomePage,
});
const incidents = createRoute({
  getParentRoute: () => shell,
  path: '/incidents',
  validateSearch: readQueueFilter,
  component: IncidentsPage,
});
const incident = createRoute({
  getParentRoute: () => shell,
  path: '/incidents/$id',
  validateSearch: readTab,
  component: IncidentPage,
});
const alerts = createRoute({
  getParentRoute: () => shell,
  path: '/alerts',
  validateSearch: readAlertFilter,
  component: AlertsPage,
});
const actions = createRoute({
  getParentRoute: () => shell,
  path: '/actions',
  validateSearch: readActionFilter,
  component: ActionsPage,
});
const sources = createRoute({
  getParentRoute: () => shell,
  path: '/sources',
  component: SourcesPage,
});
const addSource = createRoute({
  getParentRoute: () => shell,
  path: '/add-source',
  component: AddSourcePage,
});
const rules = createRoute({
  getParentRoute: () => shell,
  path: '/rules',
  validateSearch: readRuleFilter,
  component: RulesPage,
});
const playbooks = createRoute({
  getParentRoute: () => shell,
  path: '/playbooks',
  validateSearch: readPlaybookFilter,
  component: PlaybooksPage,
});
const connectors = createRoute({
  getParentRoute: () => shell,
  path: '/connectors',
  component: ConnectorsPage,
});
const policies = createRoute({
  getParentRoute: () => shell,
  path: '/policies',
  component: PoliciesPage,
});
const hunt = createRoute({
  getParentRoute: () => shell,
  path: '/hunt',
  validateSearch: readHunt,
  component: HuntPage,
});
const diagnose = createRoute({
  getParentRoute: () => shell,
  path: '/diagnose',
  validateSearch: readDiagnose,
  component: DiagnosePage,
});
const systems = createRoute({
  getParentRoute: () => shell,
  path: '/systems',
  component: SystemsPage,
});
const reports = createRoute({
  getParentRoute: () => shell,
  path: '/reports',
  validateSearch: readReport,
  component: ReportsPage,
});
const intel = createRoute({
  getParentRoute: () => shell,
  path: '/intel',
  component: IntelPage,
});
const onCall = createRoute({
  getParentRoute: () => shell,
  path: '/on-call',
  component: OnCallPage,
});
const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: SettingsPage,
});

/** Every page of the console by its address. */
export const router = createRouter({
  routeTree: rootRoute.addChildren([
    setup,
    login,
    shell.addChildren([
      overview,
      welcome,
      incidents,
      incident,
      alerts,
      actions,
      rules,
      playbooks,
      policies,
      connectors,
      hunt,
      systems,
      diagnose,
      reports,
      intel,
      sources,
      addSource,
      onCall,
      settings,
    ]),
  ]),
  defaultPreload: 'intent',
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const pairs = Object.entries(search).filter(([, value]) => value !== undefined);
    const query = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]));
    return query.size > 0 ? `?${query.toString()}` : '';
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
