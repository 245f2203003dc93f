import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EpochMs, NotificationId } from '@cordon/core';

/*
 * Links by which a person answers without a log-in. A link names one notification, and so one person;
 * it is signed, holds for a time, and does nothing by being opened. Nothing of it is stored: what a
 * link has done stands with the notification, so it does it once.
 */

const KEY_BYTES = 32;
const TOKEN = /^([0-9a-z_~]{1,64})\.([0-9a-z]{1,12})\.([A-Za-z0-9_-]{43})$/;

/** Links of one purpose, each for one thing. */
export interface SignedLinks<T extends string> {
  /** The token of a thing; the same for the same one, so that a repeated hand-over is the same. */
  mint(id: T, expiresAt: EpochMs): string;
  /** The thing a token is for; undefined when it is not ours or its time is over. */
  read(token: string, now: EpochMs): T | undefined;
}

/** By which people answer notifications. */
export type AnswerLinks = SignedLinks<NotificationId>;

export const createAnswerLinks = (key: Uint8Array): AnswerLinks =>
  createSignedLinks<NotificationId>(key, 'answer');

/** Links signed with that key (HMAC-SHA-256); those of one purpose are none of another. */
export function createSignedLinks<T extends string>(
  key: Uint8Array,
  purpose: string,
): SignedLinks<T> {
  const sign = (body: string): string =>
    createHmac('sha256', key).update(`${purpose}.${body}`).digest('base64url');
  return {
    mint(id, expiresAt) {
      const body = `${id}.${expiresAt.toString(36)}`;
      return `${body}.${sign(body)}`;
    },
    read(token, now) {
      const [, id, expiry, signature] = TOKEN.exec(token) ?? [];
      if (id === undefined || expiry === undefined || signature === undefined) return undefined;
      const expected = Buffer.from(sign(`${id}.${expiry}`));
      if (!timingSafeEqual(expected, Buffer.from(signature))) return undefined;
      return Number.parseInt(expiry, 36) > now ? (id as T) : undefined;
    },
  };
}

/** The key of a data folder, made when it is first asked for; readable by its owner alone. */
export async function openLinkKey(dataDir: string): Promise<Uint8Array> {
  const file = join(dataDir, 'notify.key');
  const found = await readFile(file).catch(() => undefined);
  if (found?.length === KEY_BYTES) return found;
  const key = randomBytes(KEY_BYTES);
  await writeFile(file, key, { mode: 0o600 });
  return key;
}
