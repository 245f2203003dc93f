import { BoundedMap } from '../shared/bounded-map.ts';
import type { Json } from '../shared/json.ts';
import type { EpochMs } from '../shared/time.ts';

/** How widely and since when a rule has fired. */
export interface RulePrevalence {
  readonly hosts: number;
  readonly firstAt: EpochMs;
}

interface Seen {
  readonly firstAt: EpochMs;
  readonly hosts: readonly string[];
}

const MAX_RULES = 5_000;
const MAX_HOSTS_PER_RULE = 64;
const MAX_HOSTS = 10_000;

/** On how many machines each rule fired, out of how many. Bounded; a count at its cap means "common". */
export class Prevalence {
  readonly #rules = new BoundedMap<string, Seen>(MAX_RULES);
  readonly #hosts = new BoundedMap<string, 1>(MAX_HOSTS);

  observeHost(host: string): void {
    if (this.#hosts.get(host) === undefined) this.#hosts.set(host, 1);
  }

  observeRule(ruleId: string, host: string | undefined, at: EpochMs): void {
    const seen = this.#rules.get(ruleId) ?? { firstAt: at, hosts: [] };
    const isNew =
      host !== undefined && !seen.hosts.includes(host) && seen.hosts.length < MAX_HOSTS_PER_RULE;
    this.#rules.set(ruleId, isNew ? { ...seen, hosts: [...seen.hosts, host] } : seen);
  }

  get knownHosts(): number {
    return this.#hosts.size;
  }

  of(ruleId: string): RulePrevalence | undefined {
    const seen = this.#rules.get(ruleId);
    return seen && { hosts: seen.hosts.length, firstAt: seen.firstAt };
  }

  snapshot(): Json {
    return { rules: this.#rules.entries(), hosts: this.#hosts.entries() } as unknown as Json;
  }

  restore(from: Json): void {
    const snapshot = from as unknown as {
      readonly rules: readonly (readonly [string, Seen])[];
      readonly hosts: readonly (readonly [string, 1])[];
    };
    this.#rules.fill(snapshot.rules);
    this.#hosts.fill(snapshot.hosts);
  }
}
