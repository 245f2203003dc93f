import type { RemoteInfo, Socket } from 'node:dgram';
import { EventEmitter } from 'node:events';
import type { Trap } from '@cordon/core';
import type { SnmpUser } from '@cordon/kit';
import snmp from 'net-snmp';
import { toUser } from './user.ts';
import { readVarbind } from './varbind.ts';

const TRAP_OID = '1.3.6.1.6.3.1.1.4.1.0';
const GENERIC_TRAPS = '1.3.6.1.6.3.1.1.5';
const ENTERPRISE_SPECIFIC = 6;

/** Who may send. */
export interface Listeners {
  readonly communities: readonly string[];
  readonly users: readonly SnmpUser[];
}

/** What a datagram is. */
export type Notification =
  | { readonly kind: 'trap'; readonly trap: Trap }
  | { readonly kind: 'refused' | 'unreadable' };

/** Takes one datagram; `told` is called once where it is or should be a notification. */
export type TakeDatagram = (bytes: Buffer, from: RemoteInfo, socket: Socket) => void;

interface Received {
  readonly rinfo: RemoteInfo;
  readonly pdu: {
    readonly type: number;
    readonly community?: string;
    readonly user?: string;
    readonly enterprise?: string;
    readonly generic?: number;
    readonly specific?: number;
    readonly varbinds: readonly snmp.Varbind[];
  };
}

/**
 * Reads notifications by the library's receiver over a socket of ours: the question for the engine's name (RFC 3414, 4)
 * and informs are answered by it, everything else is told.
 */
export function createNotificationReader(
  { communities, users }: Listeners,
  told: (notification: Notification, peer: string) => void,
): TakeDatagram {
  let peer = '';
  let current: Socket | undefined;
  // It opens no socket of its own: what comes in on ours is handed to it, what it sends goes out on ours.
  const stand = Object.assign(new EventEmitter(), {
    bind: () => undefined,
    send: (...args: Parameters<Socket['send']>) => current?.send(...args),
  });
  const options = {
    dgramModule: { createSocket: () => stand },
    includeAuthentication: true,
    transport: 'udp4',
  };
  const receiver = snmp.createReceiver(options, (error: Error | null, data?: Received) => {
    if (error !== null) told({ kind: isRefusal(error) ? 'refused' : 'unreadable' }, peer);
    else if (data !== undefined) told(toNotification(data, peer), peer);
  });
  for (const community of communities) receiver.getAuthorizer().addCommunity(community);
  for (const user of users) receiver.getAuthorizer().addUser(toUser(user));
  return (bytes, from, socket) => {
    current = socket;
    peer = from.address.replace(/^::ffff:/, '');
    stand.emit('message', bytes, from);
  };
}

const isRefusal = ({ name }: Error): boolean =>
  name === 'RequestFailedError' || name === 'ResponseInvalidError';

/** Somebody without a name is not somebody who is listened to. */
function toNotification({ pdu }: Received, agent: string): Notification {
  const { community, user, varbinds, type } = pdu;
  if (community === undefined && (user ?? '') === '') return { kind: 'refused' };
  const variables = varbinds.flatMap((varbind) => {
    const value = readVarbind(varbind);
    return value === undefined || varbind.oid === TRAP_OID ? [] : [{ oid: varbind.oid, value }];
  });
  const named = varbinds.find(({ oid }) => oid === TRAP_OID)?.value;
  const oid = type === snmp.PduType.Trap ? oldName(pdu) : String(named ?? '');
  const version = type === snmp.PduType.Trap ? '1' : user === undefined ? '2c' : '3';
  return {
    kind: 'trap',
    trap: { version, agent, oid, variables, ...(user === undefined ? {} : { user }) },
  };
}

/** The name that a trap of version 1 has since version 2 (RFC 3584, 3.1). */
const oldName = ({ enterprise = '', generic = 0, specific = 0 }: Received['pdu']): string =>
  generic === ENTERPRISE_SPECIFIC
    ? `${enterprise}.0.${specific}`
    : `${GENERIC_TRAPS}.${generic + 1}`;
