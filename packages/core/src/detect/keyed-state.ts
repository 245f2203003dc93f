import type { Event } from '../event/event.ts';
import { BoundedMap } from '../shared/bounded-map.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import { LentValues } from '../shared/lent-values.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Clue, DetectorRule, StreamDetector } from './stream-detector.ts';

/**
 * Plain states, one for each key, at most `capacity`: the key asked for longest ago goes and is
 * counted. States hold finite numbers, texts, lists of them, and objects of these; nothing else.
 */
export class KeyedState<S extends object> {
  readonly #states: BoundedMap<string, S>;
  readonly #lent = new LentValues<S>(copyOf);
  readonly #fresh: (time: number) => S;

  constructor({
    capacity,
    fresh,
  }: { readonly capacity: number; readonly fresh: (time: number) => S }) {
    this.#states = new BoundedMap(capacity);
    this.#fresh = fresh;
  }

  /** The state of the key, a fresh one where there is none; the key becomes the youngest. */
  at(key: string, time: number): S {
    const short = key.slice(0, MAX_KEY);
    const there = this.#states.get(short);
    const state = there ? this.#lent.toWrite(there) : this.#lent.own(this.#fresh(time));
    this.#states.set(short, state);
    return state;
  }

  /** The state of the key if there is one; its age stays. */
  peek(key: string): S | undefined {
    return this.#states.get(key.slice(0, MAX_KEY));
  }

  stats(): { readonly keys: number; readonly evicted: number } {
    return { keys: this.#states.size, evicted: this.#states.evicted };
  }

  snapshot(): Json {
    this.#lent.lend();
    return this.#states.entries() as unknown as Json;
  }

  /** Takes the entries that have the form of a fresh state; what is no snapshot changes nothing. */
  restore(from: Json | undefined): void {
    if (!Array.isArray(from)) return;
    const form = this.#fresh(0) as unknown;
    const entries = (from as readonly Json[]).filter(
      (entry): entry is [string, Json] =>
        Array.isArray(entry) && typeof entry[0] === 'string' && isLike(entry[1], form),
    );
    this.#states.fill(entries.map(([key, state]) => [key, state as unknown as S]));
  }
}

const MAX_KEY = 256;

/** States are plain: JSON carries all of them. */
const copyOf = <S extends object>(state: S): S => JSON.parse(JSON.stringify(state)) as S;

/** Has the JSON the members of `form`, each of the same kind? */
function isLike(json: unknown, form: unknown): boolean {
  if (Array.isArray(form)) return Array.isArray(json) && json.every(isPlain);
  if (typeof form !== 'object' || form === null) return typeof json === typeof form;
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return false;
  const members = json as Readonly<Record<string, unknown>>;
  return Object.entries(form).every(([name, part]) => isLike(members[name], part));
}

const isPlain = (value: unknown): boolean => typeof value === 'number' || typeof value === 'string';

/** What `createKeyedDetector` needs of a state. */
interface Saved {
  snapshot(): Json;
  restore(from: Json | undefined): void;
  stats(): { readonly keys: number; readonly evicted: number };
}

/** A detector whose whole memory is in keyed states. */
export function createKeyedDetector(parts: {
  readonly rule: DetectorRule;
  readonly states: Readonly<Record<string, Saved>>;
  readonly observe: (event: Event, time: EpochMs) => readonly Clue[];
}): StreamDetector {
  const { rule, states, observe } = parts;
  const all = Object.entries(states);
  return {
    rule,
    observe,
    snapshot: () => Object.fromEntries(all.map(([name, state]) => [name, state.snapshot()])),
    restore(from) {
      if (typeof from !== 'object' || from === null || Array.isArray(from)) return;
      for (const [name, state] of all) state.restore((from as JsonObject)[name]);
    },
    stats: () =>
      all
        .map(([, state]) => state.stats())
        .reduce((sum, { keys, evicted }) => ({
          keys: sum.keys + keys,
          evicted: sum.evicted + evicted,
        })),
  };
}
