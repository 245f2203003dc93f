import type {
  Acted,
  Alert,
  Decider,
  Decisions,
  DeskCommand,
  DetectorStats,
  EnricherStats,
  EntityQuestion,
  EntityStats,
  EntityView,
  EpochMs,
  Incident,
  MatchCounts,
  MutedSignal,
  ParserDefinition,
  Problem,
  RawRecord,
  RecordOutcome,
  Result,
  RuleCost,
  RuleSetting,
  SigmaDocument,
  Signal,
} from '@cordon/core';
import type { IntelFiles } from '../intel/read-intelligence.ts';
import type { PackedEvents } from '../store/packed-events.ts';
import type { PackedRecords } from '../store/packed-records.ts';
import type { DeadLetter, Tally } from '../store/ports.ts';

/*
 * What thinks about records, as the loop sees it: records go in packed, what they led to comes out
 * small. Two implementations keep to one contract suite: in this thread (`local-thinker.ts`), and in a
 * thread of its own (`thread-thinker.ts`).
 */

/** What one source's records of a batch came to, for the watch over sources. */
export interface SourceEnd {
  readonly sourceId: string;
  readonly records: number;
  /** Parsed or skipped. */
  readonly read: number;
  /** Times that events named themselves, each with the time their record came; the last few. */
  readonly clocks: readonly (readonly [eventAt: number, receivedAt: number])[];
  /** How many events there were, of how many the time cannot be, and what stood there in one. */
  readonly times: {
    readonly events: number;
    readonly unusable: number;
    readonly shown?: string;
  };
}

/** Everything a batch led to, as it is committed; exactly one outcome for each record. */
export interface Thought {
  readonly tallies: readonly Tally[];
  readonly deadLetters: readonly DeadLetter[];
  readonly signals: readonly Signal[];
  readonly muted: readonly MutedSignal[];
  readonly decisions: Decisions;
  readonly events: PackedEvents;
  readonly ends: readonly SourceEnd[];
  /** What it knows after it, where no record brings that back: it is committed together with it. */
  readonly snapshot?: string;
}

/** What a replay gave back. */
export interface Warmed {
  readonly events: PackedEvents;
  /** Letters of records that give no event now: nobody reads them, or something went wrong over them. */
  readonly unread: readonly DeadLetter[];
}

/** What was thought of dead letters that are run again. */
export interface SecondThought extends Thought {
  readonly outcomes: readonly RecordOutcome[];
}

/** Where it goes on from after a start. */
export interface Memory {
  readonly snapshot?: string;
  /** What the newest verdict left learnt, as JSON text; the snapshot may be older. */
  readonly learnt?: string;
  readonly alerts: readonly Alert[];
  readonly incidents: readonly Incident[];
  readonly lastIncidentNumber: number;
}

/** What it goes by, put in force between two batches. */
export type Order =
  | {
      readonly kind: 'content';
      readonly parsers: readonly ParserDefinition[];
      readonly rules: readonly SigmaDocument[];
      readonly settings: readonly RuleSetting[];
    }
  | { readonly kind: 'rule_settings'; readonly settings: readonly RuleSetting[] }
  | { readonly kind: 'intel'; readonly files: IntelFiles }
  | { readonly kind: 'benign'; readonly rules: Parameters<Decider['addBenign']>[0] };

/** How it stands; told along with every answer. */
export interface Standing {
  readonly groups: number;
  readonly evicted: number;
  readonly late: number;
  readonly detectors: readonly DetectorStats[];
  readonly matches: MatchCounts;
  readonly enrichment?: EnricherStats;
  readonly entities?: EntityStats;
}

/**
 * One at a time and in the order in which it is asked, so that a record is never thought of before
 * another that came earlier. When it is lost with what it knew, everything that was asked of it rejects
 * with `ThinkerLost`; it takes nothing more until `restore`.
 */
export interface Thinker {
  restore(from: Memory): Promise<void>;
  /**
   * Reads records that are accounted for and decides nothing: those from `snapshotOffset` on bring back
   * what it knew; events from `eventOffset` on are given back, and which records from there on give none.
   */
  warm(
    records: PackedRecords,
    from: { readonly snapshotOffset: number; readonly eventOffset: number },
  ): Promise<Warmed>;
  think(records: PackedRecords): Promise<Thought>;
  /**
   * What it knows after everything that was asked before, as text for {@link Memory}. It is written
   * while what is asked later goes on: the answer comes out of order.
   */
  snapshot(): Promise<string>;
  /** The events of records that are accounted for, read anew; learns nothing. */
  reread(records: readonly RawRecord[]): Promise<Warmed>;
  /** Records that were set aside, once more. */
  thinkAgain(records: readonly RawRecord[]): Promise<SecondThought>;
  /** What is due when no record comes and the event clock has reached `time`. */
  settle(time: EpochMs): Promise<Thought>;
  /** Signals that no record brought. */
  consider(signals: readonly Signal[]): Promise<Thought>;
  /** A person's act. */
  act(
    command: DeskCommand,
    by: { readonly actor: string; readonly at: EpochMs },
  ): Promise<Result<Acted>>;
  /** What it knows of a thing at a time; changes nothing. */
  describe(question: EntityQuestion): Promise<EntityView>;
  /** Rejects when it cannot be put in force; what was before stays then. */
  order(order: Order): Promise<void>;
  standing(): Standing;
  costs(): Promise<readonly RuleCost[]>;
  close(): Promise<void>;
}

/** It is gone with everything it knew; the state store and the record log bring that back. */
export class ThinkerLost extends Error {
  override readonly name = 'ThinkerLost';
  readonly problem: Problem;
  /** The record that was being thought about; undefined when it was none, or is not known. */
  readonly offset: number | undefined;

  constructor(problem: Problem, offset?: number) {
    super(problem.detail);
    this.problem = problem;
    this.offset = offset;
  }
}
