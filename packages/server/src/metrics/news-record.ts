import { type JsonObject, nameIn, type SeriesNews, sayDuration } from '@cordon/core';

/** So many series of a machine are named; the rest is counted. */
const MAX_NAMED = 5;

/**
 * One record for each machine and kind of news: what happens to a machine shows in many of its series.
 * `content/parsers/cordon-watch` reads it.
 */
export function toNewsRecords(news: readonly SeriesNews[]): readonly JsonObject[] {
  const groups = new Map<string, SeriesNews[]>();
  for (const one of news) {
    const key = `${one.kind} ${one.asset}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => {
    const sorted = group.sort(byWeight);
    const [first] = sorted;
    if (first === undefined) return [];
    const named = sorted.slice(0, MAX_NAMED).map(tell);
    const more = sorted.length - named.length;
    return [
      {
        cordon: 'series',
        time: first.at,
        kind: first.kind,
        asset: first.asset,
        state: 'warn',
        series: sorted.slice(0, MAX_NAMED).map(({ name, labels }) => nameIn(name, labels)),
        finding: `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`,
      },
    ];
  });
}

/** What ends soonest, or surprises most, first. */
const byWeight = (a: SeriesNews, b: SeriesNews): number =>
  (a.endsAt ?? 0) - (b.endsAt ?? 0) || (b.surprise ?? 0) - (a.surprise ?? 0);

function tell({ kind, name, labels, at, value, expected = 0, endsAt = at }: SeriesNews): string {
  const series = nameIn(name, labels);
  if (kind === 'unusual') return `${series} was ${say(value)}, where ${say(expected)} was expected`;
  const leftMs = endsAt - at;
  return leftMs <= 0
    ? `${series} has come to its end`
    : `${series} comes to its end in ${sayDuration(leftMs)} if it goes on so`;
}

const say = (value: number): string => String(Number(value.toPrecision(4)));
