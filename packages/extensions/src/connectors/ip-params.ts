import { type EntityRef, toCanonicalIp } from '@cordon/core';
import { Type } from 'typebox';

/** One address; ranges are not taken. */
export const IpParams = Type.Object(
  { ip: Type.String({ minLength: 2, maxLength: 45, pattern: '^[0-9A-Fa-f:.]+$' }) },
  { additionalProperties: false },
);

/** The canonical text of the address; IPv4 inside IPv6 becomes IPv4. Text that is no address stays as it is. */
export const canonicalIp = (params: { readonly ip: string }): string =>
  toCanonicalIp(params.ip) ?? params.ip;

/** The address as the target of an action. */
export const ipTarget = (params: { readonly ip: string }): EntityRef => ({
  kind: 'ip',
  id: toCanonicalIp(params.ip) ?? '',
  role: 'target',
});
