import type { JsonObject } from '../shared/json.ts';
import type { Problem, ProblemCode } from '../shared/problem.ts';
import { type Domain, Domains, type FlowLimits, type HeldSet } from './domain.ts';
import { elementOf } from './element.ts';
import { type FlowContext, toFlowRecord } from './flow-record.ts';
import { type FlowHeader, readFlowHeader, V5_FIELDS } from './header.ts';
import { readRecords, readTemplates, type Template } from './template.ts';

/** What an exporter sent at once. */
export interface FlowDatagram {
  readonly bytes: Uint8Array;
  /** The exporter's address. */
  readonly peer: string;
  /** Epoch milliseconds at which it was received. */
  readonly at: number;
}

/** Why flows are missing. */
export type FlowLoss =
  | 'flow_bad_datagram'
  | 'flow_bad_set'
  | 'flow_no_template'
  | 'flow_sequence_gap';

/** What a datagram gave. */
export interface FlowsRead {
  /** Flows, as records. */
  readonly flows: readonly JsonObject[];
  readonly problems: readonly Problem[];
  readonly losses: readonly { readonly reason: FlowLoss; readonly count: number }[];
}

/** How datagrams and the sets in them ended: `sets = templates + decoded + held + dropped`. */
export interface FlowTally {
  datagrams: number;
  /** Datagrams that are no flows. */
  refused: number;
  sets: number;
  templates: number;
  decoded: number;
  /** Data sets that wait for their template now. */
  held: number;
  dropped: number;
  flows: number;
  /** Records in which exporters speak of themselves. */
  options: number;
  /** Flows, or for NetFlow v9 datagrams, that never arrived, by the sequence numbers. */
  missing: number;
}

/** Reads NetFlow v5, v9 and IPFIX; remembers templates, and data that came before them. */
export interface FlowReader {
  read(datagram: FlowDatagram): FlowsRead;
  /** Says what is lost by waiting: to be called now and then, and at the end. */
  expire(at: number): FlowsRead;
  readonly tally: Readonly<FlowTally>;
}

/** Bounds that suit a site with a few hundred exporters: at most some tens of megabytes. */
export const DEFAULT_FLOW_LIMITS: FlowLimits = {
  maxDomains: 1_024,
  maxTemplatesOfDomain: 256,
  maxFields: 131_072,
  templateMs: 3_600_000,
  maxHeldBytes: 8 * 1024 * 1024,
  maxHeldBytesOfDomain: 1024 * 1024,
  heldMs: 300_000,
  maxRecordsOfDatagram: 4_096,
};

const MIN_SET = 4;
const FIRST_DATA_ID = 256;
const V5_TEMPLATE: Template = {
  id: 0,
  isOptions: false,
  fields: V5_FIELDS.map(([id, length]) => ({
    ...(id === 0 ? { name: 'padding', kind: 'octets' as const } : elementOf(id, 0)),
    length,
  })),
  minLength: 48,
};
const VERSIONS = { 5: 'netflow5', 9: 'netflow9', 10: 'ipfix' } as const;

type Context = Omit<FlowContext, 'samplingRate'> & { readonly samplingRate?: number };

/** Opens a reader. */
export function createFlowReader(limits: Partial<FlowLimits> = {}): FlowReader {
  return new Reader({ ...DEFAULT_FLOW_LIMITS, ...limits });
}

/** What gathers while one datagram is read. */
class Gathered implements FlowsRead {
  readonly flows: JsonObject[] = [];
  readonly problems: Problem[] = [];
  readonly losses: { reason: FlowLoss; count: number }[] = [];

  lose(reason: FlowLoss, count: number, detail?: string): void {
    if (count > 0) this.losses.push({ reason, count });
    if (detail !== undefined) this.problems.push(problemOf(reason, detail));
  }
}

interface Visit {
  readonly domain: Domain<Context>;
  readonly context: Context;
  readonly header: FlowHeader;
  readonly at: number;
  readonly out: Gathered;
  /** Data records in the datagram so far; undefined once a set could not be read. */
  records: number | undefined;
}

