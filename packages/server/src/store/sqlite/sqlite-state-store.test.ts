import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { line } from '../fixtures/facts.ts';
import { createMemoryStateStore } from '../memory/memory-state-store.ts';
import { checkNotifyStore } from '../notify-store.contract.ts';
import { checkRoomStore } from '../room-store.contract.ts';
import { checkRuleStore } from '../rule-store.contract.ts';
import { checkStateStore } from '../state-store.contract.ts';
import { openSqliteStateStore } from './sqlite-state-store.ts';

checkStateStore('memory', async () => createMemoryStateStore());
checkStateStore('sqlite', () => openSqliteStateStore({ file: ':memory:' }));
checkNotifyStore('memory', async () => createMemoryStateStore());
checkNotifyStore('sqlite', () => openSqliteStateStore({ file: ':memory:' }));
checkRoomStore('memory', async () => createMemoryStateStore());
checkRoomStore('sqlite', () => openSqliteStateStore({ file: ':memory:' }));
checkRuleStore('memory', async () => createMemoryStateStore());
checkRuleStore('sqlite', () => openSqliteStateStore({ file: ':memory:' }));

describe('sqlite state store', () => {
  it('keeps everything over a restart and finds one changed byte of the audit trail', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'cordon-state-'));
    const file = join(dir, 'state.db');
    const store = await openSqliteStateStore({ file });
    for (const what of ['first_thing', 'second_thing', 'third_thing'])
      await store.audit(line(what));
    await store.close();
    const again = await openSqliteStateStore({ file });
    expect(await again.verifyAudit()).toEqual({ entries: 3 });
    await again.close();
    writeFileSync(
      file,
      readFileSync(file, 'latin1').replace('second_thing', 'second_think'),
      'latin1',
    );
    const forged = await openSqliteStateStore({ file });
    expect(await forged.verifyAudit()).toMatchObject({
      entries: 1,
      problem: { code: 'audit_broken' },
    });
    await forged.close();
    rmSync(dir, { recursive: true });
  });

  it('says what is wrong with a file that is no database', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'cordon-state-'));
    const file = join(dir, 'state.db');
    writeFileSync(file, 'this is not a database, it is a text of some length'.repeat(50));
    await expect(openSqliteStateStore({ file })).rejects.toMatchObject({
      problem: { code: 'store_failed' },
    });
    rmSync(dir, { recursive: true });
  });
});
