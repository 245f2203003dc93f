import { BoundedMap } from '../shared/bounded-map.ts';
import type { Json } from '../shared/json.ts';
import type { EpochMs } from '../shared/time.ts';

/** Who says whose a name is, with how surely that is so. */
export const NAME_CONFIDENCE = {
  /** The machine's own events give the address. */
  own_events: 0.9,
  /** A lease of DHCP; it ends. */
  dhcp: 0.95,
  /** One record gives the id beside the name. */
  same_record: 0.95,
} as const;
export type NameSource = keyof typeof NAME_CONFIDENCE;

/** Whose a name was, from when on, and until when where that is known. */
export interface Holding {
  /** Canonical id of the machine or account. */
  readonly holder: string;
  readonly from: EpochMs;
  readonly until?: EpochMs;
  readonly by: NameSource;
}

const MAX_NAMES = 20_000;
const MAX_PER_NAME = 8;

const covers = ({ from, until }: Holding, at: EpochMs): boolean =>
  from <= at && (until === undefined || at < until);

const endedAt = (holding: Holding, at: EpochMs): Holding =>
  holding.until !== undefined && holding.until <= at ? holding : { ...holding, until: at };

const later = (a: EpochMs | undefined, b: EpochMs | undefined): EpochMs | undefined =>
  a === undefined || b === undefined ? undefined : (Math.max(a, b) as EpochMs);

const spanning = ({ until: _, ...rest }: Holding, until: EpochMs | undefined): Holding =>
  until === undefined ? rest : { ...rest, until };

/**
 * Whose addresses, hardware addresses, instance ids, security identifiers and mail addresses were at a
 * time. A name is somebody's until somebody else has it or, where a lease tells, until it ends. What
 * comes late is put where it belongs. Bounded: a name keeps its newest eight holdings, the name that was
 * told of longest ago goes first and is counted.
 */
export class NameBook {
  readonly #holdings = new BoundedMap<string, readonly Holding[]>(MAX_NAMES);

  get size(): number {
    return this.#holdings.size;
  }

  get evicted(): number {
    return this.#holdings.evicted;
  }

  /** Takes in whose a name is from a time on; true where that was not known. */
  claim(name: string, claim: Holding): boolean {
    const held = this.#holdings.get(name) ?? [];
    const place = held.findLastIndex(({ from }) => from <= claim.from);
    const before = held[place];
    const next = held[place + 1];
    if (before && isGoingOn(before, claim)) {
      const length = before.by === claim.by ? later(before.until, claim.until) : before.until;
      const renewed = spanning(before, upTo(length, next?.from));
      this.#holdings.set(name, renewed.until === before.until ? held : held.with(place, renewed));
      return false;
    }
    const isEarlier = next?.by === claim.by && isGoingOn(claim, next);
    const rest = held.slice(place + (isEarlier ? 2 : 1));
    const until = isEarlier ? next.until : upTo(claim.until, next?.from);
    const earlier = held.slice(0, place + 1).map((one) => endedAt(one, claim.from));
    this.#holdings.set(name, [...earlier, spanning(claim, until), ...rest].slice(-MAX_PER_NAME));
    return true;
  }

  /** A lease ends before its time. */
  end(name: string, at: EpochMs): void {
    const held = this.#holdings.get(name);
    if (held === undefined) return;
    const ended = held.map((one) =>
      one.by === 'dhcp' && covers(one, at) ? endedAt(one, at) : one,
    );
    this.#holdings.set(name, ended);
  }

  /**
   * Whose a name was at a time, or is by what was told last. Before anybody told it was the first one's,
   * except by a lease: that has a beginning.
   */
  at(name: string, at?: EpochMs): Holding | undefined {
    const held = this.#holdings.get(name);
    if (held === undefined || at === undefined) return held?.at(-1);
    const holding = held.findLast((one) => covers(one, at));
    const [first] = held;
    if (holding !== undefined || first === undefined) return holding;
    return at < first.from && first.by !== 'dhcp' ? first : undefined;
  }

  /** Oldest first. */
  historyOf(name: string): readonly Holding[] {
    return this.#holdings.get(name) ?? [];
  }

  snapshot(): Json {
    return this.#holdings.entries() as unknown as Json;
  }

  restore(from: Json): void {
    this.#holdings.fill(from as unknown as readonly (readonly [string, readonly Holding[]])[]);
  }
}

/** Does a claim say no more than what is held already, by one who knows at least as well? */
const isGoingOn = (held: Holding, claim: Holding): boolean =>
  held.holder === claim.holder &&
  covers(held, claim.from) &&
  (held.by === claim.by || NAME_CONFIDENCE[held.by] > NAME_CONFIDENCE[claim.by]);

function upTo(until: EpochMs | undefined, next: EpochMs | undefined): EpochMs | undefined {
  if (until === undefined || next === undefined) return until ?? next;
  return Math.min(until, next) as EpochMs;
}
