import { canonicalHost, canonicalIp, canonicalUser, isOwnAddress } from '../entity/resolve.ts';
import type { Event } from '../event/event.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Arrival } from './arrivals.ts';
import type { FileTrace } from './file-traces.ts';
import { arrivalOf, fileOf } from './read-flow.ts';

/** What one event says about causes: who acted, what started what, who came from where. */
export interface CausalFacts {
  readonly host?: string;
  /** The processes the event is about, the acting one first. */
  readonly processKeys: readonly string[];
  readonly started?: ProcessNode;
  readonly logon?: Logon;
  readonly connection?: {
    readonly processKey: string;
    readonly ip: string;
    readonly port?: number;
  };
  /** An address that is the event's own machine. */
  readonly ownIp?: string;
  readonly arrival?: Arrival;
  readonly file?: FileTrace;
}

export interface ProcessNode {
  readonly key: string;
  readonly host: string;
  readonly name: string;
  readonly at: EpochMs;
  readonly offset: number;
  readonly parentKey?: string;
  /** What started it, as its own start tells. */
  readonly parentName?: string;
  readonly user?: string;
  readonly session?: string;
}

/** Someone came onto a machine from another one. */
export interface Logon {
  readonly host: string;
  /** Canonical address or host name of where it came from. */
  readonly from: string;
  readonly at: EpochMs;
  readonly offset: number;
  readonly user: string;
  readonly session?: string;
}

const AUTHENTICATION = 3002;
const PROCESS_ACTIVITY = 1007;
const NETWORK_ACTIVITY = 4001;
const LAUNCH = 1;
const REMOTE_LOGON_TYPES: ReadonlySet<string> = new Set([
  '3',
  '10',
  '8',
  'network',
  'remote interactive',
  'remoteinteractive',
  'remote_interactive',
]);
const EMPTY_GUID = /^\{?[0-]+\}?$/;

type Fields = Readonly<Record<string, unknown>>;

function textOf(fields: Fields, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string' && value !== '' && value !== '-') return value;
    if (typeof value === 'number') return String(value);
  }
  return undefined;
}

function guidKey(fields: Fields, ...names: readonly string[]): string | undefined {
  const guid = textOf(fields, ...names);
  return guid && !EMPTY_GUID.test(guid) ? `g:${guid.toLowerCase()}` : undefined;
}

const pidKey = (host: string | undefined, pid: number | undefined): string | undefined =>
  host !== undefined && pid !== undefined && pid > 4 ? `p:${host}:${pid}` : undefined;

const sessionOf = (host: string, id: string | undefined): string | undefined =>
  id === undefined || /^0x(0|3e[4-7])$/i.test(id) ? undefined : `${host}:${id.toLowerCase()}`;

/** The machine the event happened on, canonical. */
export function deviceOf(event: Event): string | undefined {
  const name = event.device?.hostname ?? event.device?.ip;
  return name ? canonicalHost(name) : undefined;
}

function processKeysOf(event: Event, host: string | undefined): readonly string[] {
  const { fields } = event.provenance;
  const keys = [
    guidKey(fields, 'ProcessGuid', 'SourceProcessGUID', 'SourceProcessGuid'),
    guidKey(fields, 'TargetProcessGUID', 'TargetProcessGuid'),
  ].filter((key) => key !== undefined);
  if (keys.length > 0) return keys;
  const isLaunch = event.class_uid === PROCESS_ACTIVITY && event.activity_id === LAUNCH;
  const acting = isLaunch ? event.process : (event.actor?.process ?? event.process);
  const key = pidKey(host, acting?.pid);
  return key === undefined ? [] : [key];
}

function startedBy(event: Event, host: string, key: string | undefined): ProcessNode | undefined {
  if (event.class_uid !== PROCESS_ACTIVITY || event.activity_id !== LAUNCH || key === undefined)
    return undefined;
  const { fields } = event.provenance;
  const parent = event.process?.parent_process ?? event.actor?.process;
  const parentKey = guidKey(fields, 'ParentProcessGuid') ?? pidKey(host, parent?.pid);
  const parentName = parent?.file?.path ?? parent?.name;
  const user = event.process?.user?.name ?? event.actor?.user?.name;
  const session = sessionOf(host, textOf(fields, 'LogonId', 'TargetLogonId', 'SubjectLogonId'));
  return {
    key,
    host,
    name: event.process?.file?.path ?? event.process?.name ?? 'a process',
    at: event.time,
    offset: event.provenance.offset,
    ...(parentKey === undefined || parentKey === key ? {} : { parentKey }),
    ...(parentName === undefined ? {} : { parentName }),
    ...(user === undefined ? {} : { user: canonicalUser(user) }),
    ...(session === undefined ? {} : { session }),
  };
}