class Reader implements FlowReader {
  readonly tally: FlowTally = {
    datagrams: 0,
    refused: 0,
    sets: 0,
    templates: 0,
    decoded: 0,
    held: 0,
    dropped: 0,
    flows: 0,
    options: 0,
    missing: 0,
  };
  private readonly limits: FlowLimits;
  private readonly domains: Domains<Context>;
  private heldBytes = 0;

  constructor(limits: FlowLimits) {
    this.limits = limits;
    this.domains = new Domains(limits);
  }

  read({ bytes, peer, at }: FlowDatagram): FlowsRead {
    const out = new Gathered();
    this.tally.datagrams += 1;
    const header = readFlowHeader(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    if (typeof header === 'string') {
      this.tally.refused += 1;
      out.lose(
        'flow_bad_datagram',
        1,
        `A datagram of ${peer} is no NetFlow and no IPFIX: ${header}.`,
      );
      return out;
    }
    const learned = this.tally.templates;
    const domain = this.domains.open(`${header.version} ${header.domain} ${peer}`);
    const context: Context = {
      version: VERSIONS[header.version],
      exporter: peer,
      domain: header.domain,
      exportedAt: header.exportedAt > 0 ? header.exportedAt : at,
      ...(header.uptime !== undefined && { uptime: header.uptime }),
    };
    const visit: Visit = { domain, context, header, at, out, records: 0 };
    if (header.version === 5) this.readFixed(bytes, visit);
    else this.readSets(bytes.subarray(0, header.end), visit);
    this.followSequence(visit);
    const hasLearned = this.tally.templates > learned;
    for (const forgotten of hasLearned || this.domains.isOver() ? this.domains.trim() : [])
      this.drop(
        forgotten.takeOut(() => true),
        out,
      );
    return out;
  }

  expire(at: number): FlowsRead {
    const out = new Gathered();
    for (const domain of this.domains.list()) {
      const sets = domain.expire(at);
      if (sets.length > 0) this.drop(sets, out);
      const missing = domain.sequence.take(at);
      this.tally.missing += missing;
      out.lose('flow_sequence_gap', missing);
    }
    return out;
  }

  private readFixed(bytes: Uint8Array, visit: Visit): void {
    this.tally.sets += 1;
    this.decode(bytes.subarray(visit.header.length, visit.header.end), V5_TEMPLATE, visit);
  }

  private readSets(bytes: Uint8Array, visit: Visit): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = visit.header.length;
    while (at + MIN_SET <= bytes.length) {
      const id = view.getUint16(at);
      const length = view.getUint16(at + 2);
      // Some exporters of v9 pad a datagram with zeros.
      if (id === 0 && length === 0 && visit.header.version === 9) return;
      this.tally.sets += 1;
      if (length < MIN_SET || at + length > bytes.length) {
        this.refuseSet(`a set of ${length} octets does not fit into the datagram`, visit);
        this.tally.dropped += 1;
        return;
      }
      this.readSet(id, bytes.subarray(at + MIN_SET, at + length), visit);
      at += length;
    }
  }

  private readSet(id: number, set: Uint8Array, visit: Visit): void {
    const isIpfix = visit.header.version === 10;
    const [plain, options] = isIpfix ? [2, 3] : [0, 1];
    if (id === plain || id === options) {
      this.learn(set, id === options, visit);
      return;
    }
    if (id < FIRST_DATA_ID) {
      this.tally.dropped += 1;
      this.refuseSet(`set ${id} is reserved`, visit);
      return;
    }
    const template = visit.domain.templateOf(id, visit.at);
    if (template) this.decode(set, template, visit);
    else this.hold(id, set, visit);
  }

