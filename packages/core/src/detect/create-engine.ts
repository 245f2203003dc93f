import type { Event } from '../event/event.ts';
import type { Problem } from '../shared/problem.ts';
import type { Batch } from '../shared/result.ts';
import { EventView } from '../sigma/event-view.ts';
import type { SigmaCorrelation, SigmaDocument, SigmaRule } from '../sigma/rule.ts';
import { ruleSignal } from './build-signal.ts';
import { Correlator, type Match } from './correlator.ts';
import type { DetectionEngine } from './engine.ts';
import { feedsOf, isFor, isNamed } from './route.ts';
import type { Signal } from './signal.ts';

const MAX_GROUPS = 100_000;
const MAX_ROUTES = 1_000;
const MAX_CHAIN = 8;

export interface EngineOptions {
  readonly rules: readonly SigmaDocument[];
  /** Most groups of all correlations together; the one longest untouched goes. */
  readonly maxGroups?: number;
}

/**
 * The rules that can run together: the second of two with one id, and a correlation that refers to
 * nothing that is there, are left out with a problem. Call before {@link createDetectionEngine}.
 */
export function linkRules(rules: readonly SigmaDocument[]): Batch<SigmaDocument> {
  const problems: Problem[] = [];
  const byId = new Map<string, SigmaDocument>();
  for (const rule of rules) {
    if (byId.has(rule.id))
      problems.push(
        problemOf(rule, 'rule_duplicate_id', `The rule id \`${rule.id}\` is taken already.`),
      );
    else byId.set(rule.id, rule);
  }
  const names = new Set(
    [...byId.values()].flatMap((rule) => [rule.id, ...(rule.name ? [rule.name] : [])]),
  );
  const values = [...byId.values()].filter((rule) => {
    const missing =
      rule.kind === 'correlation'
        ? rule.rules.find((reference) => !names.has(reference))
        : undefined;
    if (missing !== undefined)
      problems.push(
        problemOf(
          rule,
          'rule_unknown_reference',
          `The correlation refers to \`${missing}\`, which is not there.`,
        ),
      );
    return missing === undefined;
  });
  return { values, problems };
}

function problemOf(
  rule: SigmaDocument,
  code: 'rule_duplicate_id' | 'rule_unknown_reference',
  detail: string,
): Problem {
  return { code, detail, at: rule.at, retryable: false };
}

/**
 * An engine over compiled rules. An event is asked only of the rules whose log source it belongs
 * to; each field is read once for all of them. Rules that a correlation refers to fire by
 * themselves only when it says `generate: true`.
 */
export function createDetectionEngine({
  rules,
  maxGroups = MAX_GROUPS,
}: EngineOptions): DetectionEngine {
  return new SigmaEngine(rules, maxGroups);
}

class SigmaEngine implements DetectionEngine {
  readonly #rules: readonly SigmaRule[];
  /** Rule id -> the correlations it feeds. */
  readonly #feeds: ReadonlyMap<string, readonly SigmaCorrelation[]>;
  readonly #quiet: ReadonlySet<string>;
  readonly #correlationIds: ReadonlySet<string>;
  readonly #correlator: Correlator;
  readonly #routes = new Map<string, readonly SigmaRule[]>();

  constructor(documents: readonly SigmaDocument[], maxGroups: number) {
    const correlations = documents.filter((rule) => rule.kind === 'correlation');
    this.#rules = documents.filter((rule) => rule.kind === 'rule');
    this.#feeds = feedsOf(documents, correlations);
    this.#quiet = quietOf(documents, correlations);
    this.#correlationIds = new Set(correlations.map((correlation) => correlation.id));
    this.#correlator = new Correlator(maxGroups);
  }

  evaluate(event: Event): readonly Signal[] {
    const rules = this.#route(event);
    if (rules.length === 0) return [];
    const view = new EventView(event);
    const signals: Signal[] = [];
    for (const rule of rules) {
      if (!rule.matches(view)) continue;
      if (!this.#quiet.has(rule.id)) signals.push(ruleSignal(rule, view));
      this.#feed({ source: rule, fields: rule.fields, logsource: rule.logsource }, view, {
        signals,
        depth: 0,
      });
    }
    return signals;
  }

  #feed(
    match: Match,
    view: EventView,
    into: { readonly signals: Signal[]; readonly depth: number },
  ): void {
    if (into.depth >= MAX_CHAIN) return;
    for (const correlation of this.#feeds.get(match.source.id) ?? []) {
      const signal = this.#correlator.count(correlation, match, view);
      if (!signal) continue;
      if (!this.#quiet.has(correlation.id)) into.signals.push(signal);
      this.#feed({ ...match, source: correlation }, view, { ...into, depth: into.depth + 1 });
    }
  }

  /** The rules of the event's log source; worked out once for each distinct one. */
  #route(event: Event): readonly SigmaRule[] {
    const { product = '', products, service = '', categories } = event.provenance.logsource;
    const key = `${products?.join('|') ?? product}\n${service}\n${categories.join('\n')}`;
    const there = this.#routes.get(key);
    if (there) return there;
    const route = this.#rules.filter((rule) => isFor(rule, event));
    if (this.#routes.size < MAX_ROUTES) this.#routes.set(key, route);
    return route;
  }

  snapshot() {
    return this.#correlator.snapshot();
  }

  restore(snapshot: Parameters<DetectionEngine['restore']>[0]): void {
    this.#correlator.restore(snapshot, this.#correlationIds);
  }

  stats() {
    const { groups, evicted, late, ungrouped } = this.#correlator;
    return { groups, evicted, late, ungrouped };
  }
}

/** A correlation that feeds another one is not quiet: it stands for a finding of its own. */
function quietOf(
  documents: readonly SigmaDocument[],
  correlations: readonly SigmaCorrelation[],
): ReadonlySet<string> {
  const counted = correlations
    .filter(({ isGenerating }) => !isGenerating)
    .flatMap(({ rules }) => rules);
  const loud = correlations
    .filter(({ isGenerating }) => isGenerating)
    .flatMap(({ rules }) => rules);
  const isIn = (rule: SigmaDocument, names: readonly string[]) =>
    names.some((name) => isNamed(rule, name));
  const quiet = documents.filter(
    (rule) => rule.kind === 'rule' && isIn(rule, counted) && !isIn(rule, loud),
  );
  return new Set(quiet.map((rule) => rule.id));
}
