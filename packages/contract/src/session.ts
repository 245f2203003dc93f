import { type Static, Type } from 'typebox';
import { defineRoute, Nothing } from './route.ts';
import { Role, Time } from './value.ts';

/** What anybody may know before logging in. */
export const StatusView = Type.Object(
  {
    is_set_up: Type.Boolean({ description: 'Is there an administrator?' }),
    version: Type.String(),
    demo_available: Type.Boolean(),
  },
  { title: 'StatusView' },
);
export type StatusView = Static<typeof StatusView>;

/** The account behind the call. */
export const MeView = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    role: Role,
    via: Type.Union([Type.Literal('session'), Type.Literal('api_token')]),
    expires_at: Type.Optional(Time),
  },
  { title: 'MeView' },
);
export type MeView = Static<typeof MeView>;

const Name = Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9._@-]+$' });
const NewPassword = Type.String({ minLength: 12, maxLength: 256 });

/** Set-up and login bodies. */
export const SetupBody = Type.Object(
  { token: Type.String({ minLength: 1, maxLength: 256 }), name: Name, password: NewPassword },
  { title: 'SetupBody', additionalProperties: false },
);
export type SetupBody = Static<typeof SetupBody>;
export const LoginBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64 }),
    password: Type.String({ minLength: 1, maxLength: 256 }),
  },
  { title: 'LoginBody', additionalProperties: false },
);
export type LoginBody = Static<typeof LoginBody>;
export const NewUserBody = Type.Object(
  { name: Name, role: Role, password: NewPassword },
  { title: 'NewUserBody', additionalProperties: false },
);
export type NewUserBody = Static<typeof NewUserBody>;

export const sessionRoutes = {
  getStatus: defineRoute({
    method: 'GET',
    path: '/status',
    access: 'public',
    summary: 'Is Cordon set up?',
    response: StatusView,
  }),
  setUp: defineRoute({
    method: 'POST',
    path: '/setup',
    access: 'public',
    summary:
      'Makes the first administrator with the one-time token of the set-up link, and logs in.',
    body: SetupBody,
    response: MeView,
    status: 201,
  }),
  logIn: defineRoute({
    method: 'POST',
    path: '/session',
    access: 'public',
    summary: 'Logs in; the session comes back as a cookie.',
    body: LoginBody,
    response: MeView,
    status: 201,
  }),
  logOut: defineRoute({
    method: 'DELETE',
    path: '/session',
    access: 'viewer',
    summary: 'Ends the session.',
    response: Nothing,
    status: 204,
  }),
  getMe: defineRoute({
    method: 'GET',
    path: '/me',
    access: 'viewer',
    summary: 'Who am I, and what may I do?',
    response: MeView,
  }),
};
