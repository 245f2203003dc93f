import type { MeView, sessionRoutes } from '@cordon/contract';
import type { FastifyRequest } from 'fastify';
import type { UserAccount } from '../../store/accounts.ts';
import type { NewAuditEntry } from '../../store/ports.ts';
import { createLoginThrottle } from '../auth/login-throttle.ts';
import type { Passwords } from '../auth/password.ts';
import type { Authenticator, Principal } from '../auth/principal.ts';
import { mintId } from '../auth/secret.ts';
import { findSetupLink } from '../auth/setup-link.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { compact, toTimeMaybe } from '../present/present.ts';
import { refuse, tooManyTries } from '../problem-json.ts';

interface SessionDeps {
  readonly api: ApiDeps;
  readonly authenticator: Authenticator;
  readonly passwords: Passwords;
}

/** Set-up, login, logout, who am I. */
export function createSessionHandlers(deps: SessionDeps): Handlers<keyof typeof sessionRoutes> {
  const { api, authenticator } = deps;
  return {
    getStatus: async () => ({
      is_set_up: (await api.store.listUsers()).length > 0,
      version: api.version,
      demo_available: api.demo !== undefined,
    }),
    setUp: createSetUp(deps),
    logIn: createLogIn(deps),
    logOut: async ({ who, reply }) => {
      if (who.via === 'session') await authenticator.closeSession(who, reply);
      return {};
    },
    getMe: async ({ who }) => presentMe(who),
  };
}

function createSetUp({ api, authenticator, passwords }: SessionDeps): Handlers['setUp'] {
  const { store, now, telemetry } = api;
  const throttle = createLoginThrottle(now);
  let isBusy = false;
  const makeFirst = async (body: {
    token: string;
    name: string;
    password: string;
  }): Promise<UserAccount> => {
    if ((await store.listUsers()).length > 0) throw alreadySetUp();
    const link = await findSetupLink(store, body.token, now());
    if (!link) throw badSetupLink();
    const passwordHash = await passwords.hash(body.password);
    const user: UserAccount = {
      id: mintId('usr'),
      name: body.name,
      role: 'administrator',
      passwordHash,
      createdAt: now(),
    };
    await store.saveUser(user, auditOf(api, 'administrator_created', { user }));
    await store.deleteCredential(link.id);
    return user;
  };
  return async ({ body, request, reply }) => {
    if (isBusy) throw alreadySetUp();
    const waitS = throttle.waitS('setup', request.ip);
    if (waitS > 0) {
      telemetry.loginRefused({ peer: request.ip, reason: 'throttled' });
      throw tooManyTries(waitS);
    }
    throttle.failed('setup', request.ip);
    isBusy = true;
    try {
      const user = await makeFirst(body);
      return presentMe(
        await authenticator.openSession(user, {
          request,
          reply,
          audit: auditOf(api, 'logged_in', { user, request }),
        }),
      );
    } finally {
      isBusy = false;
    }
  };
}

function createLogIn({ api, authenticator, passwords }: SessionDeps): Handlers['logIn'] {
  const { store, telemetry, now } = api;
  const throttle = createLoginThrottle(now);
  const refuseWhenThrottled = (name: string, peer: string): void => {
    const waitS = throttle.waitS(name, peer);
    if (waitS === 0) return;
    telemetry.loginRefused({ peer, reason: 'throttled' });
    throw refuse(
      429,
      {
        code: 'login_throttled',
        detail: `Too many failed log-ins; try again in ${waitS} s.`,
        retryable: true,
      },
      { retryAfterS: waitS },
    );
  };
  return async ({ body, request, reply }) => {
    const { name, password } = body;
    const peer = request.ip;
    refuseWhenThrottled(name, peer);
    // Counted before the check, so that many tries at once cannot pass the limit together.
    throttle.failed(name, peer);
    const user = await store.findUser({ name });
    const isRight = await passwords.isRight(user?.passwordHash, password);
    if (!user || !isRight || user.isDisabled) {
      telemetry.loginRefused({ peer, reason: 'wrong_password' });
      await store.audit({
        at: now(),
        actor: 'nobody',
        what: 'login_failed',
        subject: name,
        data: { peer },
      });
      throw loginFailed();
    }
    throttle.succeeded(name, peer);
    return presentMe(
      await authenticator.openSession(user, {
        request,
        reply,
        audit: auditOf(api, 'logged_in', { user, request }),
      }),
    );
  };
}

interface Audited {
  readonly user: UserAccount;
  readonly request?: FastifyRequest;
}

function auditOf(api: ApiDeps, what: string, { user, request }: Audited): NewAuditEntry {
  return {
    at: api.now(),
    actor: user.name,
    what,
    subject: user.id,
    data: request ? { peer: request.ip } : { role: user.role },
  };
}

const presentMe = (who: Principal): MeView =>
  compact({
    id: who.userId,
    name: who.name,
    role: who.role,
    via: who.via,
    expires_at: toTimeMaybe(who.expiresAt),
  });

const loginFailed = () =>
  refuse(401, {
    code: 'login_failed',
    detail: 'Name and password do not fit together.',
    retryable: false,
  });

const alreadySetUp = () =>
  refuse(409, {
    code: 'already_set_up',
    detail: 'The first administrator is there already.',
    hint: 'Log in instead.',
    retryable: false,
  });

const badSetupLink = () =>
  refuse(401, {
    code: 'bad_setup_link',
    detail: 'The set-up link is not valid, was used, or is too old.',
    hint: 'Start Cordon again: it prints a new one.',
    retryable: false,
  });
