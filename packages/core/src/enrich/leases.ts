import { canonicalIp } from '../entity/resolve.ts';
import type { Event } from '../event/event.ts';
import { BoundedMap } from '../shared/bounded-map.ts';
import type { Json } from '../shared/json.ts';
import { DAY_MS, type EpochMs, SECOND_MS } from '../shared/time.ts';
import { toMac } from './inventory.ts';

/** Whose an address was, from when until when. */
export interface Lease {
  readonly hostname?: string;
  readonly mac?: string;
  readonly from: EpochMs;
  readonly until: EpochMs;
}

const DHCP_ACTIVITY = 4004;
const ACK = 5;
const RELEASE = 7;
const EXPIRE = 9;
/** How long a lease holds when the record does not tell. */
const DEFAULT_MS = DAY_MS;
const MAX_ADDRESSES = 20_000;
const MAX_PAST = 4;

const isSame = (a: Lease, b: Lease): boolean => a.hostname === b.hostname && a.mac === b.mac;

/** What an event of DHCP tells of the lease of an address. */
export type LeaseTold =
  | { readonly kind: 'granted'; readonly ip: string; readonly lease: Lease }
  | { readonly kind: 'ended'; readonly ip: string; readonly at: EpochMs };

/** Undefined where the event tells of no lease, or not whose it is. */
export function readLease(event: Event): LeaseTold | undefined {
  if (event.class_uid !== DHCP_ACTIVITY) return undefined;
  const client = event.src_endpoint;
  const ip = client?.ip === undefined ? undefined : canonicalIp(client.ip);
  if (ip === undefined) return undefined;
  if (event.activity_id === RELEASE || event.activity_id === EXPIRE)
    return { kind: 'ended', ip, at: event.time };
  const mac = toMac(client?.mac ?? '');
  const hostname = client?.hostname?.toLowerCase();
  if (event.activity_id !== ACK || (hostname === undefined && mac === undefined)) return undefined;
  const seconds = (event as unknown as { readonly lease_dur?: unknown }).lease_dur;
  const lengthMs = typeof seconds === 'number' && seconds > 0 ? seconds * SECOND_MS : DEFAULT_MS;
  const lease: Lease = {
    ...(hostname === undefined ? {} : { hostname }),
    ...(mac === undefined ? {} : { mac }),
    from: event.time,
    until: (event.time + lengthMs) as EpochMs,
  };
  return { kind: 'granted', ip, lease };
}

/** Leases of DHCP as the records tell them: which machine had an address at a time. Bounded. */
export class Leases {
  readonly #byIp = new BoundedMap<string, readonly Lease[]>(MAX_ADDRESSES);

  get size(): number {
    return this.#byIp.size;
  }

  get evicted(): number {
    return this.#byIp.evicted;
  }

  observe(event: Event): void {
    const told = readLease(event);
    if (told?.kind === 'granted') this.#grant(told.ip, told.lease);
    else if (told?.kind === 'ended') this.#end(told.ip, told.at);
  }

  /** The lease of an address at a time. */
  at(ip: string, time: EpochMs): Lease | undefined {
    return this.#byIp.get(ip)?.findLast(({ from, until }) => from <= time && time < until);
  }

  snapshot(): Json {
    return this.#byIp.entries() as unknown as Json;
  }

  restore(from: Json): void {
    this.#byIp.fill(from as unknown as readonly (readonly [string, readonly Lease[]])[]);
  }

  /** A renewal goes on; another machine ends what was before it. */
  #grant(ip: string, lease: Lease): void {
    const past = this.#byIp.get(ip) ?? [];
    const last = past.at(-1);
    if (last && isSame(last, lease) && lease.from <= last.until && lease.from >= last.from)
      this.#byIp.set(ip, [...past.slice(0, -1), { ...last, until: lease.until }]);
    else {
      const ended = past.map((one) =>
        one.until > lease.from ? { ...one, until: lease.from } : one,
      );
      this.#byIp.set(ip, [...ended, lease].slice(-MAX_PAST));
    }
  }

  #end(ip: string, at: EpochMs): void {
    const past = this.#byIp.get(ip);
    if (past !== undefined)
      this.#byIp.set(
        ip,
        past.map((one) => (one.from <= at && one.until > at ? { ...one, until: at } : one)),
      );
  }
}
