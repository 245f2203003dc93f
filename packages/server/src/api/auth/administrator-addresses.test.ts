import { HOUR_MS, MINUTE_MS, toEpochMs } from '@cordon/core';
import { expect, it } from 'vitest';
import type { Role } from '../../store/accounts.ts';
import { createMemoryStateStore } from '../../store/memory/memory-state-store.ts';
import { listAdministratorAddresses } from './principal.ts';

const START = toEpochMs(1_700_000_000_000);
const settings = { sessionIdleMs: 30 * MINUTE_MS };

/** Somebody of that role who logged in from an address. */
async function logIn(
  store: ReturnType<typeof createMemoryStateStore>,
  of: { readonly role: Role; readonly peer: string; readonly isDisabled?: boolean },
): Promise<void> {
  const { peer, ...account } = of;
  const audit = { at: START, actor: 'x', what: 'made', subject: peer, data: {} };
  const user = { id: peer, name: peer, passwordHash: 'h', createdAt: START };
  await store.saveUser({ ...user, ...account }, audit);
  await store.saveCredential({
    id: `ses_${peer}`,
    kind: 'session',
    secretHash: peer,
    subject: peer,
    label: 'browser',
    createdAt: START,
    lastUsedAt: START,
    expiresAt: toEpochMs(START + HOUR_MS),
    peer,
  });
}

it('knows where administrators are logged in from, for as long as they are', async () => {
  const store = createMemoryStateStore();
  await logIn(store, { role: 'administrator', peer: '::ffff:198.51.100.7' });
  await logIn(store, { role: 'administrator', peer: '2001:db8::7' });
  await logIn(store, { role: 'administrator', peer: '198.51.100.8', isDisabled: true });
  await logIn(store, { role: 'responder', peer: '198.51.100.9' });
  const listAt = (ms: number) =>
    listAdministratorAddresses({ store, settings, now: () => toEpochMs(START + ms) });
  expect(await listAt(MINUTE_MS)).toEqual(['198.51.100.7', '2001:db8::7']);
  await store.deleteCredential('ses_2001:db8::7');
  expect(await listAt(MINUTE_MS)).toEqual(['198.51.100.7']);
  expect(await listAt(31 * MINUTE_MS)).toEqual([]);
});
