import { mulberry } from './rename.ts';

const MAILBOX = /(?<![\w.+-])[A-Za-z0-9][\w.+-]*(?=@[A-Za-z0-9-]+\.[A-Za-z])/g;
const ACCOUNT =
  /("(?:userName|user_name|username|user|login|displayName|actor_name|hostname|host|ComputerName)"\s*:\s*")([A-Za-z][\w.-]{3,63})(?=")/g;
const ADDRESS = /(?<![\w./-])(?:\d{1,3}\.){3}\d{1,3}(?![\w.-])/g;
/** Addresses with a meaning of their own. */
const FIXED = /^(?:0|127|169\.254|255|22[4-9]|23\d)\./;
/** Accounts whose names the system gives. */
const WELL_KNOWN = /^(?:root|admin(?:istrator)?|system|guest|anonymous|none|null|true|false)$/i;
const PRIVATE = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/;

/**
 * Changes who and where in events of any product, by chance from a seed: the part of a mail address before
 * the @, accounts and machines under keys that name them, addresses. The same one always in the same way.
 */
export class EventRenamer {
  readonly #given = new Map<string, string>();
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = mulberry(seed);
  }

  rename(text: string): string {
    return text
      .replace(MAILBOX, (name) => this.#nameOf(name))
      .replace(ACCOUNT, (whole, key: string, name: string) =>
        WELL_KNOWN.test(name) ? whole : `${key}${this.#nameOf(name)}`,
      )
      .replace(ADDRESS, (address) => (FIXED.test(address) ? address : this.#addressOf(address)));
  }

  #nameOf(name: string): string {
    return this.#oneFor(`name ${name.toLowerCase()}`, () => `u${this.#below(1e9).toString(36)}`);
  }

  /** An address inside stays inside, and one outside outside; its network stays what it was. */
  #addressOf(address: string): string {
    const [first = '', second = ''] = address.split('.');
    const kept = PRIVATE.test(address) && first === '10' ? [first] : [first, second];
    return this.#oneFor(address, () =>
      [...kept, ...Array.from({ length: 4 - kept.length }, () => 1 + this.#below(254))].join('.'),
    );
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #oneFor(key: string, make: () => string): string {
    const there = this.#given.get(key) ?? make();
    this.#given.set(key, there);
    return there;
  }
}
