import { type Static, Type } from 'typebox';

export const LdapConfig = Type.Object(
  {
    url: Type.String({ pattern: '^ldaps?://[^\\s]+$', maxLength: 500 }),
    kind: Type.Union([Type.Literal('active-directory'), Type.Literal('openldap')], {
      description: 'openldap: with the overlay ppolicy.',
    }),
    base: Type.String({ minLength: 1, maxLength: 500, description: 'Accounts are below it.' }),
    bind_dn: Type.String({ minLength: 1, maxLength: 500 }),
    password: Type.String({ minLength: 1, maxLength: 500 }),
    ca: Type.Optional(
      Type.String({ description: 'Certificate of the authority (PEM), where it is your own.' }),
    ),
    plain: Type.Optional(
      Type.Boolean({
        description: 'Over ldap:// without StartTLS: the password is sent readable.',
      }),
    ),
  },
  { additionalProperties: false },
);
export type LdapConfig = Static<typeof LdapConfig>;
