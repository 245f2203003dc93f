import { type Static, Type } from 'typebox';
import { Auth } from '../../http/auth.ts';

const closed = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1 });

/** How the next page of a window is asked for. */
export const Cursor = Type.Union([
  Type.Object({ kind: Type.Literal('none') }, closed),
  Type.Object({ kind: Type.Literal('link') }, closed),
  Type.Object({ kind: Type.Literal('url'), at: Type.Array(Text) }, closed),
  Type.Object({ kind: Type.Literal('token'), at: Type.Array(Text), parameter: Text }, closed),
  Type.Object(
    { kind: Type.Literal('offset'), parameter: Text, pageSize: Type.Integer({ minimum: 1 }) },
    closed,
  ),
]);
export type Cursor = Static<typeof Cursor>;

/** One HTTP API as data: what to ask, how to go on, what a record is. */
export const Manifest = Type.Object(
  {
    id: Text,
    title: Text,
    baseUrl: Type.String({ description: 'Scheme and host; the setting baseUrl wins.' }),
    method: Type.Union([Type.Literal('GET'), Type.Literal('POST')], { default: 'GET' }),
    path: Text,
    /** Query of a GET, members of the JSON body of a POST. `{from}` and `{to}` are the window. */
    parameters: Type.Record(Type.String(), Type.String()),
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
    auth: Auth,
    cursor: Cursor,
    items: Type.Array(Text, {
      description: 'Members that lead to the array; none: the whole body.',
    }),
    itemId: Type.Array(Text, {
      minItems: 1,
      description: 'Members that lead to the id of an item.',
    }),
    /** Items may appear so much later than their time says. */
    overlapSeconds: Type.Integer({ minimum: 0, default: 300 }),
    /** The newest are left for the next look. */
    lagSeconds: Type.Integer({ minimum: 0, default: 0 }),
    pollSeconds: Type.Number({ minimum: 0.01, default: 60 }),
  },
  closed,
);
export type Manifest = Static<typeof Manifest>;
