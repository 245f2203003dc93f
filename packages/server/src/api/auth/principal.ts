import { type EpochMs, MINUTE_MS, toEpochMs } from '@cordon/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Credential, Role, UserAccount } from '../../store/accounts.ts';
import type { NewAuditEntry } from '../../store/ports.ts';
import type { ApiDeps } from '../deps.ts';
import { hashSecret, isToken, mintId, mintSessionId } from './secret.ts';

/** Who makes a request. */
export interface Principal {
  readonly via: 'session' | 'api_token';
  readonly credentialId: string;
  readonly userId: string;
  /** What the audit trail shows. */
  readonly name: string;
  readonly role: Role;
  readonly expiresAt?: EpochMs;
}

export interface Authenticator {
  /** Who makes the request, or undefined when nobody that is known and still allowed. */
  identify(request: FastifyRequest): Promise<Principal | undefined>;
  /** Makes a new session and its cookie; the audit line says how it came to be. */
  openSession(
    user: UserAccount,
    opening: {
      readonly request: FastifyRequest;
      readonly reply: FastifyReply;
      readonly audit: NewAuditEntry;
    },
  ): Promise<Principal>;
  closeSession(principal: Principal, reply: FastifyReply): Promise<void>;
}

/** A session is marked as used at most this often, so that reading does not become writing. */
const TOUCH_MS = MINUTE_MS;
const RANK: Readonly<Record<Role, number>> = {
  viewer: 1,
  proposer: 2,
  responder: 3,
  administrator: 4,
};

/** Does the role include the other? */
export const includesRole = (role: Role, needed: Role): boolean => RANK[role] >= RANK[needed];

/**
 * Sessions are opaque 256-bit ids in a cookie, kept only as a hash, with idle and absolute expiry.
 * The account is read with every request, so a changed role or a disabled account counts at once.
 */
export function createAuthenticator({
  store,
  settings,
  now,
}: Pick<ApiDeps, 'store' | 'settings' | 'now'>): Authenticator {
  const isHttps = settings.publicUrl?.startsWith('https:') ?? false;
  const cookieName = isHttps ? '__Host-cordon_session' : 'cordon_session';
  const cookie = { httpOnly: true, sameSite: 'lax', secure: isHttps, path: '/' } as const;

  const isAlive = (credential: Credential): boolean =>
    isAliveAt(credential, now(), settings.sessionIdleMs);
  const touch = async (credential: Credential): Promise<void> => {
    if ((credential.lastUsedAt ?? 0) + TOUCH_MS > now()) return;
    // A full disk must not lock people out of what can still be read.
    await store.saveCredential({ ...credential, lastUsedAt: now() }).catch(() => undefined);
  };

  return {
    identify: async (request) => {
      const presented = presentedSecret(request, cookieName);
      if (!presented) return undefined;
      const credential = await store.findCredential(hashSecret(presented.secret));
      if (!credential || credential.kind !== presented.kind || !isAlive(credential))
        return undefined;
      const user = await store.findUser({ id: credential.subject });
      if (!user || user.isDisabled) return undefined;
      await touch(credential);
      return toPrincipal(user, credential);
    },
    openSession: async (user, { request, reply, audit }) => {
      const secret = mintSessionId();
      const credential: Credential = {
        id: mintId('ses'),
        kind: 'session',
        secretHash: hashSecret(secret),
        subject: user.id,
        label: (request.headers['user-agent'] ?? 'unknown').slice(0, 200),
        createdAt: now(),
        expiresAt: toEpochMs(now() + settings.sessionMaxMs),
        lastUsedAt: now(),
        peer: request.ip,
      };
      await store.saveCredential(credential, audit);
      reply.setCookie(cookieName, secret, {
        ...cookie,
        maxAge: Math.floor(settings.sessionMaxMs / 1000),
      });
      return toPrincipal(user, credential);
    },
    closeSession: async (principal, reply) => {
      await store.deleteCredential(principal.credentialId, {
        at: now(),
        actor: principal.name,
        what: 'logged_out',
        subject: principal.userId,
        data: {},
      });
      reply.clearCookie(cookieName, cookie);
    },
  };
}

function isAliveAt(credential: Credential, at: EpochMs, idleMs: number): boolean {
  if (credential.expiresAt !== undefined && credential.expiresAt <= at) return false;
  if (credential.kind !== 'session') return true;
  return (credential.lastUsedAt ?? credential.createdAt) + idleMs > at;
}

/** Where administrators are logged in from right now: addresses that no automation may cut off. */
export async function listAdministratorAddresses({
  store,
  settings,
  now,
}: {
  readonly store: Pick<ApiDeps['store'], 'listUsers' | 'listCredentials'>;
  readonly settings: Pick<ApiDeps['settings'], 'sessionIdleMs'>;
  readonly now: () => EpochMs;
}): Promise<readonly string[]> {
  const [users, sessions] = await Promise.all([
    store.listUsers(),
    store.listCredentials('session'),
  ]);
  const administrators = new Set(
    users.filter((user) => user.role === 'administrator' && !user.isDisabled).map(({ id }) => id),
  );
  const addresses = sessions
    .filter((session) => administrators.has(session.subject))
    .filter((session) => isAliveAt(session, now(), settings.sessionIdleMs))
    .flatMap(({ peer }) => (peer === undefined ? [] : [peer.replace(/^::ffff:(?=\d)/i, '')]));
  return [...new Set(addresses)];
}

function toPrincipal(user: UserAccount, credential: Credential): Principal {
  const isToken = credential.kind === 'api_token';
  const role = isToken ? lesser(user.role, credential.role ?? 'viewer') : user.role;
  return {
    via: isToken ? 'api_token' : 'session',
    credentialId: credential.id,
    userId: user.id,
    name: isToken ? `${user.name} (token ${credential.label})` : user.name,
    role,
    ...(credential.expiresAt === undefined ? {} : { expiresAt: credential.expiresAt }),
  };
}

const lesser = (one: Role, other: Role): Role => (includesRole(one, other) ? other : one);

/** The bearer token of a request. */
export const bearerOf = (request: FastifyRequest): string | undefined =>
  /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];

function presentedSecret(request: FastifyRequest, cookieName: string) {
  const token = bearerOf(request);
  if (token !== undefined) {
    return isToken(token, 'api') ? ({ secret: token, kind: 'api_token' } as const) : undefined;
  }
  const secret = request.cookies[cookieName];
  return secret ? ({ secret, kind: 'session' } as const) : undefined;
}
