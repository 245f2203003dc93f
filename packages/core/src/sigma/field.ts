import type { Event } from '../event/event.ts';
import { networkOf } from './address-range.ts';
import { NESTED_PRODUCTS, OCSF_ROOTS, PRODUCT_FIELDS, TAXONOMY } from './taxonomy.ts';

/** Reads one named thing of an event; undefined when it is not there. */
export type Accessor = (event: Event) => unknown;

const MAX_CACHED = 20_000;
const cache = new Map<string, Accessor>();

/**
 * How a Sigma field name is read: a derived name (`cordon.source_network`) from the event; a name
 * of the product-independent taxonomy from its OCSF attribute; otherwise the record's own field, as one literal key or as a dotted path; otherwise,
 * when it begins with an OCSF attribute, that path on the event. Compiled once for each name.
 */
export function resolveField(name: string): Accessor {
  const there = cache.get(name);
  if (there) return there;
  const accessor = build(name);
  if (cache.size < MAX_CACHED) cache.set(name, accessor);
  return accessor;
}

/** Is the name read from the record's own field of that very key and from nowhere else? */
export const isOwnField = (name: string): boolean =>
  !name.includes('.') && !Object.hasOwn(TAXONOMY, name) && !OCSF_ROOTS.has(name);

/** What is worked out of an event and stands in no record. */
const DERIVED: Readonly<Record<string, Accessor>> = {
  'cordon.source_network': ({ src_endpoint }) => networkOf(src_endpoint?.ip ?? ''),
};

/** What Wazuh said of an event: under this name beside the event of another, bare in alerts of its own. */
const WAZUH = 'wazuh.';

function build(name: string): Accessor {
  const derived = Object.hasOwn(DERIVED, name) ? DERIVED[name] : undefined;
  if (derived) return derived;
  const own = readOwn(name);
  if (name.startsWith(WAZUH)) return orBare(own, readOwn(name.slice(WAZUH.length)));
  const entry = Object.hasOwn(TAXONOMY, name) ? TAXONOMY[name] : undefined;
  if (entry) {
    const readers = entry.map(readTarget);
    return (event) => own(event) ?? firstOf(readers, event);
  }
  const path = toPath(name);
  if (!OCSF_ROOTS.has(path[0]?.[0] ?? '')) return own;
  return (event) => own(event) ?? walk(event, path, 0);
}

const orBare =
  (own: Accessor, bare: Accessor): Accessor =>
  (event) =>
    own(event) ?? (event.provenance.logsource.product === 'wazuh' ? bare(event) : undefined);

/** A taxonomy target: `=Name` another field of the record, otherwise an OCSF path. */
function readTarget(target: string): Accessor {
  if (target.startsWith('=')) return readOwn(target.slice(1));
  const path = toPath(target);
  return (event) => walk(event, path, 0);
}

function firstOf(readers: readonly Accessor[], event: Event): unknown {
  for (const read of readers) {
    const value = read(event);
    if (value !== undefined) return value;
  }
  return undefined;
}

function readOwn(name: string): Accessor {
  const path = name.includes('.') ? toPath(name) : undefined;
  return ({ provenance: { fields } }) => {
    if (Object.hasOwn(fields, name)) return fields[name];
    return path ? walk(fields, path, 0) : undefined;
  };
}

/** For each step the keys that may stand there: the step itself, then with those behind it, since a key may hold dots. */
type Path = readonly (readonly string[])[];

function toPath(name: string): Path {
  const steps = name.split('.');
  return steps.map((_, from) =>
    steps.slice(from).map((_step, more) => steps.slice(from, from + more + 1).join('.')),
  );
}

/** Follows a path from one of its steps on; in an array every element is asked. */
function walk(from: unknown, path: Path, at: number): unknown {
  const keys = path[at];
  if (keys === undefined) return from;
  if (typeof from !== 'object' || from === null) return undefined;
  if (Array.isArray(from)) return collectFrom(from, path, at);
  for (let more = 0; more < keys.length; more += 1) {
    const key = keys[more] as string;
    if (Object.hasOwn(from, key))
      return walk((from as Record<string, unknown>)[key], path, at + more + 1);
  }
  return undefined;
}

function collectFrom(list: readonly unknown[], path: Path, at: number): unknown {
  const found = list.flatMap((item) => walk(item, path, at)).filter((value) => value !== undefined);
  return found.length === 0 ? undefined : found;
}

/** Names that rules of a product may use; undefined when the product's fields are not on a list. */
function knownNames(
  product: string | undefined,
  category: string | undefined,
): readonly string[] | undefined {
  const key = product ?? category ?? '';
  const own = Object.hasOwn(PRODUCT_FIELDS, key) ? PRODUCT_FIELDS[key] : undefined;
  return own ? [...own, ...Object.keys(TAXONOMY)] : undefined;
}

/** For a name that the log source does not have: the nearest that it has. Undefined when the name is fine. */
export function findUnknownField(
  name: string,
  logsource: { product?: string; category?: string },
): { nearest: string } | undefined {
  const names = knownNames(logsource.product, logsource.category);
  if (!names || names.includes(name)) return undefined;
  if (NESTED_PRODUCTS.has(logsource.product ?? '') && names.includes(name.split('.')[0] ?? ''))
    return undefined;
  if (name.startsWith(WAZUH)) return undefined;
  if (Object.hasOwn(DERIVED, name) || OCSF_ROOTS.has(name.split('.')[0] ?? '')) return undefined;
  return { nearest: nearestOf(name, names) };
}

/** The candidate with the smallest edit distance, case set aside. */
export function nearestOf(name: string, candidates: readonly string[]): string {
  let best = '';
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance >= bestDistance) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

/** Levenshtein distance, one row at a time; texts beyond 64 characters are cut. */
function editDistance(left: string, right: string): number {
  const a = left.slice(0, 64);
  const b = right.slice(0, 64);
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + cost));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
