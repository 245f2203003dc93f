import { type Static, Type } from 'typebox';
import { defineRoute } from './route.ts';
import { Time } from './value.ts';

/** What an entity is; its id is canonical or however a log writes it. */
export const EntityKindName = Type.Union(
  [
    Type.Literal('host'),
    Type.Literal('user'),
    Type.Literal('ip'),
    Type.Literal('domain'),
    Type.Literal('process'),
    Type.Literal('file'),
    Type.Literal('url'),
    Type.Literal('session'),
    Type.Literal('cloud_resource'),
    Type.Literal('message'),
  ],
  { title: 'EntityKindName' },
);
export type EntityKindName = Static<typeof EntityKindName>;

const Thing = Type.Object({ kind: EntityKindName, id: Type.String() });

/** One thing at a time: what its name means, whose it was, what it had to do with, and what can be reached from it. */
export const EntityView = Type.Object(
  {
    kind: EntityKindName,
    id: Type.String({ description: 'What the name that was asked for means at that time.' }),
    at: Time,
    confidence: Type.Number({ description: 'That it means that, 0 to 1.' }),
    by: Type.Union(
      [
        Type.Literal('inventory'),
        Type.Literal('own_events'),
        Type.Literal('dhcp'),
        Type.Literal('same_record'),
        Type.Literal('form'),
      ],
      {
        description:
          'By whose word: an inventory or directory, events of the machine itself, a lease of DHCP, one record with both names, or the form of the name alone.',
      },
    ),
    first_seen: Type.Optional(Time),
    last_seen: Type.Optional(Time),
    criticality: Type.Optional(Type.Integer()),
    owner: Type.Optional(Type.String()),
    privilege: Type.Optional(Type.String()),
    names: Type.Array(
      Type.Object({
        name: Type.String(),
        holder: Type.String(),
        from: Time,
        until: Type.Optional(Time),
        by: Type.String(),
        confidence: Type.Number(),
      }),
      { description: 'Who held the name, or which addresses a machine had; oldest first.' },
    ),
    links: Type.Array(
      Type.Object({
        from: Thing,
        relation: Type.String(),
        to: Thing,
        first_seen: Time,
        last_seen: Time,
      }),
      { description: 'The newest of each relation, newest last.' },
    ),
    reach: Type.Optional(
      Type.Object(
        { accounts: Type.Array(Type.String()), machines: Type.Array(Type.String()) },
        { description: 'Of machines and accounts, by the log-ins of thirty days.' },
      ),
    ),
  },
  { title: 'EntityView' },
);
export type EntityView = Static<typeof EntityView>;

export const entityRoutes = {
  getEntity: defineRoute({
    method: 'GET',
    path: '/entities/:kind/:id',
    access: 'viewer',
    summary:
      'What is known of a machine, an account, an address or anything else at a time: whose name it was, what it had to do with, and what can be reached from it.',
    params: Type.Object({
      kind: EntityKindName,
      id: Type.String({ minLength: 1, maxLength: 1024 }),
    }),
    query: Type.Object({
      at: Type.Optional(Type.String({ format: 'date-time', description: 'Now, unless given.' })),
    }),
    response: EntityView,
  }),
};
