import { type Static, Type } from 'typebox';
import { defineRoute } from './route.ts';

/** A thing changed; fetch it again. */
export const ChangeView = Type.Object(
  {
    seq: Type.Integer(),
    topic: Type.Union([
      Type.Literal('alert'),
      Type.Literal('incident'),
      Type.Literal('action'),
      Type.Literal('run'),
      Type.Literal('source'),
      Type.Literal('setting'),
      Type.Literal('rule'),
      Type.Literal('notification'),
      Type.Literal('room'),
    ]),
    id: Type.String(),
  },
  { title: 'ChangeView' },
);
export type ChangeView = Static<typeof ChangeView>;

/**
 * Server-sent events: `event: changes`, `id: <seq>`, `data: {"items":[ChangeView …]}`, at most four a
 * second, each thing once per message. `event: reset` says that too much was missed: fetch anew.
 */
export const ChangesMessage = Type.Object(
  { items: Type.Array(ChangeView) },
  { title: 'ChangesMessage' },
);
export type ChangesMessage = Static<typeof ChangesMessage>;

/** The live stream; see `subscribe` of the client. */
export const streamRoute = defineRoute({
  method: 'GET',
  path: '/stream',
  access: 'viewer',
  summary: 'Changes as server-sent events; resumes with Last-Event-ID.',
  response: ChangesMessage,
});
