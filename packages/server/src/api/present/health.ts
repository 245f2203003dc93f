import type {
  ContentView,
  LetterGroupView,
  NoticeView,
  RecordTraceView,
  SourceHealthView,
} from '@cordon/contract';
import { type Notice, type RawRecord, type RecordTrace, SECOND_MS } from '@cordon/core';
import type { ContentView as Content, SourceHealth } from '../../health/ports.ts';
import type { LetterGroup } from '../../store/ports.ts';
import { compact, presentProblem, toTime } from './present.ts';
import { presentRecord } from './record.ts';

export const presentNotice = ({ kind, sourceId, since, text, hint }: Notice): NoticeView =>
  compact({ kind, source_id: sourceId, since: toTime(since), text, hint });

export const presentHealth = (health: SourceHealth): SourceHealthView =>
  compact({
    accepted: health.accepted,
    pending: health.waiting,
    lag_s: health.waitedMs / SECOND_MS,
    difference: health.difference,
    minutes: [...health.minutes],
    failure_share: health.failureShare,
    skew_s: health.skewMs === undefined ? undefined : health.skewMs / SECOND_MS,
    last_offset: health.lastOffset,
  });

export const presentContent = ({ loadedAt, problems, ...counts }: Content): ContentView => ({
  ...counts,
  problems: problems.map(presentProblem),
  loaded_at: toTime(loadedAt),
});

export const presentTrace = (record: RawRecord, trace: RecordTrace): RecordTraceView => {
  const { result, envelope, steps } = trace;
  return compact({
    ...presentRecord(record),
    program: envelope?.program,
    outcome: result.kind,
    problem: result.kind === 'unparsed' ? presentProblem(result.problem) : undefined,
    steps: steps.map(({ parserId, took, why }) => ({ parser_id: parserId, took, why })),
    fields: result.kind === 'parsed' ? { ...result.event.provenance.fields } : {},
    event: result.kind === 'parsed' ? result.event : undefined,
  }) as RecordTraceView;
};

/** `text`: the beginning of the newest record, while it is there. */
export const presentLetterGroup = (
  { sourceId, shape, count, newest }: LetterGroup,
  text: string | undefined,
): LetterGroupView => ({
  source_id: sourceId,
  shape,
  count,
  newest: compact({
    offset: newest.offset,
    source_id: sourceId,
    at: toTime(newest.at),
    stage: newest.stage,
    problem: presentProblem(newest.problem),
    text,
  }),
});
