import type { Claim } from './claim.ts';
import { parseRow } from './files.ts';
import type { Item } from './item.ts';

/** Records of one shape that no parser understands. */
export interface Gap {
  readonly shape: string;
  readonly outcome: Claim['outcome'];
  readonly by: string;
  readonly count: number;
  readonly example: string;
}

const MAX_SHAPE = 160;

/** The shapes of what was not understood, the most frequent first. */
export function listGaps(
  items: readonly Item[],
  claims: readonly Claim[],
  most: number,
): readonly Gap[] {
  const gaps = new Map<string, Gap>();
  for (const [at, item] of items.entries()) {
    const claim = claims[at];
    if (!claim || claim.outcome === 'parsed' || claim.outcome === 'skipped') continue;
    const shape = toShape(item.text);
    const key = `${claim.outcome}\n${claim.by}\n${shape}`;
    const before = gaps.get(key);
    gaps.set(key, {
      shape,
      outcome: claim.outcome,
      by: claim.by,
      count: (before?.count ?? 0) + 1,
      example: before?.example ?? item.text.slice(0, 400),
    });
  }
  return [...gaps.values()].sort((left, right) => right.count - left.count).slice(0, most);
}

/** A line with what varies taken out; of JSON the keys. */
export function toShape(text: string): string {
  const row = text.trimStart().startsWith('{') ? parseRow(text) : undefined;
  if (row) return `{${Object.keys(row).join(',')}} ${kindsOf(row).join(' ')}`.slice(0, MAX_SHAPE);
  return text
    .replace(/"[^"]*"/g, '"…"')
    .replace(/\b[0-9a-fA-F:]*:[0-9a-fA-F:]+\b/g, '#')
    .replace(/\d+/g, '#')
    .replace(/(?:#[.:/-]?)+/g, '#')
    .replace(/=\S+/g, '=…')
    .replace(/\s+/g, ' ')
    .slice(0, MAX_SHAPE);
}

/** Keys whose values tell records of the same keys apart. */
const KIND = /^(?:EventID|Channel|eventID|channel|event_type|eventName|eventType|kind|category)$/;

function kindsOf(value: unknown, depth = 0): readonly string[] {
  if (typeof value !== 'object' || value === null || depth > 3) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    KIND.test(key) && typeof inner !== 'object'
      ? [`${key}=${inner}`.slice(0, 60)]
      : kindsOf(inner, depth + 1),
  );
}
