import {
  type Analyst,
  createAnalyst,
  createDecider,
  createDetectionEngine,
  createDetectorBank,
  createDetectors,
  createIntelMatcher,
  createNormaliser,
  type DeciderConfig,
  type DetectionEngine,
  type DetectorBank,
  type DetectorSettings,
  type EpochMs,
  type Problem,
} from '@cordon/core';
import type { EnrichmentSettings } from '../enrich/config.ts';
import { createEnrichment, type RunningEnrichment } from '../enrich/create-enrichment.ts';
import { readIntelligence } from '../intel/read-intelligence.ts';
import { RuleStanding } from '../rules/rule-standing.ts';
import { type Mind, NOTHING_YET, succeed } from './local-thinker.ts';
import type { Order, Standing } from './thinker.ts';

/** What the engines are made of; plain data, so that it can be handed to another thread. */
export interface MindSettings {
  readonly decider: Omit<DeciderConfig, 'known'>;
  readonly detectors: DetectorSettings;
  readonly enrichment: EnrichmentSettings;
  readonly dataDir: string;
}

interface World {
  readonly now: () => EpochMs;
  readonly onProblem: (part: 'enrich' | 'intel', problem: Problem) => void;
  /** Told which record is thought about; see `createAnalyst`. */
  readonly onRecord?: (offset: number | undefined) => void;
}

type ContentOrder = Extract<Order, { readonly kind: 'content' }>;
const NO_CONTENT: ContentOrder = { kind: 'content', parsers: [], rules: [], settings: [] };

/** All engines as the server runs them, without content yet, and what keeps inventories fresh. */
export async function composeMind(
  settings: MindSettings,
  world: World,
): Promise<{ readonly mind: Mind; readonly run: (signal: AbortSignal) => Promise<void> }> {
  const enrichment = await createEnrichment({
    settings: settings.enrichment,
    dataDir: settings.dataDir,
    now: world.now,
    onProblem: (problem) => world.onProblem('enrich', problem),
  });
  return { mind: new WholeMind(settings, world, enrichment), run: enrichment.run };
}

class WholeMind implements Mind {
  readonly decider: Mind['decider'];
  readonly #settings: MindSettings;
  readonly #world: World;
  readonly #enricher: RunningEnrichment['enricher'];
  readonly #intel = createIntelMatcher();
  readonly #rules = new RuleStanding([]);
  #engine: DetectionEngine | undefined;
  #bank: DetectorBank | undefined;
  #analyst: Analyst;

  constructor(settings: MindSettings, world: World, { enricher }: RunningEnrichment) {
    this.#settings = settings;
    this.#world = world;
    this.#enricher = enricher;
    this.decider = createDecider({ ...settings.decider, known: enricher });
    this.#analyst = this.#make(NO_CONTENT);
  }

  analyst = (): Analyst => this.#analyst;
  costs = () => this.#engine?.costs() ?? [];

  standing = (): Standing => ({
    ...NOTHING_YET,
    ...this.#engine?.stats(),
    detectors: this.#bank?.stats() ?? [],
    matches: this.#intel.counts(),
    enrichment: this.#enricher.stats(),
    entities: this.decider.entityStats(),
  });

  async apply(order: Order): Promise<void> {
    switch (order.kind) {
      case 'content':
        this.#analyst = this.#make(order, this.#analyst);
        break;
      case 'rule_settings':
        this.#rules.take(order.settings);
        break;
      case 'intel':
        this.#intel.use(
          // Whoever reads the feeds tells of the damage.
          await readIntelligence(order.files, () => undefined),
        );
        break;
      case 'benign':
        this.decider.addBenign(order.rules);
    }
  }

  #make({ parsers, rules, settings }: ContentOrder, before?: Analyst): Analyst {
    this.#rules.take(settings);
    const engine = createDetectionEngine({
      rules: this.#rules.use(rules),
      clock: () => performance.now(),
    });
    const detectors = createDetectorBank({ detectors: createDetectors(this.#settings.detectors) });
    const next = createAnalyst({
      normaliser: createNormaliser({ parsers }),
      engine,
      decider: this.decider,
      intel: this.#intel,
      enricher: this.#enricher,
      mute: (signal) => this.#rules.mute(signal, this.#world.now()),
      detectors,
      ...(this.#world.onRecord ? { onRecord: this.#world.onRecord } : {}),
    });
    if (before) succeed(next, before);
    this.#engine = engine;
    this.#bank = detectors;
    return next;
  }
}
