import type { EntityRef } from '../entity/entity.ts';
import { BoundedMap } from '../shared/bounded-map.ts';
import type { Json } from '../shared/json.ts';
import { LentValues } from '../shared/lent-values.ts';
import type { SigmaCorrelation } from '../sigma/rule.ts';
import { isMet } from './measure.ts';
import { addSeen, refsSince } from './seen-entity.ts';
import { addHit, copyWindow, type Hit, type Window, windowOf } from './window.ts';

/** What a window is cut to. */
interface Limits {
  readonly timespanMs: number;
  readonly cap: number;
}

/** So many sources of one timespan are told apart. */
const MAX_TOLD = 50;
const MIN_CAP = 200;
const VALUE_CAP = 10_000;

/**
 * The windows of conditions that are judged at each event: sliding, `timespan` long, measured back
 * from the group's newest event, both ends counted in.
 * - Refire: once; the group then stays silent until an event later than `timespan` after that
 *   firing meets the condition again, so a lasting attack fires again once for each timespan. A
 *   correlation that is for each source fires in between, too, for sources not named yet (50).
 * - Bounds: the group longest untouched goes (`evicted`); in a group the newest 200 hits, or ten
 *   times the threshold, or 10,000 where values are added up.
 */
export class SlidingWindows {
  readonly #windows: BoundedMap<string, Window>;
  readonly #lent = new LentValues(copyWindow);
  /** One for each correlation that there is. */
  readonly #limits = new Map<SigmaCorrelation, Limits>();

  constructor(maxGroups: number) {
    this.#windows = new BoundedMap(maxGroups);
  }

  get size(): number {
    return this.#windows.size;
  }

  get evicted(): number {
    return this.#windows.evicted;
  }

  /**
   * Counts hits of one event, about `refs`; the window when it fires, `late` when they are too old to
   * count. The window goes on being written into: what is to be kept of it is copied.
   */
  add(
    correlation: SigmaCorrelation,
    key: string,
    { hits, refs }: { readonly hits: readonly Hit[]; readonly refs: readonly EntityRef[] },
  ): Pick<Window, 'hits' | 'entities'> | 'late' | undefined {
    const limits = this.#limitsOf(correlation);
    const there = this.#windows.get(key);
    const window = there ? this.#lent.toWrite(there) : this.#lent.own({ hits: [], entities: [] });
    // Hits of one event have one time: either all of them are late or none.
    for (const hit of hits) if (!addHit(window, hit, limits)) return 'late';
    const at = hits[0]?.at ?? 0;
    addSeen(window.entities, refs, at);
    this.#windows.set(key, window);
    const { firedAt } = window;
    const isSilent = firedAt !== undefined && at <= firedAt + correlation.timespanMs;
    if (isSilent && !isNew(window, refs)) return undefined;
    if (!isMet(correlation, window.hits)) return undefined;
    const newest = window.hits.at(-1)?.at;
    if (newest && !isSilent) window.firedAt = newest;
    if (correlation.isForEachSource) tell(window, isSilent);
    return window;
  }

  #limitsOf(correlation: SigmaCorrelation): Limits {
    const there = this.#limits.get(correlation);
    if (there) return there;
    const limits = { timespanMs: correlation.timespanMs, cap: capOf(correlation) };
    this.#limits.set(correlation, limits);
    return limits;
  }

  snapshot(): Json {
    this.#lent.lend();
    return this.#windows.entries() as unknown as Json;
  }

  /** Takes back the windows whose key `isKnown`. */
  restore(json: Json | undefined, isKnown: (key: string) => boolean): void {
    const rows = Array.isArray(json) ? (json as readonly Json[]) : [];
    this.#windows.fill(rows.flatMap((row) => toEntry(row, isKnown)));
  }
}

const sourcesOf = (refs: readonly EntityRef[]): readonly string[] =>
  refs.filter(({ role }) => role === 'source').map(({ kind, id }) => `${kind}:${id}`);

/** Is one of them a source that no signal named, of a window that fires for each? */
const isNew = ({ told }: Window, refs: readonly EntityRef[]): boolean =>
  told !== undefined &&
  told.length < MAX_TOLD &&
  sourcesOf(refs).some((source) => !told.includes(source));

/** Keeps whom a signal names: with the others of this timespan, or as the first. */
function tell(window: Window, isAgain: boolean): void {
  const seen = sourcesOf(refsSince(window.entities, window.hits[0]?.at ?? 0));
  window.told = [...new Set([...(isAgain ? (window.told ?? []) : []), ...seen])];
}

function toEntry(
  row: Json,
  isKnown: (key: string) => boolean,
): readonly (readonly [string, Window])[] {
  if (!Array.isArray(row)) return [];
  const [key, json] = row as readonly Json[];
  const window = windowOf(json);
  return typeof key === 'string' && window && isKnown(key) ? [[key, window]] : [];
}

function capOf({ bounds, type }: SigmaCorrelation): number {
  const least = type === 'value_sum' ? VALUE_CAP : MIN_CAP;
  return Math.max(least, ...bounds.map(({ value }) => Math.min(value * 10, 100_000)));
}
