import { canonicalIp, isExternalIp } from '../entity/resolve.ts';
import type { GeoFacts, GeoLookup } from './geo.ts';
import { Recent } from './recent.ts';

/** What an address is by itself. */
export interface AddressFacts {
  readonly ip: string;
  readonly isExternal: boolean;
  readonly geo?: GeoFacts;
}

const NO_ADDRESS: AddressFacts = { ip: '', isExternal: false };
const CAPACITY = 20_000;

/** Facts of addresses, worked out once for each that comes often. */
export class AddressBook {
  readonly #recent = new Recent<AddressFacts>(CAPACITY);
  #geo: GeoLookup | undefined;

  /** From now on. */
  use(geo: GeoLookup | undefined): void {
    this.#geo = geo;
    this.#recent.clear();
  }

  /** Undefined for what is no address. */
  find(text: string): AddressFacts | undefined {
    const facts = this.#recent.get(text, this.#make);
    return facts === NO_ADDRESS ? undefined : facts;
  }

  readonly #make = (text: string): AddressFacts => {
    const ip = canonicalIp(text);
    if (ip === undefined) return NO_ADDRESS;
    const isExternal = isExternalIp(ip);
    const geo = isExternal ? this.#geo?.find(ip) : undefined;
    return { ip, isExternal, ...(geo === undefined ? {} : { geo }) };
  };
}
