import { BoundedMap } from '../shared/bounded-map.ts';
import { SequenceWatch } from './sequence.ts';
import type { FlowFields, Template } from './template.ts';

/** Bounds of what is remembered of exporters. */
export interface FlowLimits {
  readonly maxDomains: number;
  readonly maxTemplatesOfDomain: number;
  /** Fields of all templates together: what the memory for templates is bounded by. */
  readonly maxFields: number;
  readonly templateMs: number;
  /** Octets of all data sets that wait for their template together, and of one exporter. */
  readonly maxHeldBytes: number;
  readonly maxHeldBytesOfDomain: number;
  readonly heldMs: number;
  readonly maxRecordsOfDatagram: number;
}

const MAX_SAMPLERS = 64;

/** A data set that came before its template. */
export interface HeldSet<C> {
  readonly templateId: number;
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly context: C;
}

interface Known {
  readonly template: Template;
  readonly at: number;
}

/** What is known of one observation domain of one exporter. */
export class Domain<C> {
  readonly sequence = new SequenceWatch();
  readonly samplers = new BoundedMap<string, number>(MAX_SAMPLERS);
  startedAt: number | undefined;
  held: HeldSet<C>[] = [];
  heldBytes = 0;
  fields = 0;
  private readonly templates = new Map<number, Known>();
  private readonly limits: FlowLimits;

  constructor(limits: FlowLimits) {
    this.limits = limits;
  }

  templateOf(id: number, at: number): Template | undefined {
    const known = this.templates.get(id);
    if (known === undefined) return undefined;
    if (at - known.at <= this.limits.templateMs) return known.template;
    this.forget(id);
    return undefined;
  }

  learn(template: Template, at: number): void {
    this.forget(template.id);
    this.templates.set(template.id, { template, at });
    this.fields += template.fields.length;
    const oldest = this.templates.keys().next();
    if (this.templates.size > this.limits.maxTemplatesOfDomain && !oldest.done)
      this.forget(oldest.value);
  }

  private forget(id: number): void {
    this.fields -= this.templates.get(id)?.template.fields.length ?? 0;
    this.templates.delete(id);
  }

  /** Takes the sets out that wait for that template. */
  release(templateId: number): readonly HeldSet<C>[] {
    return this.takeOut((set) => set.templateId === templateId);
  }

  /** Takes the sets out for which one has waited long enough. */
  expire(at: number): readonly HeldSet<C>[] {
    return this.takeOut((set) => at - set.at > this.limits.heldMs);
  }

  takeOut(isOut: (set: HeldSet<C>) => boolean): readonly HeldSet<C>[] {
    const out = this.held.filter(isOut);
    if (out.length === 0) return out;
    this.held = this.held.filter((set) => !isOut(set));
    this.heldBytes = this.held.reduce((sum, { bytes }) => sum + bytes.length, 0);
    return out;
  }

  /** Learns from an options record: how one samples, and when the exporter started. */
  learnOption(fields: FlowFields): void {
    const init = fields['init_time'];
    if (typeof init === 'number' && init > 0) this.startedAt = init;
    const rate = rateOf(fields);
    if (rate !== undefined) this.samplers.set(samplerOf(fields), rate);
  }

  /** One packet of how many is seen, for this flow. */
  samplingRateOf(fields: FlowFields): number {
    return rateOf(fields) ?? this.samplers.get(samplerOf(fields)) ?? this.samplers.get('') ?? 1;
  }
}

const samplerOf = (fields: FlowFields): string =>
  String(fields['sampler_id'] ?? fields['selector_id'] ?? '');

function rateOf(fields: FlowFields): number | undefined {
  const interval = fields['sampling_interval'] ?? fields['sampler_interval'];
  if (typeof interval === 'number') return Math.max(1, interval);
  const [packets, space] = [fields['sampling_packets'], fields['sampling_space']];
  if (typeof packets !== 'number' || typeof space !== 'number' || packets === 0) return undefined;
  return Math.max(1, Math.round((packets + space) / packets));
}

/** All domains, the least lately heard of first to be forgotten. */
export class Domains<C> {
  private readonly domains = new Map<string, Domain<C>>();
  private readonly limits: FlowLimits;

  constructor(limits: FlowLimits) {
    this.limits = limits;
  }

  /** The domain of that key, now the latest heard of. */
  open(key: string): Domain<C> {
    const domain = this.domains.get(key) ?? new Domain<C>(this.limits);
    this.domains.delete(key);
    this.domains.set(key, domain);
    return domain;
  }

  list(): Iterable<Domain<C>> {
    return this.domains.values();
  }

  isOver(): boolean {
    return this.domains.size > this.limits.maxDomains;
  }

  /** Forgets domains until the bounds hold; gives those forgotten. */
  trim(): readonly Domain<C>[] {
    const out: Domain<C>[] = [];
    let fields = 0;
    for (const domain of this.domains.values()) fields += domain.fields;
    for (const [key, domain] of this.domains) {
      const isWithin =
        this.domains.size <= this.limits.maxDomains && fields <= this.limits.maxFields;
      if (isWithin || this.domains.size === 1) break;
      this.domains.delete(key);
      fields -= domain.fields;
      out.push(domain);
    }
    return out;
  }
}
