import type { EnricherStats, EntityStats } from '@cordon/core';
import { Gauge, type Registry } from 'prom-client';

interface Told {
  readonly enrichment?: EnricherStats;
  readonly entities?: EntityStats;
}

/** What `/metrics` shows of what is known of the house, read when it is asked for. */
export function registerEnrichmentGauges(registry: Registry, told: () => Told): void {
  const stats = (): readonly (EnricherStats | EntityStats)[] => {
    const { enrichment, entities } = told();
    return [enrichment ?? NOTHING, entities ?? NO_ENTITIES];
  };
  const registers = [registry];
  new Gauge({
    name: 'cordon_enrichment_known_count',
    help: 'What is known: machines, accounts, leases, things seen, and the things and names of the graph.',
    labelNames: ['what'],
    registers,
    collect() {
      for (const { evicted: _gone, ...known } of stats())
        for (const [what, count] of Object.entries(known)) this.set({ what }, count);
    },
  });
  new Gauge({
    name: 'cordon_enrichment_evicted_count',
    help: 'What had to be let go of since the start, because memory is bounded.',
    labelNames: ['what'],
    registers,
    collect() {
      for (const { evicted } of stats())
        for (const [what, count] of Object.entries(evicted)) this.set({ what }, count);
    },
  });
}

const NOTHING: EnricherStats = {
  assets: 0,
  identities: 0,
  leases: 0,
  remembered: 0,
  evicted: { leases: 0, remembered: 0 },
};

const NO_ENTITIES: EntityStats = { entities: 0, names: 0, evicted: { entities: 0, names: 0 } };
