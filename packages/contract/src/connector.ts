import { type Static, Type } from 'typebox';
import { defineRoute, IdParams } from './route.ts';
import { listOf, ProblemView, Time } from './value.ts';

/** One verb that a connector carries out. */
export const ConnectorActionView = Type.Object(
  {
    verb: Type.String(),
    title: Type.String(),
    class: Type.String({ description: 'read, collect, notify, contain, evict, restore' }),
    impact: Type.Integer({ minimum: 0, maximum: 4 }),
    is_seen: Type.Boolean({ description: 'The target is looked at before and after.' }),
    ended_by: Type.Optional(
      Type.String({ description: 'product: by itself in time, even without Cordon; cordon' }),
    ),
  },
  { title: 'ConnectorActionView' },
);
export type ConnectorActionView = Static<typeof ConnectorActionView>;

const Outcome = Type.Object({ at: Time, action_id: Type.String(), text: Type.String() });

/** A product that Cordon can act on, and how it does. */
export const ConnectorView = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    tried: Type.String({
      description: 'Against what it was tried: product, emulator, schema (nothing), sandbox',
    }),
    is_configured: Type.Boolean(),
    can_be_tested: Type.Boolean(),
    actions: Type.Array(ConnectorActionView),
    scopes: Type.Array(
      Type.Object({
        name: Type.String(),
        is_granted: Type.Optional(
          Type.Boolean({ description: 'Absent: the product was not asked, or does not tell.' }),
        ),
      }),
      { description: 'What its credentials must be allowed to do.' },
    ),
    test: Type.Optional(
      Type.Object(
        { at: Time, text: Type.String(), problem: Type.Optional(ProblemView) },
        { description: 'The last test since the start.' },
      ),
    ),
    last_success: Type.Optional(Outcome),
    last_failure: Type.Optional(Outcome),
  },
  { title: 'ConnectorView' },
);
export type ConnectorView = Static<typeof ConnectorView>;

export const connectorRoutes = {
  listConnectors: defineRoute({
    method: 'GET',
    path: '/connectors',
    access: 'viewer',
    summary: 'What Cordon can act on, those that are configured first.',
    response: listOf(ConnectorView),
  }),
  testConnector: defineRoute({
    method: 'POST',
    path: '/connectors/:id/test',
    access: 'responder',
    summary: 'Asks a product whether it can be used as configured; nothing is changed.',
    params: IdParams,
    response: ConnectorView,
  }),
};
