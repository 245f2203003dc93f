/* Directories in the cloud, as their vendors document them. */

import type { Bench } from './bench.ts';
import { BEARER, carries, partOf, TOKEN, type Told, type Vendor } from './emulator.ts';

const graphError = (status: number, code: string, message: string): Told => ({
  status,
  body: { error: { code, message } },
});

function okta(): Vendor {
  const user = { id: '00u1', login: 'anna@example.com', status: 'ACTIVE' };
  const missing: Told = {
    status: 404,
    body: { errorCode: 'E0000007', errorSummary: 'Not found: Resource not found (User)' },
  };
  const find = (key = '') => (key === user.id || key === user.login ? user : undefined);
  const move =
    (from: string, to: string) =>
    ({ at }: { at: Readonly<Record<string, string>> }): Told => {
      if (!find(at['id'])) return missing;
      if (user.status !== from)
        return { status: 400, body: { errorCode: 'E0000001', errorSummary: 'Wrong status' } };
      user.status = to;
      return { status: 200, body: {} };
    };
  return {
    proof: carries('SSWS the-secret'),
    refusal: { status: 401, body: { errorCode: 'E0000011', errorSummary: 'Invalid token' } },
    routes: {
      'GET /api/v1/users': () => ({ status: 200, body: [user] }),
      'GET /api/v1/users/{id}': ({ at }) =>
        find(at['id']) ? { status: 200, body: user } : missing,
      'POST /api/v1/users/{id}/lifecycle/suspend': move('ACTIVE', 'SUSPENDED'),
      'POST /api/v1/users/{id}/lifecycle/unsuspend': move('SUSPENDED', 'ACTIVE'),
      'POST /api/v1/users/{id}/lifecycle/expire_password': move('ACTIVE', 'PASSWORD_EXPIRED'),
      'DELETE /api/v1/users/{id}/sessions': ({ at, query }) =>
        find(at['id']) && query.get('oauthTokens') === 'true' ? { status: 204 } : missing,
    },
  };
}

function entra(): Vendor {
  const user = { id: '87d349ed', upn: 'anna@example.com', accountEnabled: true };
  const missing = graphError(404, 'Request_ResourceNotFound', 'Resource does not exist');
  const find = (key = '') => (key === user.id || key === user.upn ? user : undefined);
  return {
    proof: BEARER,
    refusal: graphError(401, 'InvalidAuthenticationToken', 'Access token is empty.'),
    routes: {
      'POST /token': () => TOKEN,
      'GET /v1.0/users': () => ({ status: 200, body: { value: [user] } }),
      'GET /v1.0/users/{id}': ({ at }) => (find(at['id']) ? { status: 200, body: user } : missing),
      'PATCH /v1.0/users/{id}': ({ at, body }) => {
        if (!find(at['id'])) return missing;
        const isEnabled = partOf(body, 'accountEnabled');
        if (typeof isEnabled === 'boolean') user.accountEnabled = isEnabled;
        else if (partOf(body, 'passwordProfile', 'forceChangePasswordNextSignIn') !== true)
          return graphError(400, 'Request_BadRequest', 'Nothing to change.');
        return { status: 204 };
      },
      'POST /v1.0/users/{id}/revokeSignInSessions': ({ at }) =>
        find(at['id']) ? { status: 200, body: { value: true } } : missing,
    },
  };
}

function google(): Vendor {
  const user = {
    id: '1029',
    primaryEmail: 'anna@example.com',
    suspended: false,
    changePasswordAtNextLogin: false,
  };
  const missing = graphError(404, 'notFound', 'Resource Not Found: userKey');
  const find = (key = '') => (key === user.id || key === user.primaryEmail ? user : undefined);
  return {
    proof: BEARER,
    refusal: graphError(401, 'UNAUTHENTICATED', 'Invalid credentials'),
    routes: {
      'POST /token': () => TOKEN,
      'GET /admin/directory/v1/users': () => ({ status: 200, body: { users: [user] } }),
      'GET /admin/directory/v1/users/{id}': ({ at }) =>
        find(at['id']) ? { status: 200, body: user } : missing,
      'PATCH /admin/directory/v1/users/{id}': ({ at, body }) => {
        if (!find(at['id'])) return missing;
        Object.assign(user, body);
        return { status: 200, body: user };
      },
      'POST /admin/directory/v1/users/{id}/signOut': ({ at }) =>
        find(at['id']) ? { status: 204 } : missing,
    },
  };
}

const hubError = (status: number, message: string): Told => ({ status, body: { message } });

function github(): Vendor {
  const credentials = new Set(['161195']);
  return {
    proof: carries('Bearer the-secret'),
    refusal: hubError(401, 'Bad credentials'),
    routes: {
      'GET /rate_limit': () => ({ status: 200, body: {} }),
      'DELETE /orgs/{org}/credential-authorizations/{id}': ({ at }) =>
        at['org'] === 'acme' && credentials.delete(at['id'] ?? '')
          ? { status: 204 }
          : hubError(404, 'Not Found'),
    },
  };
}

function githubServer(): Vendor {
  const user = { login: 'anna', suspended_at: null as string | null };
  const set = (to: string | null) => (asked: { at: Readonly<Record<string, string>> }) => {
    if (asked.at['login'] !== user.login) return hubError(404, 'Not Found');
    user.suspended_at = to;
    return { status: 204 };
  };
  return {
    proof: carries('Bearer the-secret'),
    refusal: hubError(401, 'Bad credentials'),
    routes: {
      'GET /meta': () => ({ status: 200, body: {} }),
      'GET /users/{login}': ({ at }) =>
        at['login'] === user.login ? { status: 200, body: user } : hubError(404, 'Not Found'),
      'PUT /users/{login}/suspended': set('2026-01-01T00:00:00Z'),
      'DELETE /users/{login}/suspended': set(null),
    },
  };
}

const USER = { user: 'anna@example.com' };
const NOBODY = { user: "o'hara/../x@example.com" };

export const IDENTITY: readonly Bench[] = [
  {
    id: 'okta',
    vendor: okta,
    config: { settings: { domain: 'example.okta.com' } },
    params: USER,
    unknown: NOBODY,
  },
  {
    id: 'entra-id',
    vendor: entra,
    config: { settings: { tenant: 't' }, client_id: 'c' },
    params: USER,
    unknown: NOBODY,
  },
  {
    id: 'google-workspace',
    vendor: google,
    config: { client_id: 'c', user: 'admin@example.com' },
    needsKey: true,
    params: USER,
    unknown: NOBODY,
  },
  {
    id: 'github',
    vendor: github,
    config: { settings: { organisation: 'acme' } },
    params: { token: '161195' },
    unknown: { token: '../161195' },
  },
  {
    id: 'github-server',
    vendor: githubServer,
    config: { settings: { host: 'git.example.com' } },
    params: { user: 'anna' },
    unknown: NOBODY,
  },
];
