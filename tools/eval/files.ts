import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type EpochMs, toEpochMs } from '@cordon/core';

/**
 * When every record of an evaluation counts as received: labels of logs without a year are compared
 * without it, and a fixed day makes the figures the same tomorrow.
 */
export const RECEIVED_AT: EpochMs = toEpochMs(Date.UTC(2026, 11, 31));

export type Row = Readonly<Record<string, unknown>>;

/** Every file below a folder, in order of path, as paths from it. */
export function listFiles(dir: string): readonly string[] {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .sort();
}

/** Folders right below a folder, in order of name. */
export function listFolders(dir: string): readonly string[] {
  return readdirSync(dir)
    .filter((name) => statSync(join(dir, name)).isDirectory())
    .sort();
}

/** Text of a file; `.gz` is unpacked. */
export function readText(path: string): string {
  const bytes = readFileSync(path);
  return (/\.gz$/i.test(path) ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** The lines of a text that are not blank. */
export function toLines(text: string): readonly string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}

/** A value as a mapping; anything else as an empty one. */
export function toRow(value: unknown): Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Row) : {};
}

/** A text as a JSON mapping, or undefined. */
export function parseRow(text: string): Row | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Row)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The rows of a file of JSON lines, each with its place. */
export function readRows(
  dir: string,
  name: string,
): readonly { readonly id: string; readonly row: Row }[] {
  return toLines(readText(join(dir, name))).flatMap((line, at) => {
    const row = parseRow(line);
    return row ? [{ id: `${name}:${at + 1}`, row }] : [];
  });
}

/** A text as it is, a number as text; anything else is none. */
export function toText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
