import type { accountRoutes, TokenView, UserView } from '@cordon/contract';
import { DAY_MS, toEpochMs } from '@cordon/core';
import type { Credential, UserAccount } from '../../store/accounts.ts';
import type { Passwords } from '../auth/password.ts';
import { hashSecret, mintId, mintToken } from '../auth/secret.ts';
import type { ApiDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { compact, toTime, toTimeMaybe } from '../present/present.ts';
import { notFound, refuse } from '../problem-json.ts';

type AccountHandlers = Handlers<keyof typeof accountRoutes>;

/** Accounts and API tokens. */
export const createAccountHandlers = (deps: {
  readonly api: ApiDeps;
  readonly passwords: Passwords;
}): AccountHandlers => ({
  listUsers: async () => ({ items: (await deps.api.store.listUsers()).map(presentUser) }),
  createUser: createUser(deps.api, deps.passwords),
  listTokens: async () => ({
    items: (await deps.api.store.listCredentials('api_token')).map(presentToken),
  }),
  createToken: createToken(deps.api),
  deleteToken: deleteToken(deps.api),
});

const createUser =
  ({ store, now }: ApiDeps, passwords: Passwords): AccountHandlers['createUser'] =>
  async ({ body, who }) => {
    const exists = () =>
      refuse(409, {
        code: 'account_exists',
        detail: `There is an account named ${body.name} already.`,
        retryable: false,
      });
    if (await store.findUser({ name: body.name })) throw exists();
    const passwordHash = await passwords.hash(body.password);
    if (await store.findUser({ name: body.name })) throw exists();
    const user: UserAccount = {
      id: mintId('usr'),
      name: body.name,
      role: body.role,
      passwordHash,
      createdAt: now(),
    };
    await store.saveUser(user, {
      at: now(),
      actor: who.name,
      what: 'user_created',
      subject: user.id,
      data: { name: user.name, role: user.role },
    });
    return presentUser(user);
  };

const createToken =
  ({ store, now }: ApiDeps): AccountHandlers['createToken'] =>
  async ({ body, who }) => {
    const token = mintToken('api');
    const credential: Credential = compact({
      id: mintId('tok'),
      kind: 'api_token' as const,
      secretHash: hashSecret(token),
      subject: who.userId,
      label: body.label,
      role: body.role,
      createdAt: now(),
      expiresAt:
        body.expires_in_days === undefined
          ? undefined
          : toEpochMs(now() + body.expires_in_days * DAY_MS),
    });
    await store.saveCredential(credential, {
      at: now(),
      actor: who.name,
      what: 'token_created',
      subject: credential.id,
      data: { label: body.label, role: body.role },
    });
    return { ...presentToken(credential), token };
  };

const deleteToken =
  ({ store, now }: ApiDeps): AccountHandlers['deleteToken'] =>
  async ({ params, who }) => {
    const token = (await store.listCredentials('api_token')).find(({ id }) => id === params.id);
    if (!token) throw notFound('such token');
    await store.deleteCredential(token.id, {
      at: now(),
      actor: who.name,
      what: 'token_deleted',
      subject: token.id,
      data: { label: token.label },
    });
    return {};
  };

const presentUser = (user: UserAccount): UserView => ({
  id: user.id,
  name: user.name,
  role: user.role,
  created_at: toTime(user.createdAt),
  is_disabled: user.isDisabled ?? false,
});

const presentToken = (token: Credential): TokenView =>
  compact({
    id: token.id,
    label: token.label,
    role: token.role ?? 'viewer',
    owner: token.subject,
    created_at: toTime(token.createdAt),
    expires_at: toTimeMaybe(token.expiresAt),
    last_used_at: toTimeMaybe(token.lastUsedAt),
  });
