import type { Event } from '../event/event.ts';
import { type Json, membersOf } from '../shared/json.ts';
import type { FieldTable } from '../sigma/event-view.ts';
import { Bucket, type PlacedRule } from './bucket.ts';
import { isFor, logsourceKey } from './route.ts';

/** Log sources, and different sets of rules for them, that are remembered; beyond them all is worked out again. */
const MAX_KEYS = 10_000;
const MAX_BUCKETS = 500;
/** Log sources of which a profile is kept. */
const MAX_PROFILES = 200;

interface BucketOptions {
  readonly fields: FieldTable;
  readonly isLearning: boolean;
  readonly profile?: Json | undefined;
}

/** One bucket for each set of rules that some log source has; made when its first event comes. */
export class Buckets {
  readonly #rules: readonly PlacedRule[];
  readonly #options: BucketOptions;
  readonly #byKey = new Map<string, Bucket>();
  /** By the places of the rules; each with the log source it was first made for. */
  readonly #bySet = new Map<string, { readonly key: string; readonly bucket: Bucket }>();
  #learned: ReadonlyMap<string, Json>;

  constructor(rules: readonly PlacedRule[], options: BucketOptions) {
    this.#rules = rules;
    this.#options = options;
    this.#learned = readProfile(options.profile);
  }

  /** The rules of the event's log source. */
  of(event: Event): Bucket {
    const key = logsourceKey(event);
    const there = this.#byKey.get(key);
    if (there) return there;
    if (this.#byKey.size >= MAX_KEYS) this.#byKey.clear();
    const bucket = this.#make(key, event);
    this.#byKey.set(key, bucket);
    return bucket;
  }

  #make(key: string, event: Event): Bucket {
    const rules = this.#rules.filter(({ rule }) => isFor(rule, event));
    const set = rules.map(({ place }) => place).join();
    const there = this.#bySet.get(set);
    if (there) return there.bucket;
    if (this.#bySet.size >= MAX_BUCKETS) this.#bySet.clear();
    const { fields, isLearning } = this.#options;
    const bucket = new Bucket(rules, fields, { profile: this.#learned.get(key), isLearning });
    this.#bySet.set(set, { key, bucket });
    return bucket;
  }

  /** What was learned, now and before. */
  profile(): Json {
    const learned = new Map(this.#learned);
    for (const { key, bucket } of this.#bySet.values())
      if (bucket.profile !== undefined) learned.set(key, bucket.profile);
    return Object.fromEntries([...learned].slice(-MAX_PROFILES));
  }

  /** Goes by another profile from now on. */
  restore(profile: Json | undefined): void {
    this.#learned = readProfile(profile);
    this.#byKey.clear();
    this.#bySet.clear();
  }
}

function readProfile(json: Json | undefined): ReadonlyMap<string, Json> {
  return new Map(Object.entries(membersOf(json)).slice(0, MAX_PROFILES));
}
