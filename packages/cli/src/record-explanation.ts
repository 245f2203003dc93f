import {
  type Problem,
  type RawRecord,
  type RecordTrace,
  type RulesTrace,
  type Signal,
  traceRecord,
  traceRules,
} from '@cordon/core';
import type { loadContent } from '@cordon/server';

type Content = Awaited<ReturnType<typeof loadContent>>;

/** All there is to say about one record. */
export interface RecordExplanation {
  readonly offset: number;
  /** Absent when the record log does not hold it any more. */
  readonly record?: RawRecord;
  /** How today's parsers read it. */
  readonly trace?: RecordTrace;
  /** What today's rules make of it alone. */
  readonly rules?: RulesTrace;
  /** Is the pipeline past it? Absent for a line that was only given. */
  readonly isAccounted?: boolean;
  /** Signals that rest on it. */
  readonly signals?: readonly Signal[];
  readonly setAside?: { readonly stage: string; readonly problem: Problem };
}

/** Runs a record through parsers and rules and keeps every step. */
export function explainText(
  content: Content,
  record: RawRecord,
  before: readonly RawRecord[] = [],
): RecordExplanation {
  const { offset, sourceId, receivedAt, text, isLossy, peer, parsers } = record;
  const plain: RawRecord = {
    offset,
    sourceId,
    receivedAt,
    text,
    ...(isLossy ? { isLossy } : {}),
    ...(peer === undefined ? {} : { peer }),
    ...(parsers === undefined ? {} : { parsers }),
  };
  const trace = traceRecord({ parsers: content.parsers, record: plain, before });
  return {
    offset,
    record: plain,
    trace,
    ...(trace.result.kind === 'parsed'
      ? { rules: traceRules({ rules: content.rules, event: trace.result.event }) }
      : {}),
  };
}
