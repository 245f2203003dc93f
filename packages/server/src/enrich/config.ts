import { type Static, Type } from 'typebox';

const Files = (description: string) =>
  Type.Array(Type.String({ minLength: 1 }), { default: [], maxItems: 32, description });

/** A directory that speaks LDAP: Active Directory or another. */
const Directory = Type.Object(
  {
    url: Type.String({ pattern: '^ldaps?://[^\\s/]+/?$', description: 'ldaps:// or ldap://.' }),
    bind_dn: Type.String({ minLength: 1, description: 'An account that may only read.' }),
    password: Type.String({ minLength: 1, description: '!file or !env keeps it out of here.' }),
    base_dn: Type.String({ minLength: 1 }),
    domain_groups: Type.Array(Type.String({ minLength: 1 }), {
      default: ['Domain Admins', 'Enterprise Admins', 'Schema Admins', 'Administrators'],
      description: 'Members have rights over the whole house. By common name.',
    }),
    admin_groups: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'Members have rights over machines.',
    }),
    every_minutes: Type.Integer({ minimum: 1, maximum: 10_080, default: 60 }),
  },
  { additionalProperties: false },
);

/** What the house knows of itself. Paths are relative to the file. */
export const EnrichmentYml = Type.Object(
  {
    assets: Files('Tables of machines (CSV), or cloud exports (JSON).'),
    identities: Files('Tables of accounts (CSV).'),
    geoip: Files('Databases in MaxMind DB format (.mmdb).'),
    home_domains: Files('Names of the house itself, not remembered as foreign domains.'),
    directory: Type.Optional(Directory),
  },
  {
    additionalProperties: false,
    default: {},
    description: 'What is written into events: machines, accounts, places of addresses.',
  },
);

/** How a directory is asked. */
export interface DirectorySettings {
  readonly url: string;
  readonly bindDn: string;
  readonly password: string;
  readonly baseDn: string;
  readonly domainGroups: readonly string[];
  readonly adminGroups: readonly string[];
  readonly everyMs: number;
}

/** The same as the parts take it; paths are absolute. */
export interface EnrichmentSettings {
  readonly assets: readonly string[];
  readonly identities: readonly string[];
  readonly geoip: readonly string[];
  readonly homeDomains: readonly string[];
  readonly directory?: DirectorySettings;
}

/** A house that told nothing of itself. */
export const NO_ENRICHMENT: EnrichmentSettings = {
  assets: [],
  identities: [],
  geoip: [],
  homeDomains: [],
};

const MINUTE_MS = 60_000;

/** `at` makes a path absolute. */
export function toEnrichment(
  yml: Static<typeof EnrichmentYml>,
  at: (path: string) => string,
): EnrichmentSettings {
  const { directory } = yml;
  return {
    assets: yml.assets.map(at),
    identities: yml.identities.map(at),
    geoip: yml.geoip.map(at),
    homeDomains: yml.home_domains,
    ...(directory === undefined
      ? {}
      : {
          directory: {
            url: directory.url,
            bindDn: directory.bind_dn,
            password: directory.password,
            baseDn: directory.base_dn,
            domainGroups: directory.domain_groups,
            adminGroups: directory.admin_groups,
            everyMs: directory.every_minutes * MINUTE_MS,
          },
        }),
  };
}
