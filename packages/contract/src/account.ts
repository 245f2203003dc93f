import { type Static, Type } from 'typebox';
import { defineRoute, IdParams, Nothing } from './route.ts';
import { NewUserBody } from './session.ts';
import { listOf, Role, Time } from './value.ts';

/** A person's account, without any secret. */
export const UserView = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    role: Role,
    created_at: Time,
    is_disabled: Type.Boolean(),
  },
  { title: 'UserView' },
);
export type UserView = Static<typeof UserView>;

/** An API token, without its secret. */
export const TokenView = Type.Object(
  {
    id: Type.String(),
    label: Type.String(),
    role: Role,
    owner: Type.String({ description: 'User id.' }),
    created_at: Time,
    expires_at: Type.Optional(Time),
    last_used_at: Type.Optional(Time),
  },
  { title: 'TokenView' },
);
export type TokenView = Static<typeof TokenView>;

/** A token that was just made: the only time its secret is shown. */
export const NewTokenView = Type.Object(
  { ...TokenView.properties, token: Type.String({ description: 'Shown once.' }) },
  { title: 'NewTokenView' },
);
export type NewTokenView = Static<typeof NewTokenView>;

export const NewTokenBody = Type.Object(
  {
    label: Type.String({ minLength: 1, maxLength: 100 }),
    role: Role,
    expires_in_days: Type.Optional(Type.Integer({ minimum: 1, maximum: 3650 })),
  },
  { title: 'NewTokenBody', additionalProperties: false },
);
export type NewTokenBody = Static<typeof NewTokenBody>;

export const accountRoutes = {
  listUsers: defineRoute({
    method: 'GET',
    path: '/users',
    access: 'administrator',
    summary: 'All accounts.',
    response: listOf(UserView),
  }),
  createUser: defineRoute({
    method: 'POST',
    path: '/users',
    access: 'administrator',
    summary: 'Makes an account.',
    body: NewUserBody,
    response: UserView,
    status: 201,
  }),
  listTokens: defineRoute({
    method: 'GET',
    path: '/tokens',
    access: 'administrator',
    summary: 'All API tokens.',
    response: listOf(TokenView),
  }),
  createToken: defineRoute({
    method: 'POST',
    path: '/tokens',
    access: 'administrator',
    summary: 'Makes an API token; the answer is the only place its secret is shown.',
    body: NewTokenBody,
    response: NewTokenView,
    status: 201,
  }),
  deleteToken: defineRoute({
    method: 'DELETE',
    path: '/tokens/:id',
    access: 'administrator',
    summary: 'Ends an API token.',
    params: IdParams,
    response: Nothing,
    status: 204,
  }),
};
