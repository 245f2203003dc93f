import { canonicalHost, canonicalUser, isCommonAccount } from '../entity/resolve.ts';
import type { Event, File } from '../event/event.ts';
import type { AddressBook } from './address-book.ts';
import { Recent } from './recent.ts';
import { toRegisteredDomain } from './registered-domain.ts';
import type { SeenKind } from './seen-book.ts';

/** One thing of an event that is remembered, with its path. */
export interface SeenKey {
  readonly kind: SeenKind;
  readonly id: string;
  readonly name: string;
}

const CAPACITY = 10_000;

/** Works out what an event holds that is worth remembering; names that come often cost one look-up. */
export class SeenKeys {
  readonly #addresses: AddressBook;
  readonly #hosts = new Recent<string>(CAPACITY);
  readonly #users = new Recent<string>(CAPACITY);
  readonly #domains = new Recent<string>(CAPACITY);
  readonly #isHome: (domain: string) => boolean;

  constructor(addresses: AddressBook, homeDomains: readonly string[]) {
    this.#addresses = addresses;
    const home = homeDomains.map((name) => name.toLowerCase().replace(/^\.|\.$/g, ''));
    this.#isHome = (name) => home.some((own) => name === own || name.endsWith(`.${own}`));
  }

  /** The registered domain of a name outside, or undefined. */
  domainOf(hostname: string): string | undefined {
    return this.#domains.get(hostname, this.#toDomain) || undefined;
  }

  of(event: Event): readonly SeenKey[] {
    const keys: SeenKey[] = [];
    const { device, user, actor, src_endpoint: src, dst_endpoint: dst } = event;
    this.#host(keys, device?.hostname);
    this.#user(keys, 'user.name', user?.name);
    this.#user(keys, 'actor.user.name', actor?.user?.name);
    this.#hashes(keys, 'process.file.hashes', event.process?.file);
    this.#hashes(keys, 'file.hashes', event.file);
    this.#domain(keys, 'query.hostname', event.query?.hostname);
    this.#domain(keys, 'url.hostname', event.url?.hostname);
    this.#ip(keys, 'src_endpoint.ip', src?.ip);
    this.#ip(keys, 'dst_endpoint.ip', dst?.ip);
    return keys;
  }

  readonly #toHost = (text: string): string => canonicalHost(text);
  readonly #toUser = (text: string): string => (isCommonAccount(text) ? '' : canonicalUser(text));
  readonly #toDomain = (text: string): string =>
    this.#isHome(text.toLowerCase()) ? '' : (toRegisteredDomain(text) ?? '');

  #host(keys: SeenKey[], text: string | undefined): void {
    if (text === undefined) return;
    keys.push({ kind: 'host', id: this.#hosts.get(text, this.#toHost), name: 'device.hostname' });
  }

  #user(keys: SeenKey[], name: string, text: string | undefined): void {
    const id = text === undefined ? '' : this.#users.get(text, this.#toUser);
    if (id !== '') keys.push({ kind: 'user', id, name });
  }

  #hashes(keys: SeenKey[], name: string, file: File | undefined): void {
    const hashes = file?.hashes;
    const longest = hashes?.reduce((a, b) => (b.value.length > a.value.length ? b : a), {
      value: '',
    });
    if (longest && longest.value !== '')
      keys.push({ kind: 'hash', id: longest.value.toLowerCase(), name });
  }

  #domain(keys: SeenKey[], name: string, text: string | undefined): void {
    const id = text === undefined ? undefined : this.domainOf(text);
    if (id !== undefined) keys.push({ kind: 'domain', id, name });
  }

  #ip(keys: SeenKey[], name: string, text: string | undefined): void {
    const facts = text === undefined ? undefined : this.#addresses.find(text);
    if (facts?.isExternal) keys.push({ kind: 'ip', id: facts.ip, name });
  }
}
