import { expect, it } from 'vitest';
import { grantedBy, grantedIn } from './granted.ts';

const jwt = (claims: object): string =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

it.each([
  ['the scope of the answer', 'opaque', 'hosts:read hosts:write', ['hosts:read', 'hosts:write']],
  ['the roles of a JWT', jwt({ roles: ['User.Read.All', 7] }), undefined, ['User.Read.All']],
  ['the scopes of a JWT', jwt({ scp: 'a b' }), undefined, ['a', 'b']],
  ['nothing of an opaque token', 'opaque', undefined, undefined],
  ['nothing of a JWT that tells nothing', jwt({}), '', undefined],
  ['nothing of what is no JWT', 'a.!!.c', 7, undefined],
] as const)('%s', (...[, token, scope, granted]) => {
  expect(grantedBy(token, scope)).toEqual(granted);
});

it.each([
  [{ 'x-oauth-scopes': 'admin:org, repo' }, ['admin:org', 'repo']],
  [{ 'x-oauth-scopes': '' }, []],
  [{}, undefined],
])('of headers %j', (headers, granted) => {
  expect(grantedIn(headers as Readonly<Record<string, string>>)).toEqual(granted);
});
