import type { Decider } from '../decide/decider.ts';
import type { Decisions } from '../decide/decisions.ts';
import type { DetectorBank } from '../detect/detector-bank.ts';
import type { DetectionEngine } from '../detect/engine.ts';
import type { Signal } from '../detect/signal.ts';
import type { Enricher } from '../enrich/enricher.ts';
import type { Event } from '../event/event.ts';
import type { RawRecord } from '../event/record.ts';
import type { IntelMatcher } from '../intel/intel-matcher.ts';
import type { Normaliser } from '../normalise/normaliser.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import type { Problem } from '../shared/problem.ts';
import type { MuteCause, MutedSignal } from '../triage/mute.ts';
import { bugIn, createRecordReader, type Read } from './read-record.ts';

/*
 * The thinking in one piece: records in, everything they led to out. Used by the live pipeline and
 * by the offline investigation alike, so both see the same world. One direction, no callbacks.
 */

/** How one record ended, for the books: `reason` is a parser id, a problem code or a skip reason. */
export interface RecordOutcome {
  readonly offset: number;
  readonly sourceId: string;
  readonly outcome: 'parsed' | 'unparsed' | 'skipped' | 'dead_letter';
  readonly reason: string;
}

/** A record that was set aside, with the stage and the explanation. */
export interface SetAside {
  readonly record: RawRecord;
  readonly stage: 'normalise' | 'detect' | 'decide';
  readonly problem: Problem;
}

/** Everything a batch of records led to. Exactly one outcome for each record. */
export interface Analysis {
  readonly outcomes: readonly RecordOutcome[];
  readonly setAside: readonly SetAside[];
  readonly events: readonly Event[];
  readonly signals: readonly Signal[];
  /** Signals that were kept from alerting, each with what kept it. */
  readonly muted: readonly MutedSignal[];
  readonly decisions: Decisions;
}

/** Parses, detects and decides over batches; deterministic. */
export interface Analyst {
  analyse(records: readonly RawRecord[]): Analysis;
  /** What is due when the event clock has reached `time`, or, without it, when no record comes any more. */
  settle(time?: number): Analysis;
  /**
   * Parses records that were already accounted for; those from `fromOffset` on bring windows and links
   * back. Decides nothing. What is set aside gave no event now, whatever it gave before.
   */
  warm(records: readonly RawRecord[], fromOffset: number): Pick<Analysis, 'events' | 'setAside'>;
  /** What it knows at this moment; nothing that comes later changes what was given. */
  snapshot(): Json;
  restoreDetection(snapshot: Json): void;
  restoreEnrichment(snapshot: Json): void;
  /** What records told that later ones rest on; from any snapshot, also one without that part. */
  restoreReading(snapshot: Json | undefined): void;
}

interface Warming {
  readonly setAside: SetAside[];
  readonly events: Event[];
}

interface Progress extends Warming {
  readonly outcomes: RecordOutcome[];
  readonly signals: Signal[];
  readonly muted: MutedSignal[];
}

function settle(
  progress: Progress,
  record: RawRecord,
  end: Omit<RecordOutcome, 'offset' | 'sourceId'>,
): void {
  progress.outcomes.push({ offset: record.offset, sourceId: record.sourceId, ...end });
}

const BROKEN = { outcome: 'dead_letter', reason: 'normalise' } as const;
/** No event came of it. */
function setUnread(
  progress: Progress,
  record: RawRecord,
  { kind, problem }: Extract<Read, { readonly kind: 'unparsed' | 'broken' }>,
): void {
  progress.setAside.push({ record, stage: 'normalise', problem });
  settle(progress, record, kind === 'broken' ? BROKEN : { outcome: kind, reason: problem.code });
}

const NOTHING = { outcomes: [], setAside: [], events: [] } as const;

const createProgress = (): Progress => ({
  outcomes: [],
  setAside: [],
  events: [],
  signals: [],
  muted: [],
});

/** Tells what keeps a signal from alerting; undefined: nothing does. */
type Mute = (signal: Signal) => MuteCause | undefined;

/** What may alert, and what is only recorded; signals of rules that are off are neither. */
function sortOut(
  signals: readonly Signal[],
  mute: Mute | undefined,
): { readonly heard: readonly Signal[]; readonly muted: readonly MutedSignal[] } {
  if (mute === undefined || signals.length === 0) return { heard: signals, muted: [] };
  const muted: MutedSignal[] = [];
  const heard: Signal[] = [];
  for (const signal of signals) {
    const cause = mute(signal);
    if (cause === undefined) heard.push(signal);
    else if (cause !== 'off') muted.push({ signal, cause });
  }
  return { heard, muted };
}

/** What thinks; the parts that only read or write are left out where there are none. */
export interface AnalystEngines {
  readonly normaliser: Normaliser;
  readonly engine: DetectionEngine;
  readonly decider: Decider;
  readonly intel?: IntelMatcher;
  readonly mute?: Mute;
  /** Notice what no rule speaks of; their signals are evidence. */
  readonly detectors?: DetectorBank;
  /** Writes what is known into events before rules see them. */
  readonly enricher?: Enricher;
  /** Told which record comes next, and of none behind the last: who watches knows over which one a thread died. */
  readonly onRecord?: (offset: number | undefined) => void;
}

