import {
  type Alert,
  type Analysis,
  type Analyst,
  createAnalyst,
  type Decider,
  type DetectionEngine,
  type DetectorBank,
  type Enricher,
  type Incident,
  type IncidentId,
  type Normalised,
  type Normaliser,
  type Origin,
  type Problem,
  type RawRecord,
  type TimelineEntry,
  toEpochMs,
} from '@cordon/core';
import { toTallies } from '../pipeline/books.ts';
import type { Tally } from '../store/ports.ts';
import { toTimeline } from '../story/story-teller.ts';
import {
  DEFAULT_INPUT_LIMITS,
  type Input,
  InputError,
  type InputLimits,
  problemIn,
} from './input.ts';
import { listInputs } from './list-inputs.ts';
import { type InputItem, readItems } from './read-lines.ts';

const BATCH = 5_000;
const KEPT_PARSED = 300_000;
const SAMPLES = 100;

/** How far an investigation is; `total` is known once all is read. */
export interface Progress {
  readonly stage: 'reading' | 'thinking';
  readonly done: number;
  readonly total: number;
}

export interface InvestigateOptions {
  /** A folder, or one file. */
  readonly dir: string;
  /** The thinking: the same engines the live pipeline uses. */
  readonly engines: {
    readonly normaliser: Normaliser;
    readonly engine: DetectionEngine;
    readonly decider: Decider;
    readonly detectors?: DetectorBank;
    readonly enricher?: Enricher;
  };
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
  readonly limits?: Partial<InputLimits>;
}

/** What a folder of logs tells. */
export interface Investigation {
  readonly dir: string;
  readonly files: readonly { readonly path: string; readonly records: number }[];
  /** read = parsed + unparsed + skipped + dead letters; what was too long or damaged never became a record. */
  readonly equation: {
    readonly read: number;
    readonly parsed: number;
    readonly unparsed: number;
    readonly skipped: number;
    readonly deadLetter: number;
    readonly refused: number;
    readonly holds: boolean;
  };
  readonly tallies: readonly Tally[];
  readonly incidents: readonly Incident[];
  readonly alerts: readonly Alert[];
  /** Where the alerts began if they are one attack; told where no incident came of them. */
  readonly openOrigin?: Origin;
  readonly timelines: Readonly<Record<IncidentId, readonly TimelineEntry[]>>;
  /** Text of the records that alerts rest on, by offset; verbatim. */
  readonly evidence: Readonly<Record<number, { readonly path: string; readonly text: string }>>;
  readonly problems: readonly Problem[];
  /** The first records that no parser took, with why. */
  readonly unparsed: readonly {
    readonly path: string;
    readonly text: string;
    readonly problem: Problem;
  }[];
}

interface Timed {
  readonly record: RawRecord;
  readonly time: number;
}

/** An item that becomes a record. */
type Taken = Extract<InputItem, { readonly kind: 'line' | 'record' }>;

const toPlaced = ({ text, byte }: Extract<Taken, { readonly kind: 'record' }>) => ({ text, byte });

/** Counts, alerts and incidents as they grow. */
class Findings {
  readonly problems: Problem[] = [];
  readonly unparsed: { path: string; text: string; problem: Problem }[] = [];
  readonly alerts = new Map<string, Alert>();
  readonly incidents = new Map<string, Incident>();
  readonly evidence: Record<number, { path: string; text: string }> = {};
  readonly files: { path: string; records: number }[] = [];
  refused = 0;
  private readonly tallies = new Map<string, Tally>();

  count(more: readonly Tally[]): void {
    for (const tally of more) {
      const key = JSON.stringify([tally.sourceId, tally.outcome, tally.reason]);
      this.tallies.set(key, { ...tally, count: tally.count + (this.tallies.get(key)?.count ?? 0) });
    }
  }

  listTallies(): readonly Tally[] {
    return [...this.tallies.values()];
  }

  sum(outcome: Tally['outcome']): number {
    return this.listTallies()
      .filter((tally) => tally.outcome === outcome)
      .reduce((sum, tally) => sum + tally.count, 0);
  }
}

