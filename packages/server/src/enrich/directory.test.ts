import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { DirectorySettings } from './config.ts';
import { readDirectory } from './directory.ts';
import { DirectoryKeeper } from './directory-keeper.ts';
import { firstName, toDirectoryRows, toSid } from './directory-rows.ts';
import { type DirectoryServer, hasSlapd, startDirectory } from './fixtures/directory-server.ts';

const settings: DirectorySettings = {
  url: 'ldap://127.0.0.1:9',
  bindDn: 'cn=reader',
  password: 'x',
  baseDn: 'dc=corp,dc=example',
  domainGroups: ['Domain Admins'],
  adminGroups: ['Server Admins'],
  everyMs: 60_000,
};
const toSettings = ({ url, bindDn, password, base }: DirectoryServer): DirectorySettings => ({
  ...settings,
  url,
  bindDn,
  password,
  baseDn: base,
});

const PEOPLE = 1_201;

async function fill(directory: DirectoryServer): Promise<void> {
  await directory.add('ou=people', { objectClass: 'organizationalUnit', ou: 'people' });
  for (let at = 0; at < PEOPLE; at += 1)
    await directory.add(`uid=user${at},ou=people`, {
      objectClass: 'inetOrgPerson',
      cn: `User ${at}`,
      sn: String(at),
      mail: `user${at}@corp.example`,
      ou: 'Orders',
      ...(at === 0 ? {} : { manager: `uid=user0,ou=people,${directory.base}` }),
    });
  await directory.add('cn=Night Shift', {
    objectClass: 'groupOfNames',
    member: `uid=user9,ou=people,${directory.base}`,
  });
  await directory.add('cn=Domain Admins', {
    objectClass: 'groupOfNames',
    member: [`uid=user7,ou=people,${directory.base}`, `cn=Night Shift,${directory.base}`],
  });
  await directory.add('cn=db-01', {
    objectClass: ['device', 'ipHost', 'ieee802Device'],
    ipHostNumber: '10.0.0.5',
    macAddress: '00:00:5e:00:53:01',
    owner: `uid=user7,ou=people,${directory.base}`,
    description: 'database',
  });
}

it.skipIf(!hasSlapd)('reads machines and people of a real directory, page by page', async () => {
  await using directory = await startDirectory();
  await fill(directory);
  const read = await readDirectory(toSettings(directory));
  if (!read.ok) throw new Error(read.problem.detail);
  const { assets, identities } = read.value;
  expect(assets).toEqual([
    {
      name: 'db-01',
      aliases: [],
      ips: ['10.0.0.5'],
      macs: ['00:00:5e:00:53:01'],
      owner: 'user7',
      role: 'database',
      tags: [],
    },
  ]);
  expect(identities).toHaveLength(PEOPLE);
  expect(identities.find(({ name }) => name === 'user7')).toEqual({
    name: 'user7',
    aliases: [],
    email: 'user7@corp.example',
    department: 'Orders',
    manager: 'user0',
    privilege: 'domain',
  });
  const privileged = identities.filter(({ privilege }) => privilege === 'domain');
  expect(privileged.map(({ name }) => name)).toEqual(['user7', 'user9']);
  const refused = await readDirectory({ ...toSettings(directory), password: 'wrong' });
  expect(refused).toMatchObject({ ok: false, problem: { code: 'inventory_unreachable' } });
});

it.skipIf(!hasSlapd)(
  'keeps what a directory told while it does not answer, over restarts',
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'cordon-directory-'));
    let at = 0;
    const deps = { dataDir, now: () => at };
    let kept: DirectorySettings;
    {
      await using directory = await startDirectory();
      await directory.add('cn=web-01', {
        objectClass: ['device', 'ipHost'],
        ipHostNumber: '10.0.0.9',
      });
      kept = toSettings(directory);
      const keeper = new DirectoryKeeper(kept, deps);
      await keeper.open();
      expect(await keeper.refreshWhenDue()).toEqual({ isChanged: true });
      expect(await keeper.refreshWhenDue()).toEqual({ isChanged: false });
    }
    const keeper = new DirectoryKeeper(kept, deps);
    await keeper.open();
    at = 100_000;
    expect((await keeper.refreshWhenDue()).problem?.code).toBe('inventory_unreachable');
    expect(keeper.rows.assets.map(({ name }) => name)).toEqual(['web-01']);
    await rm(dataDir, { recursive: true });
  },
);

it('reads the entries of Active Directory', () => {
  const sid = Buffer.from('010500000000000515000000010000000200000003000000f4010000', 'hex');
  const rows = toDirectoryRows(
    {
      machines: [
        {
          dn: 'CN=DC1,OU=Domain Controllers,DC=corp,DC=example',
          cn: 'DC1',
          dNSHostName: 'dc1.corp.example',
          userAccountControl: '532480',
          operatingSystem: 'Windows Server 2022',
          managedBy: 'CN=Dana,CN=Users,DC=corp,DC=example',
        },
        { dn: 'CN=x', cn: [] },
      ],
      people: [
        {
          dn: 'CN=Dana,CN=Users,DC=corp,DC=example',
          sAMAccountName: 'dana',
          userPrincipalName: 'dana@corp.example',
          objectSid: sid,
          memberOf: ['CN=Server Admins,CN=Users,DC=corp,DC=example', 'CN=Other,DC=corp'],
          adminCount: '0',
        },
      ],
    },
    settings,
  );
  expect(rows.assets).toEqual([
    {
      name: 'dc1.corp.example',
      aliases: ['DC1'],
      ips: [],
      macs: [],
      owner: 'Dana',
      criticality: 5,
      role: 'domain controller',
      tags: ['Windows Server 2022'],
    },
  ]);
  expect(rows.identities).toEqual([
    { name: 'dana', aliases: ['dana@corp.example'], sid: 'S-1-5-21-1-2-3-500', privilege: 'admin' },
  ]);
});

it.each([
  ['CN=Doe\\, Jane,OU=People,DC=corp', 'Doe, Jane'],
  ['uid=jane,ou=people', 'jane'],
  ['plain', 'plain'],
])('the first name of %s is %s', (dn, name) => {
  expect(firstName(dn)).toBe(name);
});

it.each([[undefined], ['text'], [new Uint8Array(4)], [new Uint8Array([1, 15, 0, 0, 0, 0, 0, 5])]])(
  'bytes that are no identifier give none: %s',
  (bytes) => {
    expect(toSid(bytes)).toBeUndefined();
  },
);
