import { listFiles, type Row, readRows } from '../files.ts';
import type { CaseFolder } from '../item.ts';

/** One way in which labelled records lie in a folder. */
export interface Layout {
  readonly name: string;
  /** The cases, or undefined when the folder is laid out otherwise. */
  readonly read: (dir: string) => CaseFolder | undefined;
}

/** A file of JSON lines, as far as its rows have the given keys. */
export interface RowFile {
  readonly name: string;
  readonly rows: readonly { readonly id: string; readonly row: Row }[];
}

/** The files of JSON lines right in a folder whose first row has all of the keys. */
export function readRowFiles(dir: string, keys: readonly string[]): readonly RowFile[] {
  return listFiles(dir)
    .filter((name) => name.endsWith('.jsonl') && !name.includes('/'))
    .map((name) => ({ name, rows: readRows(dir, name) }))
    .filter(({ rows: [first] }) => first && keys.every((key) => key in first.row));
}
