import { isIPv6 } from 'node:net';
import type { EquipmentAnswer, ObjectValue } from '@cordon/core';
import type { SnmpAccess } from '@cordon/kit';
import snmp from 'net-snmp';
import { toUser } from './user.ts';
import { readVarbind } from './varbind.ts';

const ANSWER_MS = 2_000;
const ROWS_AT_ONCE = 20;
const MAX_ROWS = 2_000;

export interface SnmpPlace {
  readonly address: string;
  readonly port: number;
  readonly access: SnmpAccess;
}

/** What a device said; `silent`: nothing came, `refused`: it does not let itself be asked like this. */
export type SnmpAnswer =
  | { readonly kind: 'answer'; readonly objects: EquipmentAnswer }
  | { readonly kind: 'silent' | 'refused'; readonly text: string };

/**
 * Walks the objects of a device (SNMPv2c, RFC 3416; SNMPv3, RFC 3414), by names with their OIDs; one that it
 * does not have has no values. Bounded in rows and in time; reads only.
 */
export async function readObjects(
  place: SnmpPlace,
  objects: Readonly<Record<string, string>>,
): Promise<SnmpAnswer> {
  const session = openSession(place);
  const found = new Map<string, ReadonlyMap<string, ObjectValue>>();
  try {
    for (const [name, oid] of Object.entries(objects)) found.set(name, await walk(session, oid));
    return { kind: 'answer', objects: found };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { kind: name === 'ResponseInvalidError' ? 'refused' : 'silent', text: message };
  } finally {
    session.close();
  }
}

function openSession({ address, port, access }: SnmpPlace): snmp.Session {
  const options = {
    port,
    transport: isIPv6(address) ? 'udp6' : 'udp4',
    timeout: ANSWER_MS,
    retries: 1,
  } as const;
  const session =
    'user' in access
      ? snmp.createV3Session(address, toUser(access.user), options)
      : snmp.createSession(address, access.community, { ...options, version: snmp.Version2c });
  // What goes wrong is told to whoever asked; the socket's own word of it is the same again.
  session.on('error', () => undefined);
  return session;
}

/** The values behind an OID by what follows it. */
function walk(session: snmp.Session, oid: string): Promise<ReadonlyMap<string, ObjectValue>> {
  const values = new Map<string, ObjectValue>();
  const take = (varbinds: readonly snmp.Varbind[]): boolean => {
    for (const varbind of varbinds) {
      const value = readVarbind(varbind);
      if (value !== undefined) values.set(varbind.oid.slice(oid.length + 1), value);
    }
    return values.size >= MAX_ROWS;
  };
  return new Promise((resolve, reject) => {
    session.subtree(oid, ROWS_AT_ONCE, take as snmp.FeedCallback, (error) =>
      error === null || error === undefined ? resolve(values) : reject(error),
    );
  });
}
