import { type Static, Type } from 'typebox';
import { Manifest } from './manifest.ts';

/** What the source for HTTP APIs can be told. */
export const PolledHttpConfig = Type.Object(
  {
    api: Type.String({
      description:
        'crowdstrike-alerts, entra-audits, entra-sign-ins, github-audit, google-workspace, okta-system-log, or custom.',
    }),
    manifest: Type.Optional(Manifest),
    values: Type.Record(Type.String(), Type.String(), {
      default: {},
      description: 'What the API asks for by name: domain, tenant, organisation, application.',
    }),
    baseUrl: Type.Optional(
      Type.String({ pattern: '^https?://', description: 'Instead of the usual scheme and host.' }),
    ),
    tokenUrl: Type.Optional(
      Type.String({ pattern: '^https?://', description: 'Instead of the usual token address.' }),
    ),
    user: Type.Optional(
      Type.String({ description: 'basic: the name; jwt_bearer: the administrator to act for.' }),
    ),
    clientId: Type.Optional(
      Type.String({
        description: 'oauth2: the client, or the mail address of the service account.',
      }),
    ),
    secret: Type.String({
      description: 'Token, password, client secret, HMAC key, or private key (PEM) of jwt_bearer.',
    }),
    startHoursAgo: Type.Number({
      minimum: 0,
      maximum: 8_760,
      default: 24,
      description: 'Where the very first run begins.',
    }),
    pollSeconds: Type.Optional(Type.Number({ minimum: 0.01, maximum: 86_400 })),
    allowPrivate: Type.Boolean({
      default: false,
      description: 'The API may have a private or local address.',
    }),
  },
  { additionalProperties: false },
);
export type PolledHttpConfig = Static<typeof PolledHttpConfig>;