  private learn(set: Uint8Array, isOptions: boolean, visit: Visit): void {
    this.tally.templates += 1;
    const isIpfix = visit.header.version === 10;
    const { templates, wrong } = readTemplates(set, { isIpfix, isOptions });
    if (wrong !== undefined) this.refuseSet(wrong, visit);
    for (const template of templates) {
      visit.domain.learn(template, visit.at);
      for (const held of visit.domain.release(template.id)) {
        this.heldBytes -= held.bytes.length;
        this.tally.held -= 1;
        this.decode(held.bytes, template, { ...visit, context: held.context });
      }
    }
  }

  private decode(set: Uint8Array, template: Template, visit: Visit): void {
    const { domain, context, header, out } = visit;
    this.tally.decoded += 1;
    const { records, wrong } = readRecords(set, template, this.limits.maxRecordsOfDatagram);
    if (visit.records !== undefined) visit.records += records.length;
    if (wrong !== undefined) this.refuseSet(wrong, visit);
    for (const fields of records) {
      if (template.isOptions) {
        this.tally.options += 1;
        domain.learnOption(fields);
        continue;
      }
      this.tally.flows += 1;
      const samplingRate =
        header.version === 5 ? header.samplingRate : domain.samplingRateOf(fields);
      const { padding: _, ...known } = fields;
      const started = domain.startedAt === undefined ? {} : { startedAt: domain.startedAt };
      out.flows.push(toFlowRecord(known, { ...context, ...started, samplingRate }));
    }
  }

  /** Keeps a copy of a data set until its template comes, as far as there is room. */
  private hold(templateId: number, set: Uint8Array, visit: Visit): void {
    const { domain, context, at, out } = visit;
    visit.records = undefined;
    const { maxHeldBytes, maxHeldBytesOfDomain } = this.limits;
    const isFull =
      this.heldBytes + set.length > maxHeldBytes ||
      domain.heldBytes + set.length > maxHeldBytesOfDomain;
    if (isFull) {
      this.tally.dropped += 1;
      out.lose(
        'flow_no_template',
        1,
        noTemplate(context.exporter, 'and there is no room to keep more'),
      );
      return;
    }
    const held: HeldSet<Context> = { templateId, bytes: set.slice(), at, context };
    domain.held.push(held);
    domain.heldBytes += set.length;
    this.heldBytes += set.length;
    this.tally.held += 1;
  }

  private drop(sets: readonly HeldSet<Context>[], out: Gathered): void {
    if (sets.length === 0) return;
    this.heldBytes -= sets.reduce((sum, { bytes }) => sum + bytes.length, 0);
    this.tally.held -= sets.length;
    this.tally.dropped += sets.length;
    const exporter = sets[0]?.context.exporter ?? '';
    out.lose('flow_no_template', sets.length, noTemplate(exporter, 'and it did not come in time'));
  }

  /** NetFlow v9 numbers its datagrams, the other two the flows. */
  private followSequence(visit: Visit): void {
    const { header, domain, at, out } = visit;
    const count = header.version === 9 ? 1 : visit.records;
    domain.sequence.note(header.sequence, count, at);
    const missing = domain.sequence.take(at);
    this.tally.missing += missing;
    out.lose('flow_sequence_gap', missing);
  }

  private refuseSet(why: string, visit: Visit): void {
    visit.records = undefined;
    visit.out.lose(
      'flow_bad_set',
      1,
      `A datagram of ${visit.context.exporter} could be read in part only: ${why}.`,
    );
  }
}

const noTemplate = (exporter: string, end: string): string =>
  `${exporter} sent flows whose template is not known, ${end}.`;

const HINTS: Readonly<Record<FlowLoss, string>> = {
  flow_bad_datagram: 'Check what sends to this port; it takes NetFlow v5, v9 and IPFIX over UDP.',
  flow_bad_set: 'What could be read was taken; check the exporter when it happens again.',
  flow_no_template: 'Let the exporter send its templates more often, e.g. every minute.',
  flow_sequence_gap: 'Look for losses on the way; a larger receive buffer may help.',
};

const problemOf = (code: FlowLoss & ProblemCode, detail: string): Problem => ({
  code,
  detail,
  hint: HINTS[code],
  retryable: false,
});
