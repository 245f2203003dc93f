import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../deps.ts';
import { registerDropIn } from './drop-in.ts';
import { createElasticsearch } from './elasticsearch.ts';
import { createLoki } from './loki.ts';
import { createOtlp } from './otlp.ts';
import { createRemoteWrite } from './remote-write.ts';
import { createFindSender } from './sender.ts';
import { createSplunkHec } from './splunk-hec.ts';
import { createWebhook } from './webhook.ts';

/** Every drop-in there is, each in a scope of its own. */
export async function registerDropIns(app: FastifyInstance, deps: ApiDeps): Promise<void> {
  const findSender = createFindSender(deps);
  const dropIns = [
    createElasticsearch(deps.settings.elasticsearchVersion, findSender),
    createSplunkHec(deps, findSender),
    createOtlp(deps, findSender),
    createLoki(findSender),
    createRemoteWrite(deps, findSender),
    createWebhook(deps, findSender),
  ];
  for (const dropIn of dropIns)
    await app.register(async (scope) => registerDropIn(scope, dropIn, deps));
}
