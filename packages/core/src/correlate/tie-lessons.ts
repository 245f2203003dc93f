import { BoundedMap } from '../shared/bounded-map.ts';
import type { Json } from '../shared/json.ts';

/*
 * What people teach by putting incidents together and taking them apart, as a lean of each pair of
 * rules: a place, a clock or an account that ties two alerts counts for more or less by it. Bounded: two
 * acts count and no more, so that the same process always ties, and taking an act back takes back all it
 * taught.
 */

const MAX_PAIRS = 5_000;
const STEP = 0.85;
const MAX_LEAN = 2;
/** An incident of very many rules teaches of those that come first. */
const MAX_RULES = 12;

const keyOf = (a: string, b: string): string => (a < b ? `${a}\n${b}` : `${b}\n${a}`);

export class TieLessons {
  readonly #leans = new BoundedMap<string, number>(MAX_PAIRS);
  #changes = 0;

  get changes(): number {
    return this.#changes;
  }

  /** A person put what fired under these rules together (1), or apart (-1). */
  teach(one: readonly string[], other: readonly string[], lean: 1 | -1): void {
    const pairs = new Set(
      [...new Set(one)]
        .slice(0, MAX_RULES)
        .flatMap((a) => [...new Set(other)].slice(0, MAX_RULES).map((b) => keyOf(a, b))),
    );
    for (const pair of pairs) this.#leans.set(pair, (this.#leans.get(pair) ?? 0) + lean);
    this.#changes += 1;
  }

  /** By what the weight of a tie between alerts of these rules is multiplied; 1 where nothing was taught. */
  favourOf(a: string, b: string): number {
    if (this.#leans.size === 0) return 1;
    const lean = this.#leans.get(keyOf(a, b)) ?? 0;
    return STEP ** -Math.max(-MAX_LEAN, Math.min(MAX_LEAN, lean));
  }

  snapshot(): Json {
    return this.#leans.entries().filter(([, lean]) => lean !== 0) as unknown as Json;
  }

  restore(from: Json): void {
    this.#leans.fill(from as unknown as readonly (readonly [string, number])[]);
  }
}
