import { API_PREFIX, type sourceRoutes } from '@cordon/contract';
import type { Tally } from '../../store/ports.ts';
import { hashSecret, mintId, mintToken } from '../auth/secret.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { presentConservation, presentSource } from '../present/source.ts';
import { valueOrRefuse } from '../problem-json.ts';

/** Sources, the books, and new push sources. */
export function createSourceHandlers(deps: ApiDeps): Handlers<keyof typeof sourceRoutes> {
  const { store, intake, now } = deps;
  return {
    listSources: async () => {
      const books = await readBooks(deps);
      return {
        items: intake.sources().map((source) => presentSource(source, books.tallies)),
        conservation: presentConservation(books, books.tallies),
      };
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

const MAX_TRIES = 5;

/**
 * Tallies and the committed offset are written in one transaction but read apart: read again until
 * no batch was committed in between, so that the equation is about one moment.
 */
export async function readBooks({
  store,
  log,
  pipeline,
}: Pick<ApiDeps, 'store' | 'log' | 'pipeline'>) {
  let tallies: readonly Tally[] = [];
  let committedOffset = -1;
  for (
    let tries = 0;
    tries < MAX_TRIES && committedOffset !== pipeline().committedOffset;
    tries += 1
  ) {
    committedOffset = pipeline().committedOffset;
    tallies = await store.listTallies();
  }
  return { tallies, committedOffset, head: log.head() };
}
