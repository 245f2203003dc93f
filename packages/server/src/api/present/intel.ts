import type { FeedItem, IndicatorSearch, IndicatorView, IntelOverview } from '@cordon/contract';
import { decayed, type Entry, isValidAt } from '@cordon/core';
import type { FeedView, IntelDesk } from '../../ports.ts';
import { presentProblem, toTime } from './present.ts';

/** A feed as it runs. */
export function presentFeed(feed: FeedView): FeedItem {
  const { content, problem, checkedAt } = feed;
  return {
    id: feed.id,
    title: feed.title,
    format: feed.format,
    where: feed.where,
    is_reading: feed.isReading,
    next_at: toTime(feed.nextAt),
    ...(checkedAt === undefined ? {} : { checked_at: toTime(checkedAt) }),
    ...(problem === undefined ? {} : { problem: presentProblem(problem) }),
    ...(content === undefined
      ? {}
      : {
          content: {
            read_at: toTime(content.at),
            kept: content.kept,
            by_type: { ...content.byType },
            refused: { ...content.refused },
            warninglist_entries: content.entries,
            added: content.added,
            removed: content.removed,
            facts: { ...content.facts },
          },
        }),
  };
}

/** All of it. */
export function presentIntel(desk: IntelDesk): IntelOverview {
  const { indicators, warninglistEntries, bytes, matches, lookBack } = desk.totals();
  const { found, signals, repeated, passedOver } = matches;
  return {
    feeds: desk.feeds().map(presentFeed),
    indicators,
    warninglist_entries: warninglistEntries,
    bytes,
    matches: { found, signals, repeated, passed_over: passedOver },
    ...(lookBack === undefined
      ? {}
      : {
          look_back: {
            waiting: lookBack.waiting,
            days_left: lookBack.days.left,
            looked: lookBack.looked,
            found: lookBack.found,
            passed_over: lookBack.passedOver,
          },
        }),
  };
}

function presentIndicator(entry: Entry, now: number): IndicatorView {
  const { feed, type, value, label, role, confidence, tlp, port } = entry;
  return {
    feed,
    type,
    value,
    label,
    role,
    confidence,
    confidence_now: Math.round(decayed(entry, now)),
    is_valid: isValidAt(entry, now),
    ...(tlp === undefined ? {} : { tlp }),
    ...(port === undefined ? {} : { port }),
    ...(entry.validFrom === undefined ? {} : { valid_from: toTime(entry.validFrom) }),
    ...(entry.validUntil === undefined ? {} : { valid_until: toTime(entry.validUntil) }),
    ...(entry.reference === undefined ? {} : { reference: entry.reference }),
  };
}

/** What is known of a value. */
export function presentSearch(
  { type, value, entries, warninglists }: ReturnType<IntelDesk['search']>,
  now: number,
): IndicatorSearch {
  return {
    ...(type === undefined ? {} : { type }),
    ...(value === undefined ? {} : { value }),
    items: entries.map((entry) => presentIndicator(entry, now)),
    warninglists: warninglists.map(({ list, name, isIdentifier, floor }) => ({
      list,
      name,
      is_identifier: isIdentifier,
      floor,
    })),
  };
}
