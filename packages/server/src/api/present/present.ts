import type { EntityRef, ProblemView, ScoreView, Severity, VerdictView } from '@cordon/contract';
import {
  type EntityRef as DomainEntity,
  type EpochMs,
  type Evidence,
  type Problem,
  type Score,
  type SeverityId,
  toSeverityName,
  type Verdict,
} from '@cordon/core';

/*
 * Domain -> contract, by hand: only this folder knows how a thing looks on the wire, so a change in
 * the domain is never silently a change of the API.
 */

type WithoutUndefined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Drops members that are undefined; the rest keeps its type. */
export function compact<T extends object>(value: T): WithoutUndefined<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined),
  ) as WithoutUndefined<T>;
}

const LATEST_MS = 8.64e15;

/** RFC 3339 in UTC; a time that no calendar holds shows as the nearest it does. */
export const toTime = (at: EpochMs | number): string => {
  const held = Number.isFinite(at) ? Math.max(0, Math.min(at, LATEST_MS)) : 0;
  const text = new Date(held).toISOString();
  return text.startsWith('+') ? '9999-12-31T23:59:59.999Z' : text;
};

/** The time, or undefined where there is none. */
export const toTimeMaybe = (at: EpochMs | number | undefined): string | undefined =>
  at === undefined ? undefined : toTime(at);

export const presentSeverity = (id: SeverityId): Severity => toSeverityName(id);

export const presentEntity = ({ kind, id, role }: DomainEntity): EntityRef => ({ kind, id, role });

export const presentProblem = ({ code, detail, hint, at, retryable }: Problem): ProblemView =>
  compact({
    code,
    detail,
    hint,
    at: at && compact({ file: at.file, line: at.line, column: at.column }),
    retryable,
  });

export const presentVerdict = ({ kind, by, reason, at }: Verdict): VerdictView => ({
  kind,
  by,
  reason,
  at: toTime(at),
});

/** The largest contributions first, whatever their sign. */
export const presentScore = (score: Score): ScoreView => ({
  p: score.p,
  logit: score.logit,
  prior_logit: score.priorLogit,
  contributions: [...score.contributions]
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .map(({ evidence, contribution }) => ({ ...presentEvidence(evidence), contribution })),
});

const presentEvidence = (evidence: Evidence) => ({
  evidence_id: evidence.id,
  at: toTime(evidence.at),
  kind: evidence.kind,
  group: evidence.group,
  text: evidence.text,
  llr: evidence.llr,
  subject: evidence.subject.map(presentEntity),
  offsets: [...evidence.offsets],
});

/** A page of the store as a page of the API. */
export const presentPage = <T, V>(
  page: { readonly items: readonly T[]; readonly nextCursor?: string },
  present: (item: T) => V,
): { items: V[]; next_cursor?: string } => ({
  items: page.items.map(present),
  ...(page.nextCursor === undefined ? {} : { next_cursor: page.nextCursor }),
});
