import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1 });

/** How requests prove who asks. `{name}` stands for a value of the settings. */
export const Auth = Type.Union([
  Type.Object({ kind: Type.Literal('none') }, closed),
  Type.Object(
    {
      kind: Type.Literal('bearer'),
      header: Type.Optional(Text),
      scheme: Type.Optional(Type.String({ description: 'Before the secret; Bearer by default.' })),
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('basic') }, closed),
  Type.Object(
    {
      kind: Type.Literal('oauth2'),
      grant: Type.Union([Type.Literal('client_credentials'), Type.Literal('jwt_bearer')]),
      tokenUrl: Text,
      scope: Type.Optional(Text),
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('aws', { description: 'Signature Version 4.' }),
      service: Text,
      region: Text,
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('hmac'),
      header: Text,
      timeHeader: Text,
      prefix: Type.Optional(Type.String()),
    },
    closed,
  ),
]);
export type Auth = Static<typeof Auth>;
