import { BoundedMap } from '../shared/bounded-map.ts';
import type { Json } from '../shared/json.ts';
import type { EpochMs } from '../shared/time.ts';
import { DAY_MS, MINUTE_MS } from '../shared/time.ts';

interface Seen {
  readonly value: string;
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
}

const MAX_KEYS = 20_000;
const MAX_VALUES = 32;
const KEPT_MS = 7 * DAY_MS;

/** What is ordinarily seen with what, so that what many share ties little. Bounded; a count at its cap means "many". */
export class Habits {
  readonly #seen = new BoundedMap<string, readonly Seen[]>(MAX_KEYS);

  note(key: string, value: string, at: EpochMs): void {
    const list = this.#seen.get(key) ?? [];
    const known = list.find((one) => one.value === value);
    if (known && Math.abs(at - known.lastAt) < MINUTE_MS) return;
    const firstAt = known && known.firstAt < at ? known.firstAt : at;
    const lastAt = known && known.lastAt > at ? known.lastAt : at;
    const others = list.filter((one) => one !== known);
    this.#seen.set(key, [...others, { value, firstAt, lastAt }].slice(-MAX_VALUES));
  }

  /** How many different values were there before a time, within a week. What comes later may be the attack itself. */
  countBefore(key: string, at: EpochMs): number {
    const list = this.#seen.get(key) ?? [];
    return list.filter((one) => one.firstAt < at && one.lastAt >= at - KEPT_MS).length;
  }

  /** The values seen at or after a time, newest last. */
  valuesSince(key: string, at: EpochMs): readonly string[] {
    return (this.#seen.get(key) ?? []).filter((one) => one.lastAt >= at).map((one) => one.value);
  }

  snapshot(): Json {
    return this.#seen.entries() as unknown as Json;
  }

  restore(from: Json): void {
    this.#seen.fill(from as unknown as readonly (readonly [string, readonly Seen[]])[]);
  }
}
