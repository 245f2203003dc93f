import { type Static, Type } from 'typebox';
import { Auth } from '../../../http/auth.ts';
import { actionOf, PRODUCT, STEP, Text, Texts } from '../action-plan.ts';

const closed = { additionalProperties: false } as const;

const request = {
  ...STEP,
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
  headers: Type.Optional(Texts),
  body: Type.Optional(
    Type.Unknown({ description: 'JSON; a hole that is a whole text is its typed value.' }),
  ),
  form: Type.Optional({ ...Texts, description: 'The body as the fields of a form instead.' }),
};

/** A request to the product. */
export const ChangeRequest = Type.Object(request, closed);
export type ChangeRequest = Static<typeof ChangeRequest>;

/** One product behind an HTTP API, as data: how it is asked, changed, and put back. */
export const ConnectorManifest = Type.Object(
  {
    ...PRODUCT,
    base_url: Type.String({ pattern: '^https://' }),
    auth: Auth,
    headers: Type.Optional(Texts),
    limit: Type.Object(
      { requests: Type.Integer({ minimum: 1 }), seconds: Type.Integer({ minimum: 1 }) },
      closed,
    ),
    error: Type.Optional({ ...Text, description: 'The text of a refusal, from `body`.' }),
    retry: Type.Optional({
      ...Text,
      description: 'What holds of `status` and `body` of a refusal that another try may mend.',
    }),
    answers: Type.Optional(
      Type.Literal('xml', {
        description: 'Answers are XML; they are read as JSON of the same names.',
      }),
    ),
    check: Type.Optional(Type.String({ pattern: '^/' })),
    actions: Type.Array(actionOf(request), { minItems: 1, maxItems: 50 }),
  },
  closed,
);
export type ConnectorManifest = Static<typeof ConnectorManifest>;
