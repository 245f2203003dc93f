import type { Endpoint, Enrichment, Event, File } from '../event/event.ts';
import type { Json } from '../shared/json.ts';
import type { EpochMs } from '../shared/time.ts';
import { annotate, type EndpointFindings } from './annotate.ts';
import type { Asset } from './asset.ts';
import type { GeoLookup } from './geo.ts';
import { Inventory } from './inventory.ts';
import type { Known } from './known.ts';
import { type Lease, Leases } from './leases.ts';
import { SeenBook, type SeenKey, toSeenKey } from './seen-book.ts';
import {
  type AddressFacts,
  type DomainFacts,
  type HostFacts,
  type UserFacts,
  ValueBook,
} from './value-book.ts';

/*
 * Enrichment in the stream: what inventories, leases, geography and memory know of the values of an
 * event is written into it, in OCSF's attributes, before rules see it. The same knowledge answers
 * triage and priority as `Known`. Event time only; bounded; the state goes into the snapshot.
 */

/** What is in memory, for `/metrics` and the reader of a snapshot. */
export interface EnricherStats {
  readonly assets: number;
  readonly identities: number;
  readonly leases: number;
  readonly remembered: number;
  /** What had to be let go because memory is bounded. */
  readonly evicted: { readonly leases: number; readonly remembered: number };
}

/** Adds what is known to events, and answers what is known. */
export interface Enricher extends Known {
  /** Learns from an event and gives it back with what is known. */
  enrich(event: Event): Event;
  /** The same for one that was learned from already: replays change nothing. */
  annotate(event: Event): Event;
  /** From the next event on. */
  useInventory(inventory: Inventory): void;
  useGeo(geo: GeoLookup | undefined): void;
  stats(): EnricherStats;
  snapshot(): Json;
  restore(from: Json): void;
}

export interface EnricherOptions {
  readonly inventory?: Inventory;
  readonly geo?: GeoLookup;
  /** Names of the house itself, which are not worth remembering as domains. */
  readonly homeDomains?: readonly string[];
}

/** The values of an event with what they say by themselves; each is looked up once. */
interface Values {
  readonly host: HostFacts | undefined;
  readonly user: UserFacts | undefined;
  readonly actor: UserFacts | undefined;
  readonly src: AddressFacts | undefined;
  readonly dst: AddressFacts | undefined;
  readonly query: DomainFacts | undefined;
  readonly url: DomainFacts | undefined;
  readonly process: SeenKey | undefined;
  readonly file: SeenKey | undefined;
}

const NO_MARKS: readonly Enrichment[] = [];

class StreamEnricher implements Enricher {
  readonly #values: ValueBook;
  readonly #leases = new Leases();
  readonly #seen = new SeenBook();

  constructor({ inventory, ...given }: EnricherOptions) {
    this.#values = new ValueBook(inventory ?? new Inventory(), given);
  }

  enrich(event: Event): Event {
    this.#leases.observe(event);
    const { offset } = event.provenance;
    return this.#write(event, (key) => this.#seen.observe(key, event.time, offset));
  }

  annotate(event: Event): Event {
    const { offset } = event.provenance;
    return this.#write(event, (key) => this.#seen.isFirstAt(key, offset));
  }

