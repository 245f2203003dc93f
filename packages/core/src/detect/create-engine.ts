import type { EntityRef } from '../entity/entity.ts';
import type { Event } from '../event/event.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import { EventView, FieldTable } from '../sigma/event-view.ts';
import type { SigmaCorrelation, SigmaDocument, SigmaRule } from '../sigma/rule.ts';
import { Buckets } from './buckets.ts';
import { ruleSignal } from './build-signal.ts';
import { Correlator } from './correlator.ts';
import type { DetectionEngine } from './engine.ts';
import { entitiesOf } from './event-entities.ts';
import { type Match, toMatch } from './group.ts';
import { feedsOf, isNamed } from './route.ts';
import { RuleLedger } from './rule-ledger.ts';
import type { Signal } from './signal.ts';

const MAX_GROUPS = 100_000;

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
  readonly #quiet: ReadonlySet<string>;
  readonly #correlator: Correlator;
  readonly #fields = new FieldTable();
  readonly #view = new EventView(this.#fields);
  readonly #buckets: Buckets;
  readonly #matchOf: ReadonlyMap<string, Match>;
  readonly #ledger: RuleLedger;

  constructor({ rules, maxGroups, latenessMs, profile, isLearning, clock }: EngineOptions) {
    const correlations = rules.filter((rule) => rule.kind === 'correlation');
    const sources = rules.filter((rule) => rule.kind !== 'filter');
    const single = rules.filter((rule) => rule.kind === 'rule');
    const placed = single.map((rule, place) => ({ place, rule }));
    this.#buckets = new Buckets(placed, {
      fields: this.#fields,
      isLearning: isLearning ?? true,
      profile,
    });
    this.#quiet = quietOf(sources, correlations);
    this.#matchOf = new Map(sources.map((rule) => [rule.id, toMatch(rule)]));
    this.#ledger = new RuleLedger(single, { fields: this.#fields, clock });
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
    const bucket = this.#buckets.of(event);
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

  profile(): Json {
    return this.#buckets.profile();
  }

  snapshot(): Json {
    return { ...this.#correlator.snapshot(), profile: this.profile() };
  }

  restore(snapshot: Json): void {
    this.#correlator.restore(snapshot);
    if (typeof snapshot !== 'object' || snapshot === null || Array.isArray(snapshot)) return;
    const { profile } = snapshot as JsonObject;
    this.#buckets.restore(profile);
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
