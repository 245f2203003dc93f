import type { Enricher } from '@cordon/core';
import { Gauge, type Registry } from 'prom-client';

/** What `/metrics` shows of enrichment, read when it is asked for. */
export function registerEnrichmentGauges(
  registry: Registry,
  { stats }: Pick<Enricher, 'stats'>,
): void {
  const registers = [registry];
  new Gauge({
    name: 'cordon_enrichment_known_count',
    help: 'What enrichment knows: machines, accounts, leases, things seen.',
    labelNames: ['what'],
    registers,
    collect() {
      const { assets, identities, leases, remembered } = stats();
      for (const [what, count] of Object.entries({ assets, identities, leases, remembered }))
        this.set({ what }, count);
    },
  });
  new Gauge({
    name: 'cordon_enrichment_evicted_count',
    help: 'What enrichment had to let go of since the start, because its memory is bounded.',
    labelNames: ['what'],
    registers,
    collect() {
      for (const [what, count] of Object.entries(stats().evicted)) this.set({ what }, count);
    },
  });
}
