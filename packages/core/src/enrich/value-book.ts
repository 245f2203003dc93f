import {
  canonicalHost,
  canonicalIp,
  canonicalUser,
  isCommonAccount,
  isExternalIp,
} from '../entity/resolve.ts';
import type { Asset, Identity } from './asset.ts';
import type { GeoFacts, GeoLookup } from './geo.ts';
import type { Inventory } from './inventory.ts';
import { Recent } from './recent.ts';
import { toRegisteredDomain } from './registered-domain.ts';
import { type SeenKey, toSeenKey } from './seen-book.ts';

/** What a host name says by itself. */
export interface HostFacts {
  readonly key: SeenKey;
  readonly asset: Asset | undefined;
}

/** What an account name says by itself; accounts that every machine has are not remembered. */
export interface UserFacts {
  readonly key: SeenKey | undefined;
  readonly identity: Identity | undefined;
}

/** What an address is by itself; `key` and `geo` only where it is one of the internet. */
export interface AddressFacts {
  readonly ip: string;
  readonly key: SeenKey | undefined;
  readonly geo: GeoFacts | undefined;
  /** As it was written down; a lease tells better. */
  readonly asset: Asset | undefined;
}

/** The registered domain of a name outside; without a key there is none. */
export interface DomainFacts {
  readonly key: SeenKey | undefined;
}

const NO_DOMAIN: DomainFacts = { key: undefined };
const NO_ADDRESS: AddressFacts = { ip: '', key: undefined, geo: undefined, asset: undefined };
const CAPACITY = 20_000;

/**
 * What values say by themselves, whenever they come. Worked out once for each that comes often, so
 * that the same name in the next event costs one look-up.
 */
export class ValueBook {
  readonly #hosts = new Recent<HostFacts>(CAPACITY);
  readonly #users = new Recent<UserFacts>(CAPACITY);
  readonly #addresses = new Recent<AddressFacts>(CAPACITY);
  readonly #domains = new Recent<DomainFacts>(CAPACITY);
  readonly #hashes = new Recent<SeenKey>(CAPACITY);
  readonly #home: readonly string[];
  #inventory: Inventory;
  #geo: GeoLookup | undefined;

  constructor(
    inventory: Inventory,
    given: { readonly geo?: GeoLookup; readonly homeDomains?: readonly string[] },
  ) {
    this.#inventory = inventory;
    this.#geo = given.geo;
    this.#home = (given.homeDomains ?? []).map((name) =>
      name.toLowerCase().replace(/^\.|\.$/g, ''),
    );
  }

  get inventory(): Inventory {
    return this.#inventory;
  }

  useInventory(inventory: Inventory): void {
    this.#inventory = inventory;
    this.#hosts.clear();
    this.#users.clear();
    this.#addresses.clear();
  }

  useGeo(geo: GeoLookup | undefined): void {
    this.#geo = geo;
    this.#addresses.clear();
  }

  host(text: string): HostFacts {
    return this.#hosts.get(text, this.#toHost);
  }

  user(text: string): UserFacts {
    return this.#users.get(text, this.#toUser);
  }

  /** Undefined for what is no address. */
  address(text: string): AddressFacts | undefined {
    const facts = this.#addresses.get(text, this.#toAddress);
    return facts === NO_ADDRESS ? undefined : facts;
  }

  domain(text: string): DomainFacts {
    return this.#domains.get(text, this.#toDomain);
  }

  hash(text: string): SeenKey {
    return this.#hashes.get(text, this.#toHash);
  }

  readonly #toHost = (text: string): HostFacts => ({
    key: toSeenKey('host', canonicalHost(text)),
    asset: this.#inventory.asset(text),
  });

  readonly #toUser = (text: string): UserFacts => ({
    key: isCommonAccount(text) ? undefined : toSeenKey('user', canonicalUser(text)),
    identity: this.#inventory.identity(text),
  });

  readonly #toAddress = (text: string): AddressFacts => {
    const ip = canonicalIp(text);
    if (ip === undefined) return NO_ADDRESS;
    const isExternal = isExternalIp(ip);
    return {
      ip,
      key: isExternal ? toSeenKey('ip', ip) : undefined,
      geo: isExternal ? this.#geo?.find(ip) : undefined,
      asset: this.#inventory.asset(ip),
    };
  };

  readonly #toDomain = (text: string): DomainFacts => {
    const name = text.toLowerCase().replace(/\.$/, '');
    if (this.#home.some((own) => name === own || name.endsWith(`.${own}`))) return NO_DOMAIN;
    const domain = toRegisteredDomain(name);
    return domain === undefined ? NO_DOMAIN : { key: toSeenKey('domain', domain) };
  };

  readonly #toHash = (text: string): SeenKey => toSeenKey('hash', text.toLowerCase());
}
