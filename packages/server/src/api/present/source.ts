import type { Conservation, SourceItem } from '@cordon/contract';
import type { SourceView } from '../../ports.ts';
import type { Tally } from '../../store/ports.ts';
import { compact, presentProblem, toTimeMaybe } from './present.ts';

type Totals = SourceItem['totals'];

export function presentSource(source: SourceView, tallies: readonly Tally[]): SourceItem {
  const own = tallies.filter(({ sourceId }) => sourceId === source.id);
  return compact({
    id: source.id,
    kind: source.kind,
    title: source.title,
    status: source.status,
    where: source.where,
    problem: source.problem && presentProblem(source.problem),
    last_record_at: toTimeMaybe(source.lastRecordAt),
    rate_per_s: source.ratePerS,
    totals: sumOf(own),
    tallies: own
      .map(({ outcome, reason, count }) => ({ outcome, reason, count }))
      .sort((a, b) => b.count - a.count),
  });
}

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
