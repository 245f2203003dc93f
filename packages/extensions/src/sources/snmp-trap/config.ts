import { SnmpUser } from '@cordon/kit';
import { type Static, Type } from 'typebox';

/** What the source of SNMP traps can be told. */
export const SnmpTrapConfig = Type.Object(
  {
    host: Type.String({ default: '127.0.0.1', description: 'Address to listen on.' }),
    port: Type.Integer({ minimum: 0, maximum: 65_535, default: 1162 }),
    communities: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
      default: [],
      maxItems: 100,
      description:
        'Communities of SNMPv1 and v2c that are listened to; anybody on the way reads them.',
    }),
    users: Type.Array(SnmpUser, {
      default: [],
      maxItems: 100,
      description: 'Users of SNMPv3 that are listened to.',
    }),
  },
  { additionalProperties: false },
);
export type SnmpTrapConfig = Static<typeof SnmpTrapConfig>;
