import { canonicalHost, canonicalIp, canonicalUser } from '../entity/resolve.ts';
import type { Asset, Identity, InventoryRows } from './asset.ts';

const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)];

const higher = <T extends number>(a: T | undefined, b: T | undefined): T | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;

/** What is given, without members that are not. */
const present = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;

/** Two sources on one machine: what the first says holds, but for the higher criticality. */
function mergeAssets(a: Asset, b: Asset): Asset {
  return present({
    ...b,
    ...a,
    aliases: distinct([...a.aliases, ...b.aliases, b.name].filter((name) => name !== a.name)),
    ips: distinct([...a.ips, ...b.ips]),
    macs: distinct([...a.macs, ...b.macs]),
    tags: distinct([...a.tags, ...b.tags]),
    criticality: higher(a.criticality, b.criticality) as Asset['criticality'],
    isExposed: a.isExposed || b.isExposed,
  } as Asset);
}

/** Two sources on one account: what the first says holds, but for the wider rights. */
function mergeIdentities(a: Identity, b: Identity): Identity {
  const isDomain = a.privilege === 'domain' || b.privilege === 'domain';
  return present({
    ...b,
    ...a,
    aliases: distinct([...a.aliases, ...b.aliases, b.name].filter((name) => name !== a.name)),
    privilege: isDomain ? 'domain' : (a.privilege ?? b.privilege),
  } as Identity);
}

function gather<T>(
  rows: readonly T[],
  keyOf: (row: T) => string,
  merge: (a: T, b: T) => T,
): ReadonlyMap<string, T> {
  const byKey = new Map<string, T>();
  for (const row of rows) {
    const there = byKey.get(keyOf(row));
    byKey.set(keyOf(row), there === undefined ? row : merge(there, row));
  }
  return byKey;
}

/**
 * The machines and accounts of a house, found by any name they go by. Made once from everything that
 * the sources tell; a change makes a new one. The first to claim an address or an alias keeps it.
 */
export class Inventory {
  readonly #assets: ReadonlyMap<string, Asset>;
  readonly #identities: ReadonlyMap<string, Identity>;
  readonly #assetBy = new Map<string, Asset>();
  readonly #identityBy = new Map<string, Identity>();

  constructor(sources: readonly InventoryRows[] = []) {
    this.#assets = gather(
      sources.flatMap(({ assets }) => assets),
      ({ name }) => canonicalHost(name),
      mergeAssets,
    );
    this.#identities = gather(
      sources.flatMap(({ identities }) => identities),
      ({ name }) => canonicalUser(name),
      mergeIdentities,
    );
    for (const [key, asset] of this.#assets) {
      this.#assetBy.set(key, asset);
      for (const other of [...asset.aliases.map(canonicalHost), ...asset.ips, ...asset.macs])
        if (!this.#assetBy.has(other)) this.#assetBy.set(other, asset);
      if (asset.uid !== undefined) this.#assetBy.set(`uid:${asset.uid}`, asset);
    }
    for (const [key, identity] of this.#identities) this.#post(key, identity);
  }

  get assets(): number {
    return this.#assets.size;
  }

  get identities(): number {
    return this.#identities.size;
  }

  /** The machine of that host name, address or MAC. */
  asset(name: string): Asset | undefined {
    return this.#assetBy.get(canonicalIp(name) ?? canonicalHost(name));
  }

  assetByMac(mac: string): Asset | undefined {
    return this.#assetBy.get(toMac(mac) ?? '');
  }

  assetByUid(uid: string): Asset | undefined {
    return this.#assetBy.get(`uid:${uid}`);
  }

  /** The account of that log-in name, mail address or SID. */
  identity(name: string): Identity | undefined {
    const lower = name.trim().toLowerCase();
    return this.#identityBy.get(lower) ?? this.#identityBy.get(canonicalUser(name));
  }

  #post(key: string, identity: Identity): void {
    const { sid, email, aliases } = identity;
    const others = [sid?.toLowerCase(), email?.toLowerCase(), ...aliases.map(canonicalUser)];
    this.#identityBy.set(key, identity);
    for (const other of others)
      if (other !== undefined && !this.#identityBy.has(other))
        this.#identityBy.set(other, identity);
  }
}

/** The one form of a hardware address, or undefined when it is none. */
export function toMac(text: string): string | undefined {
  const digits = text.toLowerCase().replaceAll(/[-:.]/g, '');
  return /^[0-9a-f]{12}$/.test(digits) ? (digits.match(/../g) ?? []).join(':') : undefined;
}
