/*
 * What is not well about taking in, in sentences. A notice is the state of one alarm: it is there
 * while its cause is and goes by itself. All detectors are pure: time is handed in.
 */

/**
 * What an alarm is about; one source has at most one notice of a kind. `rule`: a rule was set aside;
 * `unanswered`: people were told of something and nobody answered; `target`: an incident is past a
 * target of time.
 */
export const NOTICE_KINDS = [
  'books',
  'failed',
  'silence',
  'parse_failures',
  'skew',
  'times',
  'lag',
  'losses',
  'rule',
  'unanswered',
  'target',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** One alarm that stands. */
export interface Notice {
  readonly kind: NoticeKind;
  /** Absent when it is not about one source. */
  readonly sourceId?: string;
  /** When it began to stand, in epoch milliseconds. */
  readonly since: number;
  /** What is not well and by what measure, one sentence. */
  readonly text: string;
  /** What to do next. */
  readonly hint: string;
}

/** What a detector says of one source right now; undefined when all is well. */
export type Finding = Pick<Notice, 'text' | 'hint'>;

/** A length of time as people say it. */
export function sayDuration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** A share as people say it. */
export const sayShare = (share: number): string =>
  `${share > 0 && share < 0.1 ? (share * 100).toFixed(1) : Math.round(share * 100)} %`;