/** Puts the engines in a row; each record is supervised, so that a bug costs one record only. */
export function createAnalyst(engines: AnalystEngines): Analyst {
  const { normaliser, engine, decider, intel, mute, enricher, detectors, onRecord } = engines;
  const reader = createRecordReader(normaliser, enricher);

  const follow = (progress: Progress, record: RawRecord, event: Event): void => {
    let stage: SetAside['stage'] = 'detect';
    try {
      const known = intel?.match(event) ?? [];
      const fired = engine.evaluate(event);
      const noticed = detectors?.observe(event) ?? [];
      const found = [...fired, ...known, ...noticed];
      const signals = found.length > 0 && intel ? intel.weigh(found, event) : found;
      stage = 'decide';
      decider.observe(event);
      const { muted, heard } = sortOut(signals, mute);
      for (const signal of heard) decider.consider(signal);
      progress.signals.push(...heard);
      progress.muted.push(...muted);
      progress.events.push(event);
      settle(progress, record, { outcome: 'parsed', reason: event.provenance.parserId });
    } catch (error) {
      progress.setAside.push({ record, stage, problem: bugIn(stage, error) });
      settle(progress, record, { outcome: 'dead_letter', reason: stage });
    }
  };

  const take = (progress: Progress, record: RawRecord): void => {
    const normalised = reader.first(record);
    switch (normalised.kind) {
      case 'parsed':
        follow(progress, record, normalised.event);
        break;
      case 'skipped':
        settle(progress, record, { outcome: 'skipped', reason: normalised.reason });
        break;
      case 'unparsed':
      case 'broken':
        setUnread(progress, record, normalised);
        break;
    }
  };

  const recall = createRecall(engines, reader);
  return {
    analyse(records) {
      const progress = createProgress();
      for (const record of records) {
        onRecord?.(record.offset);
        take(progress, record);
      }
      onRecord?.(undefined);
      return { ...progress, decisions: decider.drain() };
    },
    settle(time) {
      const { muted, heard } = sortOut(dueSignals(engines, time), mute);
      for (const signal of heard) decider.consider(signal);
      return { ...NOTHING, signals: heard, muted, decisions: decider.drain() };
    },
    warm(records, fromOffset) {
      const progress: Warming = { events: [], setAside: [] };
      for (const record of records) {
        onRecord?.(record.offset);
        recall(progress, record, record.offset < fromOffset);
      }
      onRecord?.(undefined);
      return progress;
    },
    ...keepingOf(engines),
  };
}

/** What a record told is learned again, where a snapshot does not know it yet. */
function createRecall(
  { engine, intel, detectors, decider }: AnalystEngines,
  reader: ReturnType<typeof createRecordReader>,
): (progress: Warming, record: RawRecord, isKnown: boolean) => void {
  return (progress, record, isKnown) => {
    const normalised = isKnown ? reader.again(record) : reader.first(record);
    if (normalised.kind === 'skipped') return;
    if (normalised.kind !== 'parsed') {
      progress.setAside.push({ record, stage: 'normalise', problem: normalised.problem });
      return;
    }
    const { event } = normalised;
    try {
      if (!isKnown) {
        engine.evaluate(event);
        intel?.match(event);
        detectors?.observe(event);
        decider.observe(event);
      }
      progress.events.push(event);
    } catch (error) {
      progress.setAside.push({ record, stage: 'detect', problem: bugIn('detect', error) });
    }
  };
}

/** Everything that is due when the clock has reached `time`; without it, all that waits. */
function dueSignals(
  { engine, detectors }: AnalystEngines,
  time: number | undefined,
): readonly Signal[] {
  if (time === undefined) return [...engine.finish(), ...(detectors?.finish() ?? [])];
  return [...engine.advance(time), ...(detectors?.advance(time) ?? [])];
}

/** Snapshots of before there were detectors have no part for them. */
function restoreDetection({ engine, detectors }: AnalystEngines, snapshot: Json): void {
  engine.restore(snapshot);
  if (typeof snapshot !== 'object' || snapshot === null || !('detectors' in snapshot)) return;
  detectors?.restore((snapshot as JsonObject)['detectors'] ?? null);
}

/** What a restart and a change of rules or parsers carry over. */
const keepingOf = (
  engines: AnalystEngines,
): Pick<Analyst, 'snapshot' | 'restoreDetection' | 'restoreEnrichment' | 'restoreReading'> => ({
  snapshot: () => snapshotOf(engines),
  restoreDetection: (snapshot) => restoreDetection(engines, snapshot),
  restoreEnrichment: (snapshot) => engines.enricher?.restore(snapshot),
  restoreReading: (snapshot) => engines.normaliser.memory?.restore(snapshot ?? null),
});

const detectionOf = ({ engine, detectors }: AnalystEngines): Json => {
  const rules = engine.snapshot();
  if (detectors === undefined) return rules;
  return { ...(rules as JsonObject), detectors: detectors.snapshot() };
};

const snapshotOf = (engines: AnalystEngines): Json => ({
  detection: detectionOf(engines),
  decider: engines.decider.snapshot(),
  ...(engines.normaliser.memory === undefined
    ? {}
    : { reading: engines.normaliser.memory.snapshot() }),
  ...(engines.enricher === undefined ? {} : { enrichment: engines.enricher.snapshot() }),
});
