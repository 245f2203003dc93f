/*
 * The HTTP side of the server: it shows what the stores hold and passes on what people decide. Every
 * route is declared in the contract with who may call it; here each gets its handler, and nothing is
 * reachable that is not declared. Login cannot be switched off.
 */
import {
  API_PREFIX,
  type OperationId,
  type RouteSpec,
  type Routes,
  routes,
} from '@cordon/contract';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RouteHandlerMethod,
} from 'fastify';
import { registerAnswerPage } from './answer-page.ts';
import { authorise, type Declared } from './auth/authorise.ts';
import { createPasswords } from './auth/password.ts';
import { type Authenticator, createAuthenticator } from './auth/principal.ts';
import { createHostGuard, refuseCrossSite } from './auth/request-guard.ts';
import { createClientErrorHandler } from './client-error.ts';
import { registerConsole } from './console-files.ts';
import type { ApiDeps } from './deps.ts';
import { registerDropIns } from './drop-in/register-drop-ins.ts';
import { registerEvidence } from './evidence-files.ts';
import { registerGuestPage } from './guest-page.ts';
import type { Handlers } from './handler.ts';
import { nameSchemas } from './openapi.ts';
import { registerOperations } from './operations.ts';
import { handleErrors, routeOf } from './problem-json.ts';
import { takeForms } from './public-page.ts';
import { registerQuestionPage } from './question-page.ts';
import { createAccountHandlers } from './routes/account.ts';
import { createActionHandlers } from './routes/action.ts';
import { createAlertHandlers } from './routes/alert.ts';
import { createAuditHandlers } from './routes/audit.ts';
import { createAutomationHandlers } from './routes/automation.ts';
import { createClosingHandlers } from './routes/closing.ts';
import { createConnectorHandlers } from './routes/connector.ts';
import { createContentHandlers } from './routes/content.ts';
import { createDemoHandlers } from './routes/demo.ts';
import { createDiagnosisHandlers } from './routes/diagnosis.ts';
import { createEntityHandlers } from './routes/entity.ts';
import { createHuntHandlers } from './routes/hunt.ts';
import { createIncidentHandlers } from './routes/incident.ts';
import { createIncidentFileHandlers } from './routes/incident-file.ts';
import { registerIngest } from './routes/ingest.ts';
import { createIntelHandlers } from './routes/intel.ts';
import { createNarrationHandlers } from './routes/narration.ts';
import { createOnCallHandlers } from './routes/on-call.ts';
import { createOverviewHandlers } from './routes/overview.ts';
import { createPlaybookHandlers } from './routes/playbook.ts';
import { createRecordHandlers } from './routes/record.ts';
import { createReportHandlers } from './routes/report.ts';
import { createRoomHandlers } from './routes/room.ts';
import { createRootCauseHandlers } from './routes/root-cause.ts';
import { createRuleHandlers } from './routes/rule.ts';
import { createRunHandlers } from './routes/run.ts';
import { createSessionHandlers } from './routes/session.ts';
import { createSourceHandlers } from './routes/source.ts';
import { registerStream } from './routes/stream.ts';
import { createSystemHandlers } from './routes/system.ts';
import { useContractSchemas } from './validate.ts';

const MAX_JSON_BYTES = 256 * 1024;
/** Probes come with whatever Host header the prober has. */
const HOST_FREE = ['/healthz', '/readyz'];

/** The server, not yet listening. Closing it ends all live streams; the stores stay the caller's. */
export async function createApi(
  deps: ApiDeps,
  prepare?: (app: FastifyInstance) => void,
): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: MAX_JSON_BYTES,
    ...slowSenderLimits(deps.settings.requestTimeoutMs),
    forceCloseConnections: true,
    clientErrorHandler: createClientErrorHandler(deps.telemetry),
  });
  const authenticator = createAuthenticator(deps);
  prepare?.(app);
  useContractSchemas(app);
  handleErrors(app, deps.telemetry);
  await registerGuards(app, { api: deps, authenticator });
  await app.register(swagger, { openapi: describeApi(deps), hideUntagged: false });
  const parts = { api: deps, authenticator };
  await app.register(async (scope) => registerRoutes(scope, createHandlers(deps, authenticator)));
  await app.register(async (scope) => registerIngest(scope, deps));
  await registerDropIns(app, deps);
  await app.register(async (scope) => registerStream(scope, parts));
  await app.register(async (scope) => registerOperations(scope, parts));
  await app.register(async (scope) => registerEvidence(scope, deps));
  await app.register(async (scope) => {
    takeForms(scope);
    await registerAnswerPage(scope, deps.onCall);
    await registerGuestPage(scope, deps.rooms);
    await registerQuestionPage(scope, deps.rooms);
  });
  await app.register(async (scope) => registerOpenApi(scope));
  await registerConsole(app, deps.webDir);
  await app.ready();
  return app;
}