  #read({ device, user, actor, src_endpoint: src, dst_endpoint: dst, ...rest }: Event): Values {
    const values = this.#values;
    const { query, url, process, file } = rest;
    return {
      host: device?.hostname ? values.host(device.hostname) : undefined,
      user: user?.name ? values.user(user.name) : undefined,
      actor: actor?.user?.name ? values.user(actor.user.name) : undefined,
      src: src?.ip ? values.address(src.ip) : undefined,
      dst: dst?.ip ? values.address(dst.ip) : undefined,
      query: query?.hostname ? values.domain(query.hostname) : undefined,
      url: url?.hostname ? values.domain(url.hostname) : undefined,
      process: process?.file ? this.#hashOf(process.file) : undefined,
      file: file ? this.#hashOf(file) : undefined,
    };
  }

  #write(event: Event, isFirst: (key: SeenKey) => boolean): Event {
    const values = this.#read(event);
    const { device, src_endpoint: src, dst_endpoint: dst } = event;
    return annotate(event, {
      device: device && this.#ofDevice(device, values.host, event.time),
      src: src && this.#endpoint(src, values.src, event.time),
      dst: dst && this.#endpoint(dst, values.dst, event.time),
      user: values.user?.identity,
      actor: values.actor?.identity,
      urlDomain: values.url?.key?.id,
      marks: this.#marks(event, values, isFirst),
    });
  }

  /** The longest is the strongest. */
  #hashOf({ hashes }: File): SeenKey | undefined {
    if (hashes === undefined || hashes.length === 0) return undefined;
    let longest = '';
    for (const { value } of hashes) if (value.length > longest.length) longest = value;
    return longest === '' ? undefined : this.#values.hash(longest);
  }

  /** Goes through everything that is worth remembering; what is new is marked. */
  #marks(event: Event, values: Values, isFirst: (key: SeenKey) => boolean): readonly Enrichment[] {
    const { host, user, actor, src, dst, query, url, process, file } = values;
    let marks: Enrichment[] | undefined;
    const take = (key: SeenKey | undefined, name: string): void => {
      if (key === undefined || !isFirst(key)) return;
      const data = { kind: key.kind, first_seen_time: event.time };
      marks ??= [];
      marks.push({ name, value: key.id, type: 'first_seen', provider: 'cordon', data });
    };
    take(host?.key, 'device.hostname');
    take(user?.key, 'user.name');
    take(actor?.key, 'actor.user.name');
    take(src?.key, 'src_endpoint.ip');
    take(dst?.key, 'dst_endpoint.ip');
    take(query?.key, 'query.hostname');
    take(url?.key, 'url.hostname');
    take(process, 'process.file.hashes');
    take(file, 'file.hashes');
    return marks ?? NO_MARKS;
  }

  #ofDevice(
    { ip, uid }: NonNullable<Event['device']>,
    host: HostFacts | undefined,
    at: EpochMs,
  ): Asset | undefined {
    return (
      (uid === undefined ? undefined : this.#values.inventory.assetByUid(uid)) ??
      host?.asset ??
      (ip === undefined ? undefined : this.asset(ip, at))
    );
  }

  #endpoint(
    { hostname, mac }: Endpoint,
    address: AddressFacts | undefined,
    at: EpochMs,
  ): EndpointFindings | undefined {
    const lease = address && this.#leaseOf(address, at);
    const asset =
      (hostname ? this.#values.host(hostname).asset : undefined) ??
      (lease === undefined ? address?.asset : this.#ofLease(lease)) ??
      (mac === undefined ? undefined : this.#values.inventory.assetByMac(mac));
    const geo = address?.geo;
    return geo || lease || asset ? { geo, lease, asset } : undefined;
  }

  #leaseOf({ ip, key }: AddressFacts, at: EpochMs): Lease | undefined {
    return key === undefined && this.#leases.size > 0 ? this.#leases.at(ip, at) : undefined;
  }

  #ofLease({ hostname, mac }: Lease): Asset | undefined {
    return (
      (hostname === undefined ? undefined : this.#values.host(hostname).asset) ??
      (mac === undefined ? undefined : this.#values.inventory.assetByMac(mac))
    );
  }

  /** A lease of that time tells better than an address that was written down once. */
  asset: Known['asset'] = (nameOrIp, at) => {
    const address = this.#values.address(nameOrIp);
    if (address === undefined) return this.#values.host(nameOrIp).asset;
    const lease = at === undefined ? undefined : this.#leaseOf(address, at);
    return lease === undefined ? address.asset : this.#ofLease(lease);
  };

  identity: Known['identity'] = (user) => this.#values.user(user).identity;

  seen: Known['seen'] = (kind, id) => this.#seen.find(toSeenKey(kind, id));

  useInventory(inventory: Inventory): void {
    this.#values.useInventory(inventory);
  }

  useGeo(geo: GeoLookup | undefined): void {
    this.#values.useGeo(geo);
  }

  stats = (): EnricherStats => {
    return {
      assets: this.#values.inventory.assets,
      identities: this.#values.inventory.identities,
      leases: this.#leases.size,
      remembered: this.#seen.size,
      evicted: { leases: this.#leases.evicted, remembered: this.#seen.evicted },
    };
  };

  snapshot(): Json {
    return { leases: this.#leases.snapshot(), seen: this.#seen.snapshot() };
  }

  restore(from: Json): void {
    const { leases, seen } = from as { readonly leases: Json; readonly seen: Json };
    this.#leases.restore(leases);
    this.#seen.restore(seen);
  }
}

/** An enricher that knows nothing yet but what it is given. */
export const createEnricher = (options: EnricherOptions = {}): Enricher =>
  new StreamEnricher(options);
