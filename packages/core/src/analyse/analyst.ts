import type { Decider, Decisions } from '../decide/decider.ts';
import type { DetectionEngine } from '../detect/engine.ts';
import type { Signal } from '../detect/signal.ts';
import type { Event } from '../event/event.ts';
import type { RawRecord } from '../event/record.ts';
import type { IntelMatcher } from '../intel/intel-matcher.ts';
import type { Normaliser } from '../normalise/normaliser.ts';
import type { Json } from '../shared/json.ts';
import type { Problem } from '../shared/problem.ts';
import type { MuteCause, MutedSignal } from '../triage/mute.ts';

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
  /** Parses records that were already accounted for; those from `fromOffset` on bring windows and links back. Decides nothing. */
  warm(records: readonly RawRecord[], fromOffset: number): readonly Event[];
  snapshot(): Json;
  restoreDetection(snapshot: Json): void;
}

const bugIn = (stage: SetAside['stage'], error: unknown): Problem => ({
  code: 'bug',
  detail: `The ${stage} stage failed on this record: ${error instanceof Error ? error.message : String(error)}.`,
  hint: 'The record was set aside whole; please report it with the line shown here.',
  retryable: false,
});

interface Progress {
  readonly outcomes: RecordOutcome[];
  readonly setAside: SetAside[];
  readonly events: Event[];
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

/** Puts the three engines in a row; each record is supervised, so that a bug costs one record only. */
export function createAnalyst(engines: {
  readonly normaliser: Normaliser;
  readonly engine: DetectionEngine;
  readonly decider: Decider;
  readonly intel?: IntelMatcher;
  readonly mute?: Mute;
}): Analyst {
  const { normaliser, engine, decider, intel, mute } = engines;

  const follow = (progress: Progress, record: RawRecord, event: Event): void => {
    let stage: SetAside['stage'] = 'detect';
    try {
      const known = intel?.match(event) ?? [];
      const fired = engine.evaluate(event);
      const signals = known.length === 0 ? fired : [...fired, ...known];
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
    const normalised = normaliseSafely(normaliser, record);
    switch (normalised.kind) {
      case 'parsed':
        follow(progress, record, normalised.event);
        break;
      case 'skipped':
        settle(progress, record, { outcome: 'skipped', reason: normalised.reason });
        break;
      case 'unparsed':
        progress.setAside.push({ record, stage: 'normalise', problem: normalised.problem });
        settle(progress, record, { outcome: 'unparsed', reason: normalised.problem.code });
        break;
      case 'broken':
        progress.setAside.push({ record, stage: 'normalise', problem: normalised.problem });
        settle(progress, record, { outcome: 'dead_letter', reason: 'normalise' });
        break;
    }
  };

  return {
    analyse(records) {
      const progress = createProgress();
      for (const record of records) take(progress, record);
      return { ...progress, decisions: decider.drain() };
    },
    settle(time) {
      const signals = time === undefined ? engine.finish() : engine.advance(time);
      const { muted, heard } = sortOut(signals, mute);
      for (const signal of heard) decider.consider(signal);
      return { ...NOTHING, signals: heard, muted, decisions: decider.drain() };
    },
    warm(records, fromOffset) {
      const events: Event[] = [];
      for (const record of records) {
        const normalised = normaliseSafely(normaliser, record);
        if (normalised.kind !== 'parsed') continue;
        events.push(normalised.event);
        if (record.offset < fromOffset) continue;
        engine.evaluate(normalised.event);
        intel?.match(normalised.event);
        decider.observe(normalised.event);
      }
      return events;
    },
    snapshot: () => ({ detection: engine.snapshot(), decider: decider.snapshot() }),
    restoreDetection: (snapshot) => engine.restore(snapshot),
  };
}

function normaliseSafely(
  normaliser: Normaliser,
  record: RawRecord,
): ReturnType<Normaliser['normalise']> | { readonly kind: 'broken'; readonly problem: Problem } {
  try {
    return normaliser.normalise(record);
  } catch (error) {
    return { kind: 'broken', problem: bugIn('normalise', error) };
  }
}
