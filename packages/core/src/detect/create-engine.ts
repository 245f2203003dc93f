import type { EntityRef } from '../entity/entity.ts';
import type { Event } from '../event/event.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import { EventView, FieldTable } from '../sigma/event-view.ts';
import type { SigmaCorrelation, SigmaDocument, SigmaRule } from '../sigma/rule.ts';
import { Bucket, type PlacedRule } from './bucket.ts';
import { ruleSignal } from './build-signal.ts';
import { Correlator } from './correlator.ts';
import type { DetectionEngine } from './engine.ts';
import { entitiesOf } from './event-entities.ts';
import { type Match, toMatch } from './group.ts';
import { feedsOf, isFor, isNamed, logsourceKey } from './route.ts';
import { RuleLedger } from './rule-ledger.ts';
import type { Signal } from './signal.ts';

const MAX_GROUPS = 100_000;
const MAX_BUCKETS = 1_000;
/** Log sources of which a profile is kept. */
const MAX_PROFILES = 200;

export interface EngineOptions {
  /** Linked by `linkRules`. */
  readonly rules: readonly SigmaDocument[];
  /** Most groups of all correlations together; the one longest untouched goes. */
  readonly maxGroups?: number;
  /** How long matches wait for earlier ones, in event time; 0 (the default): not at all. */
  readonly latenessMs?: number;
  /** What an earlier engine learned of its events ({@link DetectionEngine.profile}). */
  readonly profile?: Json;
  /** Does it go on learning of its events? Default true. */
  readonly isLearning?: boolean;
  /** A clock in milliseconds that only rises, for the cost of each rule; without it none is told. */
  readonly clock?: () => number;
}

/**
 * An engine over linked rules. An event is asked only of the rules whose log source it belongs to
 * and of which it holds a witness; each field is read once for all of them. Rules that a
 * correlation refers to fire by themselves only when it says `generate: true`.
 */
export const createDetectionEngine = (options: EngineOptions): DetectionEngine =>
  new SigmaEngine(options);

class SigmaEngine implements DetectionEngine {
  readonly #rules: readonly PlacedRule[];
  readonly #quiet: ReadonlySet<string>;
  readonly #correlator: Correlator;
  readonly #fields = new FieldTable();
  readonly #view = new EventView(this.#fields);
  readonly #buckets = new Map<string, Bucket>();
  readonly #matchOf: ReadonlyMap<string, Match>;
  readonly #ledger: RuleLedger;
  readonly #isLearning: boolean;
  #learned: ReadonlyMap<string, Json>;

  constructor({ rules, maxGroups, latenessMs, profile, isLearning, clock }: EngineOptions) {
    const correlations = rules.filter((rule) => rule.kind === 'correlation');
    const sources = rules.filter((rule) => rule.kind !== 'filter');
    const single = rules.filter((rule) => rule.kind === 'rule');
    this.#rules = single.map((rule, place) => ({ place, rule }));
    this.#quiet = quietOf(sources, correlations);
    this.#matchOf = new Map(sources.map((rule) => [rule.id, toMatch(rule)]));
    this.#ledger = new RuleLedger(single, { fields: this.#fields, clock });
    this.#learned = readProfile(profile);
    this.#isLearning = isLearning ?? true;
    this.#correlator = new Correlator({
      correlations,
      sources: new Map(sources.map((rule) => [rule.id, rule])),
      feeds: feedsOf(sources, correlations),
      quiet: this.#quiet,
      view: new EventView(this.#fields),
      maxGroups: maxGroups ?? MAX_GROUPS,
      latenessMs: latenessMs ?? 0,
    });
  }

  evaluate(event: Event): readonly Signal[] {
    const bucket = this.#bucketOf(event);
    const view = this.#view.show(event);
    const matched = this.#ledger.ask(bucket.candidates(view), view);
    if (matched.length === 0) return this.#correlator.add(NO_MATCHES, event);
    const signals: Signal[] = [];
    const matches: Match[] = [];
    let entities: readonly EntityRef[] | undefined;
    for (const rule of matched) {
      const match = this.#matchOf.get(rule.id);
      if (!match) continue;
      matches.push(match);
      if (this.#quiet.has(rule.id)) continue;
      entities ??= entitiesOf(event);
      signals.push(ruleSignal(rule, { view, summary: match.summary, entities }));
    }
    return [...signals, ...this.#correlator.add(matches, event)];
  }

  advance(time: number): readonly Signal[] {
    return this.#correlator.advance(time);
  }

  finish(): readonly Signal[] {
    return this.#correlator.finish();
  }

  /** The rules of the event's log source; worked out once for each distinct one. */
  #bucketOf(event: Event): Bucket {
    const key = logsourceKey(event);
    const there = this.#buckets.get(key);
    if (there) return there;
    const rules = this.#rules.filter(({ rule }) => isFor(rule, event));
    const bucket = new Bucket(rules, this.#fields, {
      profile: this.#learned.get(key),
      isLearning: this.#isLearning,
    });
    if (this.#buckets.size < MAX_BUCKETS) this.#buckets.set(key, bucket);
    return bucket;
  }

  profile(): Json {
    const learned = new Map(this.#learned);
    for (const [key, { profile }] of this.#buckets)
      if (profile !== undefined) learned.set(key, profile);
    return Object.fromEntries([...learned].slice(-MAX_PROFILES));
  }

  snapshot(): Json {
    return { ...this.#correlator.snapshot(), profile: this.profile() };
  }

  restore(snapshot: Json): void {
    this.#correlator.restore(snapshot);
    if (typeof snapshot !== 'object' || snapshot === null || Array.isArray(snapshot)) return;
    const { profile } = snapshot as JsonObject;
    this.#learned = readProfile(profile);
    this.#buckets.clear();
  }

  stats() {
    const { groups, evicted, late, ungrouped } = this.#correlator;
    return { groups, evicted, late, ungrouped };
  }

  costs() {
    return this.#ledger.costs();
  }
}

const NO_MATCHES: readonly Match[] = [];

function readProfile(json: Json | undefined): ReadonlyMap<string, Json> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return new Map();
  return new Map(Object.entries(json as JsonObject).slice(0, MAX_PROFILES));
}

/** A correlation that feeds another one is not quiet: it stands for a finding of its own. */
function quietOf(
  sources: readonly (SigmaRule | SigmaCorrelation)[],
  correlations: readonly SigmaCorrelation[],
): ReadonlySet<string> {
  const namesOf = (isGenerating: boolean) =>
    correlations.filter((one) => one.isGenerating === isGenerating).flatMap(({ rules }) => rules);
  const counted = namesOf(false);
  const loud = namesOf(true);
  const isIn = (rule: SigmaDocument, names: readonly string[]) =>
    names.some((name) => isNamed(rule, name));
  const quiet = sources.filter(
    (rule) => rule.kind === 'rule' && isIn(rule, counted) && !isIn(rule, loud),
  );
  return new Set(quiet.map((rule) => rule.id));
}
