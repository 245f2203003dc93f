import type { Conservation, SourceItem } from '@cordon/contract';
import type { Notice } from '@cordon/core';
import type { HealthDesk } from '../../health/ports.ts';
import type { SourceView } from '../../ports.ts';
import type { Tally } from '../../store/ports.ts';
import { presentHealth, presentNotice } from './health.ts';
import { compact, presentProblem, toTimeMaybe } from './present.ts';

type Totals = SourceItem['totals'];

/** A source that is not configured any more. */
export interface RemovedSource {
  readonly id: string;
  readonly status: 'removed';
}

/** What is known beside the source itself. */
interface Facts {
  readonly tallies: readonly Tally[];
  readonly notices: readonly Notice[];
  readonly health: Pick<HealthDesk, 'of'>;
}

export function presentSource(source: SourceView | RemovedSource, facts: Facts): SourceItem {
  const own = facts.tallies.filter(({ sourceId }) => sourceId === source.id);
  const health = facts.health.of(source.id);
  const running: SourceView = isRunning(source)
    ? source
    : { ...source, kind: 'removed', title: source.id, status: 'stopped', ratePerS: 0 };
  return compact({
    id: source.id,
    kind: running.kind,
    title: running.title,
    status: source.status,
    where: running.where,
    problem: running.problem && presentProblem(running.problem),
    last_record_at: toTimeMaybe(running.lastRecordAt ?? health?.lastRecordAt),
    rate_per_s: running.ratePerS,
    totals: sumOf(own),
    tallies: own
      .map(({ outcome, reason, count }) => ({ outcome, reason, count }))
      .sort((a, b) => b.count - a.count),
    health: health && presentHealth(health),
    notices: facts.notices.filter(({ sourceId }) => sourceId === source.id).map(presentNotice),
  });
}

const isRunning = (source: SourceView | RemovedSource): source is SourceView =>
  source.status !== 'removed';

/**
 * The equation from two independent books: what the record log says was appended and what the
 * pipeline's transactions say became of it.
 */
export function presentConservation(
  books: { readonly head: number; readonly committedOffset: number },
  tallies: readonly Tally[],
): Conservation {
  const totals = sumOf(tallies);
  const pending = books.head - books.committedOffset;
  const ends = totals.parsed + totals.unparsed + totals.skipped + totals.dead_letter + pending;
  const difference = books.head - ends;
  return {
    received: books.head + totals.refused + totals.dropped_udp + totals.duplicate,
    accepted: books.head,
    pending,
    ...totals,
    difference,
    holds: difference === 0,
  };
}

function sumOf(tallies: readonly Tally[]): Totals {
  const totals: Totals = {
    parsed: 0,
    unparsed: 0,
    skipped: 0,
    dead_letter: 0,
    refused: 0,
    dropped_udp: 0,
    duplicate: 0,
  };
  for (const { outcome, count } of tallies) totals[outcome] += count;
  return totals;
}
