import type { Credential, UserAccount } from '../accounts.ts';
import type { Side } from './rows.ts';
import { parse, parseAll } from './rows.ts';
import type { StateDatabase } from './state-database.ts';
import * as write from './write.ts';

/** Accounts and credentials. */
export function peopleSide(
  base: StateDatabase,
): Side<
  | 'saveUser'
  | 'findUser'
  | 'listUsers'
  | 'saveCredential'
  | 'findCredential'
  | 'listCredentials'
  | 'deleteCredential'
> {
  return {
    saveUser: (user, audit) =>
      base.write(async (tx) => {
        const changed = { name: user.name, body: JSON.stringify(user) };
        await tx
          .insertInto('users')
          .values({ id: user.id, ...changed })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(changed))
          .execute();
        await write.writeAudit(tx, [audit]);
      }),
    findUser: (by) =>
      base.read(async (db) => {
        const rows = db.selectFrom('users').select('body');
        const found = 'id' in by ? rows.where('id', '=', by.id) : rows.where('name', '=', by.name);
        return parse<UserAccount>(await found.executeTakeFirst());
      }),
    listUsers: () =>
      base.read(async (db) =>
        parseAll(await db.selectFrom('users').select('body').orderBy('seq').execute()),
      ),
    saveCredential: (credential, audit) =>
      base.write(async (tx) => {
        const changed = {
          kind: credential.kind,
          secret_hash: credential.secretHash,
          body: JSON.stringify(credential),
        };
        await tx
          .insertInto('credentials')
          .values({ id: credential.id, ...changed })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(changed))
          .execute();
        await write.writeAudit(tx, audit ? [audit] : []);
      }),
    findCredential: (secretHash) =>
      base.read(async (db) =>
        parse<Credential>(
          await db
            .selectFrom('credentials')
            .select('body')
            .where('secret_hash', '=', secretHash)
            .executeTakeFirst(),
        ),
      ),
    listCredentials: (kind) =>
      base.read(async (db) =>
        parseAll(
          await db
            .selectFrom('credentials')
            .select('body')
            .where('kind', '=', kind)
            .orderBy('seq')
            .execute(),
        ),
      ),
    deleteCredential: (id, audit) =>
      base.write(async (tx) => {
        await tx.deleteFrom('credentials').where('id', '=', id).execute();
        await write.writeAudit(tx, audit ? [audit] : []);
      }),
  };
}
