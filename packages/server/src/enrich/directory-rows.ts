import type { Asset, Identity, InventoryRows } from '@cordon/core';
import { toMac } from '@cordon/core';
import type { DirectorySettings } from './config.ts';
import { type DirectoryEntry, textsOf } from './directory-entry.ts';
import { GroupTree } from './group-tree.ts';

/** Bits of userAccountControl: a domain controller, one that only reads. */
const SERVER_TRUST = 0x2000;
const PARTIAL_SECRETS = 0x4000000;

const textOf = (value: unknown): string | undefined => textsOf(value)[0]?.slice(0, 512);

/** The first of the attributes that has a value; one that was asked for and is not there is empty. */
const anyOf = (entry: DirectoryEntry, names: readonly string[]): string | undefined =>
  textOf(names.flatMap((name) => textsOf(entry[name])));

/** `CN=Domain Admins,CN=Users,DC=corp` gives `Domain Admins`; RFC 4514 escapes stay inside. */
export const firstName = (dn: string): string =>
  (/^[a-z]+=((?:\\.|[^,\\])*)/i.exec(dn)?.[1] ?? dn).replaceAll(/\\(.)/g, '$1');

/** A security identifier from its bytes (MS-DTYP 2.4.2). */
export function toSid(bytes: unknown): string | undefined {
  if (!(bytes instanceof Uint8Array) || bytes.length < 8) return undefined;
  const view = Buffer.from(bytes);
  const count = view[1] ?? 0;
  if (view.length < 8 + count * 4) return undefined;
  const parts = Array.from({ length: count }, (_, at) => view.readUInt32LE(8 + at * 4));
  return ['S', view[0], view.readUIntBE(2, 6), ...parts].join('-');
}

const optional = <K extends string>(
  key: K,
  text: string | undefined,
): Partial<Record<K, string>> => (text === undefined ? {} : ({ [key]: text } as Record<K, string>));

const toName = (dn: string | undefined): string | undefined =>
  dn === undefined ? undefined : firstName(dn);

function toAsset(entry: DirectoryEntry): readonly Asset[] {
  const names = [...textsOf(entry['dNSHostName']), ...textsOf(entry['cn'])];
  const [name] = names;
  if (name === undefined) return [];
  const control = Number(textOf(entry['userAccountControl']) ?? 0);
  const isController = (control & (SERVER_TRUST | PARTIAL_SECRETS)) !== 0;
  const asset: Asset = {
    name,
    aliases: names.slice(1),
    ips: textsOf(entry['ipHostNumber']),
    macs: textsOf(entry['macAddress']).flatMap((mac) => toMac(mac) ?? []),
    ...optional('owner', toName(anyOf(entry, ['managedBy', 'owner']))),
    ...(isController
      ? { criticality: 5 as const, role: 'domain controller' }
      : optional('role', textOf(entry['description']))),
    ...optional('department', textOf(entry['department'])),
    tags: textsOf(entry['operatingSystem']).slice(0, 1),
  };
  return [asset];
}

/** What reading people rests on. */
interface Ground {
  readonly settings: DirectorySettings;
  readonly tree: GroupTree;
}

function privilegeOf(entry: DirectoryEntry, { settings, tree }: Ground): Identity['privilege'] {
  const groups = new Set([...tree.groupsOf(entry)].map((dn) => firstName(dn).toLowerCase()));
  const isIn = (names: readonly string[]): boolean =>
    names.some((name) => groups.has(name.toLowerCase()));
  if (isIn(settings.domainGroups)) return 'domain';
  return isIn(settings.adminGroups) || textOf(entry['adminCount']) === '1' ? 'admin' : undefined;
}

function toIdentity(entry: DirectoryEntry, ground: Ground): readonly Identity[] {
  const names = ['sAMAccountName', 'uid', 'userPrincipalName'].flatMap((key) =>
    textsOf(entry[key]),
  );
  const [name] = names;
  if (name === undefined) return [];
  const privilege = privilegeOf(entry, ground);
  const identity: Identity = {
    name,
    aliases: names.slice(1),
    ...optional('sid', toSid(entry['objectSid'])),
    ...optional('email', textOf(entry['mail'])),
    ...optional('department', anyOf(entry, ['department', 'ou', 'departmentNumber'])),
    ...optional('manager', toName(textOf(entry['manager']))),
    ...(privilege === undefined ? {} : { privilege }),
  };
  return [identity];
}

/** What a directory's entries tell. */
export function toDirectoryRows(
  found: {
    readonly machines: readonly DirectoryEntry[];
    readonly people: readonly DirectoryEntry[];
    readonly groups?: readonly DirectoryEntry[];
  },
  settings: DirectorySettings,
): InventoryRows {
  const ground = { settings, tree: new GroupTree(found.groups ?? []) };
  return {
    assets: found.machines.flatMap(toAsset),
    identities: found.people.flatMap((entry) => toIdentity(entry, ground)),
  };
}
