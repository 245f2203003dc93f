import type { contentRoutes } from '@cordon/contract';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { presentContent } from '../present/health.ts';

/** The content that is in force, and reading it anew. */
export function createContentHandlers({ content }: ApiDeps): Handlers<keyof typeof contentRoutes> {
  return {
    getContent: async () => presentContent(content.view()),
    reloadContent: async ({ who }) => presentContent(await content.reload(who.name)),
  };
}
