import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authenticator } from './auth/principal.ts';
import type { ApiDeps } from './deps.ts';
import { registerGauges } from './gauges.ts';
import { presentProblem } from './present/present.ts';
import { refuse } from './problem-json.ts';

const LOOPBACK = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];
/** Outside /api, so not on its reference page. */
const OPEN = { config: { access: 'public' as const }, schema: { hide: true } };
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip'];

/** What the machinery around the server asks: alive, ready, which version, how much of everything. */
export async function registerOperations(
  app: FastifyInstance,
  { api, authenticator }: { readonly api: ApiDeps; readonly authenticator: Authenticator },
): Promise<void> {
  const { registry } = api.telemetry;
  registerGauges(api);
  app.get('/healthz', OPEN, async () => ({ status: 'alive' }));
  app.get('/readyz', OPEN, async (_, reply) => {
    const { isReplaying, lagRecords } = api.pipeline();
    const problem = api.intake.problem();
    if (isReplaying || problem) reply.code(503).header('retry-after', '1');
    const status = isReplaying ? 'replaying' : 'ready';
    return problem
      ? { status: 'not_taking_in', lag_records: lagRecords, problem: presentProblem(problem) }
      : { status, lag_records: lagRecords };
  });
  app.get('/version', OPEN, async () => ({ version: api.version }));
  app.get('/metrics', OPEN, async (request, reply) => {
    if (!isDirectLoopback(request) && !(await authenticator.identify(request))) {
      throw refuse(401, {
        code: 'not_logged_in',
        detail: 'Metrics need an API token from elsewhere than this machine.',
        retryable: false,
      });
    }
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

/** From this machine itself; what a proxy on this machine passes on is not. */
const isDirectLoopback = (request: FastifyRequest): boolean =>
  LOOPBACK.includes(request.socket.remoteAddress ?? '') &&
  PROXY_HEADERS.every((name) => request.headers[name] === undefined);
