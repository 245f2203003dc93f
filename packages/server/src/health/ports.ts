/*
 * What is known of the health of sources, and the desks that mend it. The API sees these, never the
 * parts behind them.
 */
import type { Notice, Problem, RawRecord, RecordTrace } from '@cordon/core';
import type { Retried } from '../pipeline/retry.ts';
import type { LetterSelection } from '../store/lists.ts';

/** How one source does. */
export interface SourceHealth {
  readonly sourceId: string;
  /** Records of it ever appended to the record log. */
  readonly accepted: number;
  /** Of those, not yet accounted for. */
  readonly waiting: number;
  /** How long the oldest of them waits. */
  readonly waitedMs: number;
  /** accepted minus waiting minus all ends; 0 when its books balance. */
  readonly difference: number;
  /** Records in each of the last 60 minutes, oldest first. */
  readonly minutes: readonly number[];
  /** Share of its newest records that nothing could read. */
  readonly failureShare: number;
  /** Its clock minus ours, where that is known. */
  readonly skewMs?: number;
  readonly lastOffset?: number;
  readonly lastRecordAt?: number;
}

/** What is known of the health of sources. */
export interface HealthDesk {
  /** Alarms that stand now, the oldest first. */
  notices(): readonly Notice[];
  of(sourceId: string): SourceHealth | undefined;
  /** Where its newest record is, as of this moment. */
  lastOffset(sourceId: string): number | undefined;
  /** Sources of which records are known, configured or not. */
  sourceIds(): readonly string[];
}

/** The content that is in force. */
export interface ContentView {
  readonly parsers: number;
  readonly rules: number;
  readonly playbooks: number;
  /** What could not be read; where there was an earlier version of it, that stays in force. */
  readonly problems: readonly Problem[];
  readonly loadedAt: number;
}

/** Reads the content anew, and tells how a record is read by it. */
export interface ContentDesk {
  view(): ContentView;
  reload(actor: string): Promise<ContentView>;
  trace(record: RawRecord): RecordTrace;
}

/** Runs dead letters again. */
export interface LetterDesk {
  retry(selection: LetterSelection & { readonly cursor?: string }, actor: string): Promise<Retried>;
}
