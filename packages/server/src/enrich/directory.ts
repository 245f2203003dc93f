import {
  err,
  type InventoryRows,
  MAX_INVENTORY_ROWS,
  ok,
  type Problem,
  type Result,
} from '@cordon/core';
import { Client } from 'ldapts';
import type { DirectorySettings } from './config.ts';
import type { DirectoryEntry } from './directory-entry.ts';
import { toDirectoryRows } from './directory-rows.ts';

const TIMEOUT_MS = 30_000;
const PAGE = 500;

/** Machines of Active Directory and of RFC 2307. */
const MACHINES = '(|(objectClass=computer)(objectClass=ipHost)(objectClass=ieee802Device))';
const MACHINE_ATTRIBUTES = [
  'cn',
  'dNSHostName',
  'ipHostNumber',
  'macAddress',
  'managedBy',
  'owner',
  'description',
  'department',
  'operatingSystem',
  'userAccountControl',
];
/**
 * People of Active Directory (where machines are users, too), of RFC 2798 and RFC 2307. Without "not":
 * a negated class that a server does not know makes it give nothing.
 */
const PEOPLE =
  '(|(&(objectCategory=person)(objectClass=user))(objectClass=inetOrgPerson)(objectClass=posixAccount))';
const PEOPLE_ATTRIBUTES = [
  'sAMAccountName',
  'uid',
  'userPrincipalName',
  'mail',
  'objectSid',
  'department',
  'ou',
  'departmentNumber',
  'manager',
  'memberOf',
  'adminCount',
];

/** Groups, for those that are inside others. */
const GROUPS = '(|(objectClass=group)(objectClass=groupOfNames)(objectClass=groupOfUniqueNames))';
const GROUP_ATTRIBUTES = ['memberOf', 'member', 'uniqueMember'];

async function searchAll(
  client: Client,
  baseDn: string,
  ask: { readonly filter: string; readonly attributes: string[] },
): Promise<readonly DirectoryEntry[]> {
  const found: DirectoryEntry[] = [];
  const pages = client.searchPaginated(baseDn, {
    scope: 'sub',
    ...ask,
    paged: { pageSize: PAGE },
    explicitBufferAttributes: ['objectSid'],
  });
  for await (const page of pages) {
    found.push(...page.searchEntries);
    if (found.length > MAX_INVENTORY_ROWS)
      throw new Error(`it gives more than ${MAX_INVENTORY_ROWS} entries`);
  }
  return found;
}

/** Asks the directory for machines, people and groups; all of it or none. */
export async function readDirectory(settings: DirectorySettings): Promise<Result<InventoryRows>> {
  const client = new Client({ url: settings.url, timeout: TIMEOUT_MS, connectTimeout: TIMEOUT_MS });
  try {
    await client.bind(settings.bindDn, settings.password);
    const machines = await searchAll(client, settings.baseDn, {
      filter: MACHINES,
      attributes: MACHINE_ATTRIBUTES,
    });
    const people = await searchAll(client, settings.baseDn, {
      filter: PEOPLE,
      attributes: PEOPLE_ATTRIBUTES,
    });
    const groups = await searchAll(client, settings.baseDn, {
      filter: GROUPS,
      attributes: GROUP_ATTRIBUTES,
    });
    return ok(toDirectoryRows({ machines, people, groups }, settings));
  } catch (error) {
    return err(unreachable(settings, error));
  } finally {
    await client.unbind().catch(() => undefined);
  }
}

function unreachable({ url }: DirectorySettings, error: unknown): Problem {
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  return {
    code: 'inventory_unreachable',
    detail: `The directory did not answer as it should: ${`${name} ${message}`.trim().slice(0, 300)}.`,
    hint: 'Check the address, the account and the base; what it told before stays in use.',
    at: { file: url },
    retryable: true,
  };
}
