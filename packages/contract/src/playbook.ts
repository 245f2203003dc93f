import { type Static, Type } from 'typebox';
import { PlaybookView } from './action.ts';
import { defineRoute } from './route.ts';
import { listOf, Reason, Time } from './value.ts';

/** A version of a playbook that is or was in force. */
export const PlaybookVersionView = Type.Object(
  {
    version: Type.Integer(),
    text: Type.String(),
    by: Type.String({ description: 'Who saved it; `cordon` for what came along.' }),
    at: Type.Optional(Time),
    reason: Type.String(),
  },
  { title: 'PlaybookVersionView' },
);
export type PlaybookVersionView = Static<typeof PlaybookVersionView>;

/** A text to be put in force. */
export const PlaybookBody = Type.Object(
  {
    text: Type.String({ maxLength: 100_000, description: 'The playbook in YAML.' }),
    base_version: Type.Integer({
      minimum: 0,
      description: 'The version it was made of; 0 for a new playbook.',
    }),
    reason: Reason,
  },
  { title: 'PlaybookBody', additionalProperties: false },
);
export type PlaybookBody = Static<typeof PlaybookBody>;

const NameParams = Type.Object({
  id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$', maxLength: 64 }),
});

export const playbookRoutes = {
  listPlaybooks: defineRoute({
    method: 'GET',
    path: '/playbooks',
    access: 'viewer',
    summary: 'The playbooks that are installed.',
    response: listOf(PlaybookView),
  }),
  writePlaybook: defineRoute({
    method: 'PUT',
    path: '/playbooks/:id',
    access: 'administrator',
    summary: 'Puts a text of a playbook in force; runs that go on keep the one they started with.',
    params: NameParams,
    body: PlaybookBody,
    response: PlaybookView,
  }),
  listPlaybookVersions: defineRoute({
    method: 'GET',
    path: '/playbooks/:id/versions',
    access: 'viewer',
    summary: 'Every version of a playbook that was saved here, newest first.',
    params: NameParams,
    response: listOf(PlaybookVersionView),
  }),
};
