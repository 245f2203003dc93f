import type { playbookRoutes } from '@cordon/contract';
import { PlaybookWriter } from '../../playbooks/playbook-writer.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { presentPlaybook, presentPlaybookVersion } from '../present/action.ts';
import { notFound, valueOrRefuse } from '../problem-json.ts';

/** Playbooks as they are in force, and what people make of them. */
export function createPlaybookHandlers(api: ApiDeps): Handlers<keyof typeof playbookRoutes> {
  const { store, actions, content, settings, now } = api;
  const { dataDir } = settings;
  const writer =
    dataDir === undefined
      ? undefined
      : new PlaybookWriter({
          dataDir,
          playbooks: () => actions.playbooks(),
          audit: (entry) => store.audit(entry),
          reload: (actor) => content.reload(actor),
          now,
        });
  return {
    listPlaybooks: async () => ({ items: actions.playbooks().map(presentPlaybook) }),
    writePlaybook: async ({ params, body, who }) => {
      if (!writer) throw notFound('place for playbooks');
      const { text, base_version: baseVersion, reason } = body;
      const draft = { id: params.id, text, baseVersion, reason };
      return presentPlaybook(valueOrRefuse(await writer.write(draft, who.name)));
    },
    listPlaybookVersions: async ({ params }) => {
      const versions = (await writer?.versions(params.id)) ?? [];
      if (versions.length === 0) throw notFound('such playbook');
      return { items: versions.map(presentPlaybookVersion) };
    },
  };
}
