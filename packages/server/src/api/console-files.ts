import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { notFound, sendProblem } from './problem-json.ts';

const NOT_BUILT =
  'The console is not built. Run `npm start`, which builds it, and load this page again.\n';
/** Paths that are never pages of the console. */
const NO_PAGES =
  /^\/(answer|api|assets|elasticsearch|guest|hooks|loki|services|v1|was-it-you|healthz|readyz|metrics|version)(\/|$|\?)/;

/**
 * The built console. Files under /assets/ carry a hash in their name and may be kept for ever, and are sent packed to
 * who reads that; index.html is asked for anew each time and answers for every path that is a page of the console.
 */
export async function registerConsole(
  app: FastifyInstance,
  webDir: string | undefined,
): Promise<void> {
  const isBuilt = webDir !== undefined && existsSync(join(webDir, 'index.html'));
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root: webDir,
      wildcard: false,
      cacheControl: false,
      preCompressed: true,
      setHeaders: (reply, path) => {
        const isHashed = path.includes('/assets/');
        reply.header(
          'cache-control',
          isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const isPage =
      (request.method === 'GET' || request.method === 'HEAD') && !NO_PAGES.test(request.url);
    if (!isPage)
      return sendProblem(
        request,
        reply,
        notFound(`such path: ${request.method} ${request.url.slice(0, 200)}`),
      );
    if (isBuilt) return reply.sendFile('index.html');
    return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
  });
}
