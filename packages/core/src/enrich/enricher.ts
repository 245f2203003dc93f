import { canonicalIp } from '../entity/resolve.ts';
import type { Endpoint, Enrichment, Event } from '../event/event.ts';
import type { Json } from '../shared/json.ts';
import { toEpochMs } from '../shared/time.ts';
import { AddressBook } from './address-book.ts';
import { annotate, type EndpointFindings } from './annotate.ts';
import type { Asset } from './asset.ts';
import type { GeoLookup } from './geo.ts';
import { Inventory } from './inventory.ts';
import type { Known } from './known.ts';
import { Leases } from './leases.ts';
import { SeenBook } from './seen-book.ts';
import { SeenKeys } from './seen-keys.ts';

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

const NO_MARKS: readonly Enrichment[] = [];

class StreamEnricher implements Enricher {
  #inventory: Inventory;
  readonly #addresses = new AddressBook();
  readonly #leases = new Leases();
  readonly #seen = new SeenBook();
  readonly #keys: SeenKeys;

  constructor({ inventory, geo, homeDomains }: EnricherOptions) {
    this.#inventory = inventory ?? new Inventory();
    this.#addresses.use(geo);
    this.#keys = new SeenKeys(this.#addresses, homeDomains ?? []);
  }

  enrich(event: Event): Event {
    this.#leases.observe(event);
    const { offset } = event.provenance;
    const keys = this.#keys.of(event);
    for (const { kind, id } of keys) this.#seen.observe(kind, id, { at: event.time, offset });
    return this.#write(event, keys);
  }

  annotate(event: Event): Event {
    return this.#write(event, this.#keys.of(event));
  }

  #write(event: Event, keys: ReturnType<SeenKeys['of']>): Event {
    const { device, user, actor, url } = event;
    const inventory = this.#inventory;
    const hasPeople = inventory.identities > 0;
    const src = this.#endpoint(event.src_endpoint, event);
    const dst = this.#endpoint(event.dst_endpoint, event);
    const own = device && this.#ofDevice(device, event);
    const person = hasPeople && user?.name ? inventory.identity(user.name) : undefined;
    const acting = hasPeople && actor?.user?.name ? inventory.identity(actor.user.name) : undefined;
    const urlDomain = url?.hostname === undefined ? undefined : this.#keys.domainOf(url.hostname);
    return annotate(event, {
      ...(own ? { device: own } : {}),
      ...(src ? { src } : {}),
      ...(dst ? { dst } : {}),
      ...(person ? { user: person } : {}),
      ...(acting ? { actor: acting } : {}),
      ...(urlDomain === undefined ? {} : { urlDomain }),
      marks: this.#marks(event, keys),
    });
  }

  #marks(event: Event, keys: ReturnType<SeenKeys['of']>): readonly Enrichment[] {
    const { offset } = event.provenance;
    let marks: Enrichment[] | undefined;
    for (const { kind, id, name } of keys) {
      if (!this.#seen.isFirstAt(kind, id, offset)) continue;
      marks ??= [];
      marks.push({
        name,
        value: id,
        type: 'first_seen',
        provider: 'cordon',
        data: { kind, first_seen_time: event.time },
      });
    }
    return marks ?? NO_MARKS;
  }

  #ofDevice({ hostname, ip, uid }: NonNullable<Event['device']>, event: Event): Asset | undefined {
    if (this.#inventory.assets === 0) return undefined;
    return (
      (uid === undefined ? undefined : this.#inventory.assetByUid(uid)) ??
      (hostname === undefined ? undefined : this.#inventory.asset(hostname)) ??
      (ip === undefined ? undefined : this.asset(ip, event.time))
    );
  }

  /** A lease of that time tells better than an address that was written down once. */
  #endpoint(endpoint: Endpoint | undefined, event: Event): EndpointFindings | undefined {
    if (endpoint === undefined) return undefined;
    const address = endpoint.ip === undefined ? undefined : this.#addresses.find(endpoint.ip);
    const isOwn = address !== undefined && !address.isExternal;
    const lease = isOwn ? this.#leases.at(address.ip, event.time) : undefined;
    const asset = this.#inventory.assets === 0 ? undefined : this.#ofEndpoint(endpoint, event);
    if (address?.geo === undefined && lease === undefined && asset === undefined) return undefined;
    return {
      ...(address === undefined ? {} : { address }),
      ...(asset === undefined ? {} : { asset }),
      ...(lease === undefined ? {} : { lease }),
    };
  }

  #ofEndpoint({ hostname, ip, mac }: Endpoint, event: Event): Asset | undefined {
    return (
      (hostname === undefined ? undefined : this.#inventory.asset(hostname)) ??
      (ip === undefined ? undefined : this.asset(ip, event.time)) ??
      (mac === undefined ? undefined : this.#inventory.assetByMac(mac))
    );
  }

  asset: Known['asset'] = (nameOrIp, at = toEpochMs(Number.MAX_SAFE_INTEGER)) => {
    const inventory = this.#inventory;
    const ip = canonicalIp(nameOrIp);
    const lease = ip === undefined ? undefined : this.#leases.at(ip, at);
    if (lease === undefined) return inventory.asset(nameOrIp);
    return (
      (lease.hostname === undefined ? undefined : inventory.asset(lease.hostname)) ??
      (lease.mac === undefined ? undefined : inventory.assetByMac(lease.mac))
    );
  };

  identity: Known['identity'] = (user) => this.#inventory.identity(user);

  seen: Known['seen'] = (kind, id) => this.#seen.find(kind, id);

  useInventory(inventory: Inventory): void {
    this.#inventory = inventory;
  }

  useGeo(geo: GeoLookup | undefined): void {
    this.#addresses.use(geo);
  }

  stats(): EnricherStats {
    return {
      assets: this.#inventory.assets,
      identities: this.#inventory.identities,
      leases: this.#leases.size,
      remembered: this.#seen.size,
      evicted: { leases: this.#leases.evicted, remembered: this.#seen.evicted },
    };
  }

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
