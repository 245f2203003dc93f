import type { EnricherStats } from '@cordon/core';
import { Gauge, type Registry } from 'prom-client';

/** What `/metrics` shows of enrichment, read when it is asked for. */
export function registerEnrichmentGauges(
  registry: Registry,
  stats: () => EnricherStats | undefined,
): void {
  const registers = [registry];
  new Gauge({
    name: 'cordon_enrichment_known_count',
    help: 'What enrichment knows: machines, accounts, leases, things seen.',
    labelNames: ['what'],
    registers,
    collect() {
      const { evicted: _gone, ...known } = stats() ?? NOTHING;
      for (const [what, count] of Object.entries(known)) this.set({ what }, count);
    },
  });
  new Gauge({
    name: 'cordon_enrichment_evicted_count',
    help: 'What enrichment had to let go of since the start, because its memory is bounded.',
    labelNames: ['what'],
    registers,
    collect() {
      for (const [what, count] of Object.entries((stats() ?? NOTHING).evicted))
        this.set({ what }, count);
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
