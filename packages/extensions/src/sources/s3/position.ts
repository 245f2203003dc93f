import type { ListedObject } from './listing.ts';

/** How far one prefix was read. */
export interface Position {
  /** All objects up to this key were read, and no new one is expected before it. */
  readonly floor: string;
  /** Objects behind the floor that were read: key and ETag. */
  readonly seen: Readonly<Record<string, string>>;
  /** The object that is being read, and how many of its records are durable. */
  readonly current?: { readonly key: string; readonly etag: string; readonly done: number };
}

/** More names than this are not kept: the floor rises to the oldest of them. */
export const SEEN_LIMIT = 5_000;
export const START: Position = { floor: '', seen: {} };

const isMember = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsePosition(saved: unknown): Position {
  if (!isMember(saved) || typeof saved['floor'] !== 'string' || !isMember(saved['seen']))
    return START;
  const seen = Object.fromEntries(
    Object.entries(saved['seen']).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
  const current = saved['current'];
  const isWhole =
    isMember(current) &&
    typeof current['key'] === 'string' &&
    typeof current['etag'] === 'string' &&
    typeof current['done'] === 'number';
  return {
    floor: saved['floor'],
    seen,
    ...(isWhole ? { current: current as unknown as NonNullable<Position['current']> } : {}),
  };
}

/** Positions by prefix from what was saved; what does not have the form begins again. */
export const parsePositions = (saved: unknown): Map<string, Position> =>
  new Map(
    Object.entries(isMember(saved) ? saved : {}).map(([prefix, value]) => [
      prefix,
      parsePosition(value),
    ]),
  );

/** How many records of that object are durable already. */
export const doneOf = (position: Position, { key, etag }: ListedObject): number =>
  position.current?.key === key && position.current.etag === etag ? position.current.done : 0;

/** Was it read, as it is now? */
export const isRead = (position: Position, { key, etag }: ListedObject): boolean =>
  position.seen[key] === etag;

/** After an object was read to its end. */
export const withRead = ({ floor, seen }: Position, { key, etag }: ListedObject): Position => ({
  floor,
  seen: { ...seen, [key]: etag },
});

/**
 * Raises the floor over objects that were there so long that nothing is expected before them any more.
 * Keys compare as UTF-8 bytes, as buckets sort them.
 */
export function settle(
  position: Position,
  listed: readonly ListedObject[],
  before: number,
): Position {
  const bySort = [...listed].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  let floor = position.floor;
  const kept = new Map<string, string>();
  let isOpen = false;
  for (const [at, object] of bySort.entries()) {
    const isForced = bySort.length - at > SEEN_LIMIT;
    isOpen ||= !isRead(position, object) || (object.modifiedAt > before && !isForced);
    if (isOpen && isRead(position, object)) kept.set(object.key, object.etag);
    if (!isOpen) floor = object.key;
  }
  return { floor, seen: Object.fromEntries(kept) };
}
