/* The LDAP connector against a real slapd: with ppolicy as OpenLDAP, and with the attributes of Active Directory. */
import { createServer } from 'node:net';
import { describeConnector } from '@cordon/kit/connector-contract';
import { Client } from 'ldapts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type DirectoryServer,
  hasSlapd,
  startDirectory,
} from '../../packages/server/src/enrich/fixtures/directory-server.ts';
import { connectorNamed } from './vendors.ts';

if (!hasSlapd) process.stderr.write('skipped: LDAP for real needs the package slapd\n');

const ldap = connectorNamed('ldap');

const PPOLICY = `
moduleload ppolicy
overlay ppolicy
ppolicy_default "cn=default,dc=corp,dc=example"
`;
/** Names, numbers and syntaxes of the attributes as Active Directory has them. */
const AD_SCHEMA = `
attributetype ( 1.2.840.113556.1.4.221 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.656 NAME 'userPrincipalName' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.96 NAME 'pwdLastSet' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
objectclass ( 1.2.840.113556.1.5.9 NAME 'user' SUP top AUXILIARY MAY ( sAMAccountName $ userPrincipalName $ userAccountControl $ pwdLastSet ) )
`;
const SECRET = 'the password of anna';

const servers: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of servers.splice(0)) one.close();
});

async function startSilent(): Promise<string> {
  const server = createServer(() => undefined);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `ldap://127.0.0.1:${(server.address() as { port: number }).port}`;
}

const person = (uid: string) => ({
  objectClass: ['inetOrgPerson'],
  cn: uid,
  sn: uid,
  uid,
  userPassword: SECRET,
});
const adUser = (uid: string) => ({
  ...person(uid),
  objectClass: ['inetOrgPerson', 'user'],
  sAMAccountName: uid,
  userPrincipalName: `${uid}@corp.example`,
  userAccountControl: '66048',
  pwdLastSet: '133000000000000000',
});

const toConfig = (directory: DirectoryServer, kind: string) => ({
  url: directory.url,
  kind,
  base: directory.base,
  bind_dn: directory.bindDn,
  password: directory.password,
  plain: true,
});

describe.skipIf(!hasSlapd).each(['openldap', 'active-directory'])(
  'a directory of the kind %s',
  (kind) => {
    let directory: DirectoryServer;
    let config: ReturnType<typeof toConfig>;
    let made = 0;

    beforeAll(async () => {
      directory = await startDirectory({ schema: AD_SCHEMA, overlays: PPOLICY });
      config = toConfig(directory, kind);
      await directory.add('cn=default', {
        objectClass: ['device', 'pwdPolicy'],
        cn: 'default',
        pwdAttribute: 'userPassword',
        pwdLockout: 'TRUE',
        pwdMustChange: 'TRUE',
      });
      await directory.add('uid=anna', kind === 'openldap' ? person('anna') : adUser('anna'));
    });
    afterAll(async () => directory[Symbol.asyncDispose]());

    const act = (verb: string, user: string, set: object = config) => {
      const action = ldap.actions.find((one) => one.verb === verb);
      const context = {
        config: set,
        signal: AbortSignal.timeout(10_000),
        idempotencyKey: 'act_ldap',
      } as never;
      return {
        apply: () => action?.apply({ user }, context),
        undo: () => action?.undo?.({ user }, context),
        probe: () => action?.probe?.({ user }, context),
      };
    };
    const fresh = async (): Promise<string> => {
      made += 1;
      const uid = `p${made}`;
      await directory.add(`uid=${uid}`, kind === 'openldap' ? person(uid) : adUser(uid));
      return uid;
    };

    describeConnector(ldap, {
      config: async () => {
        // The effect that stays would be there already in the next test.
        const client = new Client({ url: directory.url });
        await client.bind(directory.bindDn, directory.password);
        await client.del(`uid=anna,${directory.base}`);
        await client.unbind();
        await directory.add('uid=anna', kind === 'openldap' ? person('anna') : adUser('anna'));
        return config;
      },
      params: Object.fromEntries(ldap.actions.map(({ verb }) => [verb, { user: 'anna' }])),
      secrets: ['only-for-this-test'],
      unreachable: async () => ({ ...config, url: 'ldap://127.0.0.1:1' }),
      silent: async () => ({ ...config, url: await startSilent() }),
    });

    if (kind === 'openldap')
      it('keeps the person out for real until it is taken back', async () => {
        const uid = await fresh();
        const canLogIn = async (): Promise<boolean> => {
          const client = new Client({ url: directory.url });
          const answer = await client.bind(`uid=${uid},${directory.base}`, SECRET).then(
            () => true,
            () => false,
          );
          await client.unbind();
          return answer;
        };
        expect(await canLogIn()).toBe(true);
        await act('identity.user.suspend', uid).apply();
        expect(await canLogIn()).toBe(false);
        await act('identity.user.suspend', uid).undo();
        expect(await canLogIn()).toBe(true);
      });

    if (kind === 'active-directory')
      it('changes one flag and no other', async () => {
        const uid = await fresh();
        const { apply, undo, probe } = act('identity.user.suspend', `CORP\\${uid}`);
        await apply();
        expect(await probe()).toMatchObject({ ok: true, value: { state: { value: '66050' } } });
        await undo();
        expect(await probe()).toMatchObject({ ok: true, value: { state: { value: '66048' } } });
      });

    it.each(['*', 'anna)(uid=*', '*)(objectClass=*', 'a\u0000b', 'nobody'])(
      'takes %j as a name and finds nobody',
      async (user) => {
        expect(await act('identity.user.suspend', user).apply()).toMatchObject({
          ok: false,
          problem: { code: 'target_unknown' },
        });
      },
    );

    it('touches none of two accounts of one name', async () => {
      const uid = await fresh();
      await directory
        .add('ou=more', { objectClass: ['organizationalUnit'], ou: 'more' })
        .catch(() => undefined);
      await directory.add(`uid=${uid},ou=more`, kind === 'openldap' ? person(uid) : adUser(uid));
      expect(await act('identity.user.suspend', uid).apply()).toMatchObject({
        ok: false,
        problem: { code: 'target_ambiguous' },
      });
    });

    it('never locks out the account that it works with', async () => {
      const uid = await fresh();
      const own = { ...config, bind_dn: `UID=${uid},${directory.base}`, password: SECRET };
      expect(await act('identity.user.suspend', uid, own).apply()).toMatchObject({
        ok: false,
        problem: { code: 'action_failed', retryable: false },
      });
    });

    it('says so when the login is refused', async () => {
      const wrong = { ...config, password: 'wrong' };
      expect(await act('identity.user.suspend', 'anna', wrong).probe()).toMatchObject({
        ok: false,
        problem: { code: 'target_denied' },
      });
    });
  },
);