function isRemoteLogon(event: Event): boolean {
  const type = event.logon_type ?? textOf(event.provenance.fields, 'LogonType');
  return type === undefined || REMOTE_LOGON_TYPES.has(type.toLowerCase());
}

/** Where a log-in came from: the address, else the name of the machine. */
function cameFrom(event: Event): string | undefined {
  const ip = event.src_endpoint?.ip;
  if (ip) return isOwnAddress(ip) ? undefined : canonicalIp(ip);
  const name = event.src_endpoint?.hostname ?? textOf(event.provenance.fields, 'WorkstationName');
  return name ? canonicalHost(name) : undefined;
}

function inboundLogon(event: Event, host: string): Logon | undefined {
  const isSuccess =
    event.class_uid === AUTHENTICATION && event.activity_id === 1 && event.status_id === 1;
  if (!isSuccess || !isRemoteLogon(event)) return undefined;
  const from = cameFrom(event);
  if (from === undefined || from === host) return undefined;
  const user = event.user?.name ?? event.actor?.user?.name;
  if (user === undefined) return undefined;
  const session = sessionOf(
    host,
    textOf(event.provenance.fields, 'TargetLogonId') ?? event.session?.uid,
  );
  return {
    host,
    from,
    at: event.time,
    offset: event.provenance.offset,
    user: canonicalUser(user),
    ...(session === undefined ? {} : { session }),
  };
}

/** A log-in elsewhere with explicit credentials, seen where it began (Windows event 4648). */
function outboundLogon(event: Event, host: string): Logon | undefined {
  const { fields } = event.provenance;
  if (textOf(fields, 'EventID') !== '4648') return undefined;
  const target = textOf(fields, 'TargetServerName');
  const user = textOf(fields, 'TargetUserName');
  if (!target || !user || isSelfName(target)) return undefined;
  const there = canonicalHost(target);
  if (there === host) return undefined;
  return {
    host: there,
    from: host,
    at: event.time,
    offset: event.provenance.offset,
    user: canonicalUser(user),
  };
}

const isSelfName = (name: string): boolean =>
  name.toLowerCase() === 'localhost' || isOwnAddressText(name);
const isOwnAddressText = (name: string): boolean =>
  canonicalIp(name) !== undefined && isOwnAddress(name);

function ownAddress(event: Event): string | undefined {
  const isInitiator = textOf(event.provenance.fields, 'Initiated')?.toLowerCase() === 'true';
  const isOutbound = event.connection_info?.direction === 'outbound';
  const ip = event.device?.ip ?? (isInitiator || isOutbound ? event.src_endpoint?.ip : undefined);
  return ip && !isOwnAddress(ip) ? canonicalIp(ip) : undefined;
}

function connectionOf(event: Event, processKey: string | undefined): CausalFacts['connection'] {
  const ip = event.dst_endpoint?.ip;
  const isOutbound = textOf(event.provenance.fields, 'Initiated')?.toLowerCase() !== 'false';
  if (
    event.class_uid !== NETWORK_ACTIVITY ||
    processKey === undefined ||
    !ip ||
    !isOutbound ||
    isOwnAddress(ip)
  )
    return undefined;
  const port = event.dst_endpoint?.port;
  return { processKey, ip: canonicalIp(ip) ?? ip, ...(port === undefined ? {} : { port }) };
}

/** Reads the causal side of an event. Times are the event's own; a sensor's UtcTime is never used. */
export function readCausalFacts(event: Event): CausalFacts {
  const host = deviceOf(event);
  const processKeys = processKeysOf(event, host);
  const arrival = arrivalOf(event);
  if (host === undefined) return { processKeys, ...(arrival ? { arrival } : {}) };
  const started = startedBy(event, host, processKeys[0]);
  const logon = inboundLogon(event, host) ?? outboundLogon(event, host);
  const connection = connectionOf(event, processKeys[0]);
  const ownIp = ownAddress(event);
  const file = fileOf(event, host, processKeys[0]);
  return {
    host,
    processKeys,
    ...(started ? { started } : {}),
    ...(logon ? { logon } : {}),
    ...(connection ? { connection } : {}),
    ...(ownIp ? { ownIp } : {}),
    ...(arrival ? { arrival } : {}),
    ...(file ? { file } : {}),
  };
}
