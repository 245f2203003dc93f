import type { CompiledParser } from './compiled-parser.ts';
import type { Fields } from './map-attributes.ts';

/** Readers that take the JSON object as it is, so that its own names say who can take it. */
const PLAIN_READERS: ReadonlySet<string> = new Set(['json', 'ocsf']);

/**
 * Finds the parsers that can take a JSON object by the names at its top: each is found by the one
 * of its keys that fewest others ask for. Sound and in the given order: a parser that is left out
 * could not have taken the object.
 */
export function createKeyIndex(
  parsers: readonly CompiledParser[],
): (json: Fields | undefined) => readonly CompiledParser[] {
  const isKeyed = ({ definition, keys }: CompiledParser): boolean =>
    PLAIN_READERS.has(definition.reader) && keys.length > 0;
  const uses = new Map<string, number>();
  for (const parser of parsers.filter(isKeyed))
    for (const name of parser.keys.flatMap(topsOf)) uses.set(name, (uses.get(name) ?? 0) + 1);
  const always: number[] = [];
  const byName = new Map<string, number[]>();
  for (const [place, parser] of parsers.entries()) {
    if (!isKeyed(parser)) always.push(place);
    else
      for (const name of rarest(parser.keys.map(topsOf), uses))
        byName.set(name, [...(byName.get(name) ?? []), place]);
  }
  const without = always.map((place) => parsers[place] as CompiledParser);
  return (json) => {
    const places = new Set<number>();
    for (const name in json) for (const place of byName.get(name) ?? []) places.add(place);
    if (places.size === 0) return without;
    return [...places, ...always]
      .sort((left, right) => left - right)
      .map((place) => parsers[place] as CompiledParser);
  };
}

/** The names of which the object must have one at its top to have the key: itself, or what it lies in. */
const topsOf = (names: readonly string[]): readonly string[] => [
  ...new Set(names.flatMap((name) => [name, name.split('.')[0] ?? name])),
];

function rarest(
  keys: readonly (readonly string[])[],
  uses: ReadonlyMap<string, number>,
): readonly string[] {
  const costOf = (names: readonly string[]): number =>
    names.reduce((sum, name) => sum + (uses.get(name) ?? 0), 0);
  return keys.reduce((best, names) => (costOf(names) < costOf(best) ? names : best));
}
