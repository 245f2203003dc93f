/** How far a file was read: enough to know it again after a restart, a rename or a truncation. */
export interface Position {
  readonly inode: number;
  /** Up to here all lines are durable. */
  readonly offset: number;
  /** The first bytes, base 64: tells a file that was truncated and grew again. */
  readonly head: string;
}

/** Longest prefix a file is known by. */
export const HEAD_BYTES = 64;

const isPosition = (value: unknown): value is Position =>
  typeof value === 'object' &&
  value !== null &&
  'inode' in value &&
  typeof value.inode === 'number' &&
  'offset' in value &&
  typeof value.offset === 'number' &&
  'head' in value &&
  typeof value.head === 'string';

/** Positions by path from what was saved; what does not have the form is left out. */
export function parsePositions(saved: unknown): Map<string, Position> {
  const entries = typeof saved === 'object' && saved !== null ? Object.entries(saved) : [];
  return new Map(entries.filter((entry): entry is [string, Position] => isPosition(entry[1])));
}
