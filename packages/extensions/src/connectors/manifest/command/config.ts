import { type Static, type TObject, Type } from 'typebox';
import type { CommandManifest } from './manifest.ts';

const closed = { additionalProperties: false } as const;
const File = Type.String({ pattern: '^/', maxLength: 500 });

const ssh = {
  user: Type.String({ pattern: '^[A-Za-z0-9._-]+$', maxLength: 64 }),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
  key_file: { ...File, description: 'Private key without a passphrase, for this alone.' },
  known_hosts_file: {
    ...File,
    description: 'Machines with their keys; one that is not in it is not spoken to.',
  },
};
const Ssh = Type.Object(ssh, closed);
const SshHost = Type.Object(
  { host: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9.:_-]*$', maxLength: 253 }), ...ssh },
  closed,
);

/** The settings of a connector that runs programs. */
export interface CommandConfig {
  readonly settings?: Readonly<Record<string, string>>;
  /** Absent: the programs are of this machine. */
  readonly ssh?: Static<typeof Ssh> & { readonly host?: string };
}

/** What a manifest asks for, and nothing else. */
export function toCommandConfig({ host, settings }: CommandManifest): TObject {
  const names = Object.entries(settings).map(([name, description]) => [
    name,
    Type.String({ pattern: '^[^\\x00-\\x1f\\x7f]+$', maxLength: 500, description }),
  ]);
  return Type.Object(
    {
      ...(names.length > 0 ? { settings: Type.Object(Object.fromEntries(names), closed) } : {}),
      ssh: host === undefined ? Type.Optional(SshHost) : Ssh,
    },
    closed,
  );
}
