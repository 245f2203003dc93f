import { bytesToHex } from '@noble/hashes/utils.js';
import type { Json, JsonObject } from '../../shared/json.ts';
import { decodeUtf8 } from '../../shared/utf8.ts';
import type { ObjectValue } from './part.ts';
import { EQUIPMENT_OBJECTS } from './read-equipment.ts';

/** One variable of a notification. */
export interface TrapVariable {
  readonly oid: string;
  readonly value: ObjectValue;
}

/** A notification as it came (SNMPv2-Trap or Inform of RFC 3416; traps of version 1 translated by RFC 3584, 3.1). */
export interface Trap {
  readonly version: '1' | '2c' | '3';
  /** Address it came from. */
  readonly agent: string;
  /** OID of the notification, the value of `snmpTrapOID.0`. */
  readonly oid: string;
  readonly user?: string;
  readonly variables: readonly TrapVariable[];
}

const NAMES: Readonly<Record<string, string>> = {
  '1.3.6.1.6.3.1.1.5.1': 'coldStart',
  '1.3.6.1.6.3.1.1.5.2': 'warmStart',
  '1.3.6.1.6.3.1.1.5.3': 'linkDown',
  '1.3.6.1.6.3.1.1.5.4': 'linkUp',
  '1.3.6.1.6.3.1.1.5.5': 'authenticationFailure',
  '1.3.6.1.2.1.33.2.1': 'upsTrapOnBattery',
  '1.3.6.1.2.1.33.2.2': 'upsTrapTestCompleted',
  '1.3.6.1.2.1.33.2.3': 'upsTrapAlarmEntryAdded',
  '1.3.6.1.2.1.33.2.4': 'upsTrapAlarmEntryRemoved',
  '1.3.6.1.2.1.43.18.2.0.1': 'printerV2Alert',
  '1.3.6.1.2.1.47.2.0.1': 'entConfigChange',
};
const FURTHER_OBJECTS: Readonly<Record<string, string>> = {
  ifIndex: '1.3.6.1.2.1.2.2.1.1',
  ifAlias: '1.3.6.1.2.1.31.1.1.1.18',
  sysName: '1.3.6.1.2.1.1.5',
};
const OBJECTS: ReadonlyMap<string, string> = new Map(
  Object.entries({ ...EQUIPMENT_OBJECTS, ...FURTHER_OBJECTS }).map(([name, oid]) => [oid, name]),
);
/** A trap of version 1 translates to an OID with a 0 before its number, whether or not its MIB has that (RFC 3584, 3.1). */
const TRANSLATED = /\.0\.(\d+)$/;
const MAX_VARIABLES = 200;
const MAX_OCTETS = 2_000;

/**
 * A notification as the record that is kept of it; `content/parsers/snmp-trap` reads it. Objects that are known go by
 * the name their MIB gives them, all others, and further ones of the same name, by their OID; octets that are no text are
 * hexadecimal. Left out is what is above 200 variables, or 2,000 octets of one.
 */
export function toTrapRecord({ version, agent, oid, user, variables }: Trap): JsonObject {
  const name = NAMES[oid] ?? NAMES[oid.replace(TRANSLATED, '.$1')];
  return {
    snmp_version: version,
    agent,
    trap: oid,
    ...(name === undefined ? {} : { name }),
    ...(user === undefined ? {} : { user }),
    objects: toObjects(variables.slice(0, MAX_VARIABLES)),
  };
}

function toObjects(variables: readonly TrapVariable[]): JsonObject {
  const objects: Record<string, Json> = {};
  for (const { oid, value } of variables) {
    const name = nameOf(oid);
    const key = Object.hasOwn(objects, name) ? oid : name;
    objects[key] = typeof value === 'number' ? value : spell(value);
  }
  return objects;
}

/** The longest known OID before it; an index behind it is left out, since most notifications speak of one row. */
function nameOf(oid: string): string {
  for (let end = oid.length; end > 0; end = oid.lastIndexOf('.', end - 1)) {
    const name = OBJECTS.get(oid.slice(0, end));
    if (name !== undefined) return name;
  }
  return oid;
}

function spell(octets: Uint8Array): string {
  const kept = octets.subarray(0, MAX_OCTETS);
  const text = decodeUtf8(kept);
  if (!/[^\P{C}\s]|\ufffd/u.test(text)) return text;
  return `0x${bytesToHex(kept)}`;
}
