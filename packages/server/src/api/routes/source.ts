import { API_PREFIX, type sourceRoutes } from '@cordon/contract';
import { readBooks } from '../../health/read-books.ts';
import type { SourceView } from '../../ports.ts';
import { hashSecret, mintId, mintToken } from '../auth/secret.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { presentNotice, presentTrace } from '../present/health.ts';
import { presentConservation, presentSource, type RemovedSource } from '../present/source.ts';
import { valueOrRefuse } from '../problem-json.ts';

/** Sources, the books, and new push sources. */
export function createSourceHandlers(deps: ApiDeps): Handlers<keyof typeof sourceRoutes> {
  const { store, intake, health, log, content, now } = deps;
  return {
    listSources: async () => {
      const books = await readBooks(deps);
      const notices = health.notices();
      const facts = { tallies: books.tallies, notices, health };
      return {
        items: listAll(deps).map((source) => presentSource(source, facts)),
        conservation: presentConservation(books, books.tallies),
        notices: notices.map(presentNotice),
      };
    },
    getSourceSample: async ({ params: { id } }) => {
      const offset = health.lastOffset(id);
      const record = offset === undefined ? undefined : await log.get(offset);
      return record ? { sample: presentTrace(record, content.trace(record)) } : {};
    },
    createPushSource: async ({ body, who }) => {
      const source = valueOrRefuse(await intake.addPushSource(body.id, body.title));
      const token = mintToken('src');
      await store.saveCredential(
        {
          id: mintId('src'),
          kind: 'source_token',
          secretHash: hashSecret(token),
          subject: source.id,
          label: source.title,
          createdAt: now(),
        },
        {
          at: now(),
          actor: who.name,
          what: 'push_source_created',
          subject: source.id,
          data: { title: source.title },
        },
      );
      return {
        id: source.id,
        title: source.title,
        token,
        path: `${API_PREFIX}/ingest/${source.id}`,
      };
    },
  };
}

/** Sources that are configured, and those that are not any more but whose records are counted. */
function listAll({ intake, health }: ApiDeps): readonly (SourceView | RemovedSource)[] {
  const sources = intake.sources();
  const known = new Set(sources.map(({ id }) => id));
  const removed = health.sourceIds().filter((id) => !known.has(id));
  return [...sources, ...removed.map((id) => ({ id, status: 'removed' as const }))];
}