/**
 * Runs the pipeline's own thinking over a folder of logs, offline. All inputs are read, their records
 * are put in order of event time over all files, and everything is accounted for.
 */
export async function investigate(options: InvestigateOptions): Promise<Investigation> {
  const limits = { ...DEFAULT_INPUT_LIMITS, ...options.limits };
  const { inputs, problems } = await listInputs(options.dir, limits);
  const findings = new Findings();
  findings.problems.push(...problems);
  const run = new Run(options, limits, findings);
  for (const input of inputs) {
    if (options.signal?.aborted) break;
    await run.readInput(input);
  }
  run.think();
  run.settle();
  const found = toInvestigation(options.dir, findings);
  if (found.incidents.length > 0 || found.alerts.length === 0) return found;
  const openOrigin = options.engines.decider.traceOrigin(found.alerts.map(({ id }) => id));
  return { ...found, openOrigin };
}

class Run {
  private readonly options: InvestigateOptions;
  private readonly limits: InputLimits;
  private readonly findings: Findings;
  private readonly analyst: Analyst;
  private readonly parsed = new Map<number, Normalised>();
  private block: Timed[] = [];
  private offset = 0;

  constructor(options: InvestigateOptions, limits: InputLimits, findings: Findings) {
    this.options = options;
    this.limits = limits;
    this.findings = findings;
    this.analyst = createAnalyst({
      ...options.engines,
      normaliser: { normalise: (record) => this.normalise(record) },
    });
  }

  /** Reads one input; whatever is wrong with it is a problem and does not stop the others. */
  async readInput(input: Input): Promise<void> {
    const file = { path: input.path, records: 0 };
    this.findings.files.push(file);
    let time = input.modifiedAt;
    try {
      for await (const item of readItems(input, this.limits)) {
        if (item.kind === 'too_long') this.refuse(input.path, item.line);
        else if (item.kind === 'damage') this.lose(item.problem, item.lost);
        else {
          time = this.take(input, item, time);
          file.records += 1;
        }
      }
    } catch (error) {
      this.findings.problems.push(
        error instanceof InputError ? error.problem : broken(input.path, error),
      );
    }
  }

  /** Sorts what was read by event time and thinks about it. */
  think(): void {
    this.block.sort((a, b) => a.time - b.time || a.record.offset - b.record.offset);
    const total = this.block.length;
    for (let from = 0; from < total; from += BATCH) {
      const records = this.block.slice(from, from + BATCH).map(({ record }) => record);
      this.note(this.analyst.analyse(records));
      this.options.onProgress?.({ stage: 'thinking', done: Math.min(total, from + BATCH), total });
    }
    this.keepEvidence();
    this.block = [];
  }

  /** Nothing more comes: windows that were open are judged. */
  settle(): void {
    this.note(this.analyst.settle());
  }

  private note(analysis: Analysis): void {
    const { findings } = this;
    findings.count(toTallies(analysis.outcomes));
    for (const { record, problem } of analysis.setAside.slice(
      0,
      SAMPLES - findings.unparsed.length,
    )) {
      findings.unparsed.push({ path: record.sourceId, text: record.text, problem });
    }
    for (const alert of analysis.decisions.alerts) findings.alerts.set(alert.id, alert);
    for (const incident of analysis.decisions.incidents)
      findings.incidents.set(incident.id, incident);
  }

  /** Keeps the text of what alerts rest on, before the block is let go. */
  private keepEvidence(): void {
    const wanted = new Set([...this.findings.alerts.values()].flatMap((alert) => alert.offsets));
    for (const { record } of this.block) {
      if (wanted.has(record.offset))
        this.findings.evidence[record.offset] = { path: record.sourceId, text: record.text };
    }
  }

