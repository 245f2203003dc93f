import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Gauge } from 'prom-client';
import type { Authenticator } from './auth/principal.ts';
import type { ApiDeps } from './deps.ts';
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
    if (isReplaying) reply.code(503).header('retry-after', '1');
    return { status: isReplaying ? 'replaying' : 'ready', lag_records: lagRecords };
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

function registerGauges({ telemetry, pipeline, store, intake, actions }: ApiDeps): void {
  const registers = [telemetry.registry];
  new Gauge({
    name: 'cordon_pipeline_lag_records',
    help: 'Records accepted and not yet accounted for.',
    registers,
    collect() {
      this.set(pipeline().lagRecords);
    },
  });
  new Gauge({
    name: 'cordon_pipeline_head_records',
    help: 'Records ever accepted.',
    registers,
    collect() {
      this.set(pipeline().head);
    },
  });
  new Gauge({
    name: 'cordon_kill_switch_engaged',
    help: '1 while no new effect may start.',
    registers,
    collect() {
      this.set(actions.killSwitch().engaged ? 1 : 0);
    },
  });
  new Gauge({
    name: 'cordon_sources_count',
    help: 'Sources by status.',
    labelNames: ['status'],
    registers,
    collect() {
      this.reset();
      for (const { status } of intake.sources()) this.inc({ status });
    },
  });
  new Gauge({
    name: 'cordon_records_outcome_count',
    help: 'How records ended, by source.',
    labelNames: ['source', 'outcome'],
    registers,
    async collect() {
      this.reset();
      for (const { sourceId, outcome, count } of await store.listTallies())
        this.inc({ source: sourceId, outcome }, count);
    },
  });
}
