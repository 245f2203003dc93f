import { BoundedMap } from '../../shared/bounded-map.ts';
import type { Json } from '../../shared/json.ts';
import type { EpochMs } from '../../shared/time.ts';
import { HOUR_MS, MINUTE_MS } from '../../shared/time.ts';

/*
 * What goes on around a signal: how often its rule fires on the machine, since when, how evenly, and
 * what else fired there. Event time, bounded.
 */

/** At the same time: within so long. */
export const SAME_TIME_MS = 10 * MINUTE_MS;
const SLOT_MS = 5 * MINUTE_MS;
const HOUR_SLOTS = 12;
const MAX_PLACES = 20_000;
const MAX_HOSTS = 5_000;
const MAX_RECENT = 64;
/** So much that fired on a machine stays in view for what follows. */
const TRAIL_MS = 2 * HOUR_MS;

/** One rule on one machine. */
interface Place {
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
  readonly slots: readonly (readonly [slot: number, count: number])[];
  readonly activeSlots: number;
}

/** One rule that fired lately on a machine. */
export interface Recent {
  readonly ruleId: string;
  readonly at: EpochMs;
  readonly isNew: boolean;
  /** Nats by which the rule alone speaks of a threat. */
  readonly strength: number;
}

/** Something that fired for the first time anywhere, or that is strong by itself. */
interface Striking {
  readonly ruleId: string;
  readonly host: string;
  readonly at: EpochMs;
  readonly isNews: boolean;
  readonly isStrong: boolean;
}

/** What is known of a signal's rule on its machine, the signal itself counted in. */
export interface Pace {
  readonly firstAt: EpochMs;
  /** Firings in the running five minutes, and in the hour up to now. */
  readonly now: number;
  readonly hour: number;
  /** Five-minute slots with a firing, ever. */
  readonly activeSlots: number;
  /** Complete slots of the last hour, oldest first, none of them empty; else empty. */
  readonly even: readonly number[];
}

const slotOf = (at: EpochMs): number => Math.floor(at / SLOT_MS);
const placeKey = (ruleId: string, host: string): string => `${ruleId}\n${host}`;

export class Surroundings {
  readonly #places = new BoundedMap<string, Place>(MAX_PLACES);
  readonly #rules = new BoundedMap<string, EpochMs>(MAX_PLACES);
  readonly #hosts = new BoundedMap<string, readonly Recent[]>(MAX_HOSTS);
  #striking: readonly Striking[] = [];

  /** Counts a signal of so many events; says how the rule paces there. */
  count(
    { ruleId, host }: { readonly ruleId: string; readonly host: string },
    { at, count }: { readonly at: EpochMs; readonly count: number },
  ): Pace {
    const key = placeKey(ruleId, host);
    const before = this.#places.get(key);
    const slot = slotOf(at);
    const last = before?.slots.at(-1);
    const isSame = last !== undefined && last[0] >= slot;
    const slots = isSame
      ? [...(before?.slots.slice(0, -1) ?? []), [last[0], last[1] + count] as const]
      : [...(before?.slots ?? []), [slot, count] as const];
    const place: Place = {
      firstAt: before?.firstAt ?? at,
      lastAt: at,
      slots: slots.filter(([one]) => one > slot - HOUR_SLOTS - 1),
      activeSlots: (before?.activeSlots ?? 0) + (isSame ? 0 : 1),
    };
    this.#places.set(key, place);
    if (this.#rules.get(ruleId) === undefined) this.#rules.set(ruleId, at);
    return toPace(place, slot);
  }

  /** Since when a rule has fired anywhere. */
  firstAnywhere(ruleId: string): EpochMs | undefined {
    return this.#rules.get(ruleId);
  }

  /** How a rule paces on a machine, nothing counted in. */
  paceOf({ ruleId, host }: { readonly ruleId: string; readonly host: string }, at: EpochMs): Pace {
    const place = this.#places.get(placeKey(ruleId, host));
    return place === undefined
      ? NO_PACE(at)
      : toPace(place, Math.max(slotOf(at), slotOf(place.lastAt)));
  }

  /** Keeps what fired in view for what follows; true when it strikes and did not do so a moment ago. */
  note(
    host: string,
    recent: Recent,
    { isNews, isStrong }: { readonly isNews: boolean; readonly isStrong: boolean },
  ): boolean {
    const { ruleId, at } = recent;
    const there = this.recentOn(host, at).filter((one) => one.ruleId !== ruleId);
    this.#hosts.set(host, [...there, recent].slice(-MAX_RECENT));
    if (!isNews && !isStrong) return false;
    const isFresh = !this.#striking.some(
      (one) => one.ruleId === ruleId && one.host === host && at - one.at <= SAME_TIME_MS,
    );
    const before = this.#striking.filter(
      (one) => at - one.at <= TRAIL_MS && !(one.ruleId === ruleId && one.host === host),
    );
    this.#striking = [...before, { ruleId, host, at, isNews, isStrong }].slice(-MAX_RECENT);
    return isFresh;
  }

  /** What fired on a machine in the two hours up to a time, each rule once, the newest last. */
  recentOn(host: string, at: EpochMs): readonly Recent[] {
    return (this.#hosts.get(host) ?? []).filter((one) => at - one.at <= TRAIL_MS);
  }

  /** New and strong rules on other machines at about that time, each rule once. */
  elsewhere(host: string, at: EpochMs, withinMs: number) {
    const near = this.#striking.filter(
      (one) => one.host !== host && Math.abs(at - one.at) <= withinMs,
    );
    const countOf = (test: (one: Striking) => boolean): number =>
      new Set(near.filter(test).map(({ ruleId }) => ruleId)).size;
    return { news: countOf((one) => one.isNews), strong: countOf((one) => one.isStrong) };
  }

  snapshot(): Json {
    return {
      places: this.#places.entries(),
      rules: this.#rules.entries(),
      hosts: this.#hosts.entries(),
      striking: this.#striking,
    } as unknown as Json;
  }

  restore(from: Json): void {
    const snapshot = from as unknown as {
      readonly places: readonly (readonly [string, Place])[];
      readonly rules: readonly (readonly [string, EpochMs])[];
      readonly hosts: readonly (readonly [string, readonly Recent[]])[];
      readonly striking: readonly Striking[];
    };
    this.#places.fill(snapshot.places);
    this.#rules.fill(snapshot.rules);
    this.#hosts.fill(snapshot.hosts);
    this.#striking = snapshot.striking;
  }
}

const NO_PACE = (at: EpochMs): Pace => ({ firstAt: at, now: 0, hour: 0, activeSlots: 0, even: [] });

function toPace({ firstAt, slots, activeSlots }: Place, slot: number): Pace {
  const hour = slots.filter(([one]) => one > slot - HOUR_SLOTS);
  const complete = slots.filter(([one]) => one < slot);
  const isUnbroken = complete.every(([one], index) => one === slot - complete.length + index);
  return {
    firstAt,
    now: slots.at(-1)?.[1] ?? 0,
    hour: hour.reduce((sum, [, count]) => sum + count, 0),
    activeSlots,
    even: isUnbroken ? complete.map(([, count]) => count) : [],
  };
}