/** A sender that trickles is cut off, so that a thousand of them hold nothing. */
const slowSenderLimits = (requestTimeoutMs: number) => ({
  requestTimeout: requestTimeoutMs,
  http: {
    headersTimeout: Math.ceil(requestTimeoutMs / 2),
    connectionsCheckingInterval: Math.min(5_000, Math.ceil(requestTimeoutMs / 4)),
  },
});

interface Parts {
  readonly api: ApiDeps;
  readonly authenticator: Authenticator;
}

async function registerGuards(app: FastifyInstance, { api, authenticator }: Parts): Promise<void> {
  const isHttps = api.settings.publicUrl?.startsWith('https:') ?? false;
  const refuseForeignHost = createHostGuard(api.settings);
  await app.register(cookie);
  await app.register(helmet, helmetOptions(isHttps));
  app.addHook('onRequest', async (request) => {
    if (!HOST_FREE.includes(request.url)) refuseForeignHost(request);
  });
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith(API_PREFIX)) return;
    reply.header('cache-control', 'no-store').header('x-request-id', request.id);
    await authorise(request, authenticator);
    if (declaredAccess(request) !== 'source') refuseCrossSite(request);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    api.telemetry.requestServed({
      method,
      route: routeOf(request),
      status: reply.statusCode,
      tookMs: reply.elapsedTime,
    });
  });
}

const declaredAccess = (request: FastifyRequest) =>
  (request.routeOptions.config as Declared).access;

const helmetOptions = (isHttps: boolean) => ({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  strictTransportSecurity: isHttps,
  referrerPolicy: { policy: 'no-referrer' as const },
});

function createHandlers(api: ApiDeps, authenticator: Authenticator): Handlers {
  const passwords = createPasswords();
  return {
    ...createSessionHandlers({ api, authenticator, passwords }),
    ...createAccountHandlers({ api, passwords }),
    ...createOverviewHandlers(api),
    ...createIncidentHandlers(api),
    ...createIncidentFileHandlers(api),
    ...createNarrationHandlers(api),
    ...createAlertHandlers(api),
    ...createClosingHandlers(api),
    ...createEntityHandlers(api),
    ...createRecordHandlers(api),
    ...createSourceHandlers(api),
    ...createContentHandlers(api),
    ...createRuleHandlers(api),
    ...createReportHandlers(api),
    ...createHuntHandlers(api),
    ...createDiagnosisHandlers(api),
    ...createSystemHandlers(api),
    ...createRootCauseHandlers(api),
    ...createIntelHandlers(api),
    ...createActionHandlers(api),
    ...createAutomationHandlers(api),
    ...createConnectorHandlers(api),
    ...createOnCallHandlers(api),
    ...createPlaybookHandlers(api),
    ...createRunHandlers(api),
    ...createRoomHandlers(api),
    ...createAuditHandlers(api),
    ...createDemoHandlers(api),
  };
}

function registerRoutes(app: FastifyInstance, handlers: Handlers): void {
  for (const operationId of Object.keys(routes) as OperationId[]) {
    const route: RouteSpec = routes[operationId];
    app.route({
      method: route.method,
      url: `${API_PREFIX}${route.path}`,
      config: { access: route.access },
      schema: schemaOf(operationId, route),
      handler: toRouteHandler(route, handlers[operationId] as Handlers[keyof Routes]),
    });
  }
}

const schemaOf = (operationId: string, route: RouteSpec) => ({
  operationId,
  summary: route.summary,
  ...(route.params ? { params: route.params } : {}),
  ...(route.query ? { querystring: route.query } : {}),
  ...(route.body ? { body: route.body } : {}),
  response: { [route.status ?? 200]: route.response },
});

function toRouteHandler(route: RouteSpec, handler: Handlers[OperationId]): RouteHandlerMethod {
  const answer = handler as (given: object) => Promise<object>;
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { params, query, body, principal: who } = request;
    const value = await answer({ params, query, body, who, request, reply });
    reply.code(route.status ?? 200);
    return route.status === 204 ? reply.send() : value;
  };
}

function registerOpenApi(app: FastifyInstance): void {
  let document: object | undefined;
  const options = { config: { access: 'viewer' as const }, schema: { hide: true } };
  app.get(`${API_PREFIX}/openapi.json`, options, async () => {
    document ??= nameSchemas(app.swagger());
    return document;
  });
}

const describeApi = ({ version }: ApiDeps) => ({
  openapi: '3.1.0',
  info: { title: 'Cordon', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
  components: {
    securitySchemes: {
      session: { type: 'apiKey' as const, in: 'cookie' as const, name: 'cordon_session' },
      token: { type: 'http' as const, scheme: 'bearer' },
    },
  },
  security: [{ session: [] }, { token: [] }],
});
