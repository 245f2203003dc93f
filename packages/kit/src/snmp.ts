import { type Static, Type } from 'typebox';

const Strict = { additionalProperties: false } as const;
/** Shorter ones are not allowed (RFC 3414, 11.2). */
const Secret = Type.String({ minLength: 8, maxLength: 200 });

/** Somebody that SNMPv3 knows (User-based Security Model, RFC 3414). */
export const SnmpUser = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 32 }),
    auth: Type.Enum(['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'], {
      default: 'sha256',
      description: 'How messages are signed, where there is a `password`.',
    }),
    password: Type.Optional(Secret),
    privacy: Type.Enum(['des', 'aes', 'aes256b', 'aes256r'], {
      default: 'aes',
      description: 'How they are encrypted, where there is a `passphrase`.',
    }),
    passphrase: Type.Optional(Secret),
  },
  Strict,
);
export type SnmpUser = Static<typeof SnmpUser>;

/** How a device lets itself be asked: a community (v2c, which anybody on the way can read), or a user (v3). */
export const SnmpAccess = Type.Union([
  Type.Object({ community: Type.String({ minLength: 1, maxLength: 200 }) }, Strict),
  Type.Object({ user: SnmpUser }, Strict),
]);
export type SnmpAccess = Static<typeof SnmpAccess>;
