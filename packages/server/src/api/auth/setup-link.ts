import { type EpochMs, HOUR_MS, toEpochMs } from '@cordon/core';
import type { Credential } from '../../store/accounts.ts';
import type { StateStore } from '../../store/ports.ts';
import { hashSecret, isToken, mintId, mintToken } from './secret.ts';

const VALID_MS = 24 * HOUR_MS;

/**
 * A new one-time token for the set-up link, or undefined when there is an account already. Earlier
 * links end. Whoever has the link becomes the first administrator: print it on the terminal only.
 */
export async function issueSetupToken(
  store: StateStore,
  now: EpochMs,
): Promise<string | undefined> {
  if ((await store.listUsers()).length > 0) return undefined;
  for (const link of await store.listCredentials('setup_link'))
    await store.deleteCredential(link.id);
  const token = mintToken('set');
  await store.saveCredential(
    {
      id: mintId('set'),
      kind: 'setup_link',
      secretHash: hashSecret(token),
      subject: 'first-administrator',
      label: 'set-up link',
      role: 'administrator',
      createdAt: now,
      expiresAt: toEpochMs(now + VALID_MS),
    },
    {
      at: now,
      actor: 'cordon',
      what: 'setup_link_issued',
      subject: 'first-administrator',
      data: {},
    },
  );
  return token;
}

/** The credential of a set-up token that may still be used. */
export async function findSetupLink(
  store: StateStore,
  token: string,
  now: EpochMs,
): Promise<Credential | undefined> {
  if (!isToken(token, 'set')) return undefined;
  const link = await store.findCredential(hashSecret(token));
  const isValid = link?.kind === 'setup_link' && (link.expiresAt ?? 0) > now;
  return isValid ? link : undefined;
}
