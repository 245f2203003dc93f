import { type TObject, Type } from 'typebox';
import type { ConnectorManifest } from './manifest.ts';

/** The settings of a connector that is made from a manifest. */
export interface HttpApiConfig {
  readonly secret: string;
  readonly user?: string;
  readonly client_id?: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly base_url?: string;
  readonly token_url?: string;
  readonly allow_private?: boolean;
}

const closed = { additionalProperties: false } as const;
const Url = Type.String({ pattern: '^https?://[^\\s]+$', maxLength: 1_000 });
const Name = Type.String({ minLength: 1, maxLength: 500 });

/** What a manifest asks for, and nothing else. */
export function toConfigSchema({ auth, settings }: ConnectorManifest): TObject {
  const names = Object.entries(settings).map(([name, description]) => [
    name,
    Type.String({ pattern: '^[^\\s]+$', maxLength: 300, description }),
  ]);
  const isOauth = auth.kind === 'oauth2';
  const isPerson =
    auth.kind === 'basic' || auth.kind === 'aws' || (isOauth && auth.grant === 'jwt_bearer');
  return Type.Object(
    {
      secret: Type.String({
        minLength: 1,
        maxLength: 10_000,
        description:
          'Token, password, client secret or private key (PEM); best by `!file` or `!env`.',
      }),
      ...(names.length > 0 ? { settings: Type.Object(Object.fromEntries(names), closed) } : {}),
      ...(isPerson ? { user: Name } : {}),
      ...(isOauth ? { client_id: Name, token_url: Type.Optional(Url) } : {}),
      base_url: Type.Optional({ ...Url, description: 'Instead of the usual address.' }),
      allow_private: Type.Optional(
        Type.Boolean({ description: 'The API may have a private or local address.' }),
      ),
    },
    closed,
  );
}
