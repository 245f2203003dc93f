import type { ObjectValue } from '@cordon/core';
import snmp from 'net-snmp';

/** What a variable holds, as numbers and octets; undefined for one that is not there. */
export function readVarbind(varbind: snmp.Varbind): ObjectValue | undefined {
  const { value, type } = varbind;
  if (snmp.isVarbindError(varbind) || value === null || value === undefined) return undefined;
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  if (typeof value === 'string') return new TextEncoder().encode(value);
  return type === snmp.ObjectType.Counter64 ? toNumber(value) : new Uint8Array(value);
}

/** Up to eight octets, the highest first. Above 2^53 the last digits are rounded. */
const toNumber = (octets: Uint8Array): number =>
  octets.reduce((sum, octet) => sum * 256 + octet, 0);
