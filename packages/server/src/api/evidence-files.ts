import { API_PREFIX, keepEvidenceRoute, lookAtEvidenceRoute } from '@cordon/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sentBytes } from './body.ts';
import type { ApiDeps } from './deps.ts';
import { valueOrRefuse } from './problem-json.ts';
import { getIncident } from './routes/incident.ts';

const MAX_BYTES = 32 * 1024 * 1024;

interface Keeping {
  readonly Params: { readonly id: string };
  readonly Querystring: { readonly name: string; readonly note?: string };
}
interface Looking {
  readonly Params: { readonly id: string; readonly line: number };
}

/** Evidence as it is: bytes in, bytes out, never shown by a browser. */
export async function registerEvidence(app: FastifyInstance, deps: ApiDeps): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/octet-stream',
    { parseAs: 'buffer', bodyLimit: MAX_BYTES },
    async (_: FastifyRequest, body: Buffer) => body,
  );
  app.route<Keeping>({
    method: keepEvidenceRoute.method,
    url: `${API_PREFIX}${keepEvidenceRoute.path}`,
    bodyLimit: MAX_BYTES,
    config: { access: keepEvidenceRoute.access },
    schema: {
      operationId: 'keepEvidence',
      summary: keepEvidenceRoute.summary,
      params: keepEvidenceRoute.params,
      querystring: keepEvidenceRoute.query,
      response: { 201: keepEvidenceRoute.response },
    },
    handler: async (request, reply) => {
      const { id } = await getIncident(deps, request.params.id);
      const { name, note = '' } = request.query;
      const evidence = { name, note, bytes: sentBytes(request) };
      const line = valueOrRefuse(await deps.rooms.keep(id, evidence, whoOf(request)));
      reply.code(201);
      return { line: line.number };
    },
  });
  app.route<Looking>({
    method: lookAtEvidenceRoute.method,
    url: `${API_PREFIX}${lookAtEvidenceRoute.path}`,
    config: { access: lookAtEvidenceRoute.access },
    schema: {
      operationId: 'lookAtEvidence',
      summary: lookAtEvidenceRoute.summary,
      params: lookAtEvidenceRoute.params,
    },
    // Asking how large it is would be a look that nobody had.
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const { id } = await getIncident(deps, request.params.id);
      const found = valueOrRefuse(await deps.rooms.lookAt(id, request.params.line, whoOf(request)));
      const name = encodeURIComponent(found.name);
      return reply
        .type('application/octet-stream')
        .header('content-disposition', `attachment; filename*=UTF-8''${name}`)
        .header('x-content-type-options', 'nosniff')
        .serializer((bytes) => bytes)
        .send(found.bytes);
    },
  });
}

/** The route is closed to whoever is nobody. */
const whoOf = ({ principal }: FastifyRequest): string => principal?.name ?? 'nobody';
