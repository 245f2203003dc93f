/** How far one file was read, as it was then. */
export interface Position {
  /** Tells the file as it is from what it was: inode, size and time of the last change. */
  readonly version: string;
  /** Records of it that are durable. */
  readonly done: number;
  readonly isRead: boolean;
}

const isPosition = (value: unknown): value is Position =>
  typeof value === 'object' &&
  value !== null &&
  'version' in value &&
  typeof value.version === 'string' &&
  'done' in value &&
  typeof value.done === 'number' &&
  'isRead' in value &&
  typeof value.isRead === 'boolean';

/** Positions by path from what was saved; what does not have the form begins again. */
export function parsePositions(saved: unknown): Map<string, Position> {
  const entries = typeof saved === 'object' && saved !== null ? Object.entries(saved) : [];
  return new Map(entries.filter((entry): entry is [string, Position] => isPosition(entry[1])));
}
