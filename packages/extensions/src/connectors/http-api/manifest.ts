import { type Static, Type } from 'typebox';
import { Auth } from '../../http/auth.ts';
import { VERB_FORMS } from '../verb-params.ts';

const closed = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1, maxLength: 1_000 });
const Texts = Type.Record(Type.String(), Text);

const request = {
  method: Type.Enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  path: Type.String({
    pattern: '^/',
    description:
      'Below the base URL; what fills a hole is percent-encoded and never a dot segment.',
  }),
  query: Type.Optional(Texts),
  literals: Type.Optional(
    Type.Union([Type.Literal('odata'), Type.Literal('fql'), Type.Literal('quoted')], {
      description: 'The language of the query: what fills a hole becomes a text in it, quoted.',
    }),
  ),
  body: Type.Optional(
    Type.Unknown({ description: 'JSON; a hole that is a whole text is its typed value.' }),
  ),
  ok: Type.Optional({
    ...Text,
    description: 'What holds of `status` and `body` when it was taken; default any 2xx.',
  }),
};

/** A request that changes the product. */
export const ChangeRequest = Type.Object(request, closed);
export type ChangeRequest = Static<typeof ChangeRequest>;

/** A request that only asks, and what is remembered of its answer. */
export const Look = Type.Object(
  {
    ...request,
    list: Type.Optional({
      ...Text,
      description: 'The things found; default the body as the only one.',
    }),
    none: Type.Union([Type.Literal('unknown'), Type.Literal('absent')], {
      description:
        'What it means that nothing is found: the product does not know the target, or the effect is not there.',
    }),
    keep: { ...Texts, description: 'What is remembered as `found`, each from the thing `it`.' },
  },
  closed,
);
export type Look = Static<typeof Look>;

/** One verb of the product. */
export const ManifestAction = Type.Object(
  {
    verb: Type.Enum(Object.keys(VERB_FORMS)),
    title: Text,
    impact: Type.Enum([0, 1, 2, 3, 4]),
    scopes: Type.Array(Text, { description: 'What the credentials must be allowed to do.' }),
    look: Type.Optional(Type.Array(Look, { minItems: 1, maxItems: 4 })),
    present: Type.Optional({
      ...Text,
      description: 'What holds of `found` while the effect is there.',
    }),
    pending: Type.Optional({
      ...Text,
      description: 'What holds of `found` while the product is still at it.',
    }),
    ours: Type.Optional({
      ...Text,
      description: 'What holds of `found` where Cordon made it; nothing else is taken back.',
    }),
    word: Type.Optional({ ...Text, description: '"blocked": how the effect reads in a text.' }),
    apply: Type.Array(ChangeRequest, { minItems: 1, maxItems: 4 }),
    undo: Type.Optional(Type.Array(ChangeRequest, { minItems: 1, maxItems: 4 })),
  },
  closed,
);
export type ManifestAction = Static<typeof ManifestAction>;

/** One product behind an HTTP API, as data: how it is asked, changed, and put back. */
export const ConnectorManifest = Type.Object(
  {
    connector: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{1,39}$' }),
    title: Text,
    tried: Type.Union([Type.Literal('product'), Type.Literal('emulator'), Type.Literal('schema')], {
      description:
        'Against what it was tried: the product itself, an emulator of its documented behaviour, or nothing.',
    }),
    docs: Type.String({ pattern: '^https://', description: 'Where the vendor describes the API.' }),
    base_url: Type.String({ pattern: '^https://' }),
    auth: Auth,
    headers: Type.Optional(Texts),
    settings: Type.Record(Type.String({ pattern: '^[a-z]+$' }), Text, {
      description:
        'What the API asks for by name, each with its description; `{name}` in the base and token URL.',
    }),
    limit: Type.Object(
      { requests: Type.Integer({ minimum: 1 }), seconds: Type.Integer({ minimum: 1 }) },
      closed,
    ),
    error: Type.Optional({ ...Text, description: 'The text of a refusal, from `body`.' }),
    check: Type.Optional(Type.String({ pattern: '^/' })),
    actions: Type.Array(ManifestAction, { minItems: 1, maxItems: 50 }),
  },
  closed,
);
export type ConnectorManifest = Static<typeof ConnectorManifest>;
