import type { EpochMs } from '../shared/time.ts';

/**
 * What a source received, as the record log keeps it. `offset` is its place in the log: unique,
 * ascending, without holes; it is the record's identity everywhere.
 */
export interface RawRecord {
  readonly offset: number;
  readonly sourceId: string;
  readonly receivedAt: EpochMs;
  /** The record as text; bytes that are not UTF-8 show as U+FFFD here and stay verbatim in the log. */
  readonly text: string;
  /** Were there bytes that are not UTF-8? */
  readonly isLossy?: boolean;
  /** Where it began in its file, when that file has no lines (an event log file). */
  readonly byte?: number;
  /** Address of the sender, where there was one. */
  readonly peer?: string;
  /** Parser ids to try, in order; without it every parser that recognises the record may take it. */
  readonly parsers?: readonly string[];
  /** What the sender calls it, where it gave it a name. */
  readonly senderId?: string;
}
