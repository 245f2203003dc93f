import type { ConnectorView, connectorRoutes } from '@cordon/contract';
import type { ConnectorDefinition } from '@cordon/kit';
import type { ConnectorOutcome, ConnectorStanding } from '../../ports.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { compact, presentProblem, toTime } from '../present/present.ts';
import { valueOrRefuse } from '../problem-json.ts';

/** What Cordon can act on, and whether it really can. */
export const createConnectorHandlers = ({
  connectors,
}: Pick<ApiDeps, 'connectors'>): Handlers<keyof typeof connectorRoutes> => ({
  listConnectors: async () => ({ items: (await connectors.list()).map(presentConnector) }),
  testConnector: async ({ params }) =>
    presentConnector(valueOrRefuse(await connectors.test(params.id))),
});

function presentConnector({
  definition,
  isConfigured,
  test,
  lastSuccess,
  lastFailure,
}: ConnectorStanding): ConnectorView {
  const { id, title, actions, check } = definition;
  const granted = test?.result.ok ? test.result.value.granted : undefined;
  const scopes = [...new Set(actions.flatMap((action) => action.scopes ?? []))];
  return compact({
    id,
    title,
    tried: id.startsWith('sandbox-') ? 'sandbox' : (definition.tried ?? 'product'),
    is_configured: isConfigured,
    can_be_tested: isConfigured && check !== undefined,
    actions: actions.map(presentAction),
    scopes: scopes.map((name) =>
      compact({ name, is_granted: granted?.some((one) => isSame(one, name)) }),
    ),
    test: test && {
      at: toTime(test.at),
      ...(test.result.ok
        ? { text: test.result.value.text }
        : { text: test.result.problem.detail, problem: presentProblem(test.result.problem) }),
    },
    last_success: lastSuccess && presentOutcome(lastSuccess),
    last_failure: lastFailure && presentOutcome(lastFailure),
  });
}

/** Scopes of Google are addresses whose last part is their name. */
const isSame = (granted: string, needed: string): boolean =>
  granted === needed || granted.endsWith(`/${needed}`);

const presentAction = (
  action: ConnectorDefinition['actions'][number],
): ConnectorView['actions'][number] =>
  compact({
    verb: action.verb,
    title: action.title,
    class: action.class,
    impact: action.impact,
    is_seen: action.probe !== undefined,
    ended_by: ENDED_BY[action.ttl],
  });

const ENDED_BY = { native: 'product', platform: 'cordon', none: undefined } as const;

const presentOutcome = ({ at, action, text }: ConnectorOutcome) => ({
  at: toTime(at),
  action_id: action.id,
  text,
});