  private take(input: Input, item: Taken, before: number): number {
    const { text, ...place } =
      item.kind === 'line' ? { text: new TextDecoder().decode(item.bytes) } : toPlaced(item);
    const record: RawRecord = {
      offset: this.offset,
      sourceId: input.path,
      receivedAt: toEpochMs(input.modifiedAt),
      text,
      ...place,
    };
    this.offset += 1;
    const time = this.timeOf(record) ?? before;
    this.block.push({ record, time });
    if (this.block.length >= this.limits.maxSorted) this.thinkEarly();
    if (this.offset % BATCH === 0)
      this.options.onProgress?.({ stage: 'reading', done: this.offset, total: 0 });
    return time;
  }

  private thinkEarly(): void {
    if (!this.findings.problems.some((problem) => problem.code === 'order_partial')) {
      this.findings.problems.push(
        problemIn(this.options.dir, 'order_partial', {
          detail: `There are more than ${this.limits.maxSorted} records; they are sorted by time in blocks of that many.`,
          hint: 'Windows that span files of different blocks may be missed; investigate fewer files at once.',
        }),
      );
    }
    this.think();
  }

  /** Parses once and keeps the answer, so that thinking need not parse again. */
  private timeOf(record: RawRecord): number | undefined {
    try {
      const normalised = this.options.engines.normaliser.normalise(record);
      if (this.parsed.size < KEPT_PARSED) this.parsed.set(record.offset, normalised);
      return normalised.kind === 'parsed' ? normalised.event.time : undefined;
    } catch {
      // The analyst meets the same mistake again and sets the record aside with its explanation.
      return undefined;
    }
  }

  private normalise(record: RawRecord): Normalised {
    const kept = this.parsed.get(record.offset);
    this.parsed.delete(record.offset);
    return kept ?? this.options.engines.normaliser.normalise(record);
  }

  private lose(problem: Problem | undefined, lost: number): void {
    this.findings.refused += lost;
    if (problem) this.findings.problems.push(problem);
  }

  private refuse(file: string, line: number): void {
    this.findings.refused += 1;
    this.findings.problems.push({
      code: 'line_too_long',
      detail: `The line is longer than ${this.limits.maxLineBytes} bytes.`,
      hint: 'It was left out and counted; the file was read on behind it.',
      at: { file, line },
      retryable: false,
    });
  }
}

const broken = (path: string, error: unknown): Problem => {
  const isArchive = /\.(gz|zip)(!|$)/i.test(path);
  return problemIn(path, isArchive ? 'archive_damaged' : 'read_failed', {
    detail: `It could not be read to its end: ${error instanceof Error ? error.message : String(error)}.`,
    hint: 'What came before was taken; check whether the file is whole.',
  });
};

function toInvestigation(dir: string, findings: Findings): Investigation {
  const alerts = [...findings.alerts.values()].sort((a, b) => a.firstAt - b.firstAt);
  const levels = (incident: Incident) => incident.priority.level;
  const incidents = [...findings.incidents.values()].sort(
    (a, b) =>
      levels(a).localeCompare(levels(b)) ||
      b.priority.score - a.priority.score ||
      a.number - b.number,
  );
  const byId = new Map<string, Alert>(alerts.map((alert) => [alert.id, alert]));
  const timelines = Object.fromEntries(
    incidents.map((incident) => [
      incident.id,
      toTimeline(
        incident,
        incident.alertIds.flatMap((id) => byId.get(id) ?? []),
        [],
      ),
    ]),
  );
  const read = findings.files.reduce((sum, file) => sum + file.records, 0);
  const [parsed, unparsed, skipped, deadLetter] = (
    ['parsed', 'unparsed', 'skipped', 'dead_letter'] as const
  ).map((outcome) => findings.sum(outcome)) as [number, number, number, number];
  return {
    dir,
    files: findings.files,
    equation: {
      read,
      parsed,
      unparsed,
      skipped,
      deadLetter,
      refused: findings.refused,
      holds: read === parsed + unparsed + skipped + deadLetter,
    },
    tallies: findings.listTallies(),
    incidents,
    alerts,
    timelines,
    evidence: findings.evidence,
    problems: findings.problems,
    unparsed: findings.unparsed,
  };
}
