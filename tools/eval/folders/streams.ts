import { isIP } from 'node:net';
import { join } from 'node:path';
import {
  listFiles,
  parseRow,
  RECEIVED_AT,
  type Row,
  readText,
  toLines,
  toRow,
  toText,
} from '../files.ts';
import type { Item } from '../item.ts';
import { listHubTests, readHubLog } from './hub-tests.ts';
import { readRowFiles } from './layout.ts';

/** How often a labelled line is repeated: no address is blocked for one mistake. */
const REPEATS = 8;

/** Records of one world, in order. */
export interface Stream {
  readonly id: string;
  readonly items: readonly Item[];
}

/** Who attacked in a stream; `unsure` addresses count neither way. */
export interface StreamTruth {
  readonly attackers: ReadonlySet<string>;
  readonly unsure: ReadonlySet<string>;
  /** False: nothing is known to be wrong with what is blocked here. */
  readonly isScored: boolean;
  /** The label holds only where its author asked for more than is usual; such streams are scored apart. */
  readonly isApart?: boolean;
}

export interface StreamFolder {
  readonly layout: string;
  readonly streams: readonly Stream[];
  readonly readTruth: () => Promise<ReadonlyMap<string, StreamTruth>>;
}

/** The streams of a folder, whatever its layout. */
export function readStreams(dir: string): StreamFolder {
  return readHubStreams(dir) ?? readLineStreams(dir) ?? readWholeLogs(dir);
}

function readHubStreams(dir: string): StreamFolder | undefined {
  const tests = listHubTests(dir);
  if (tests.length === 0) return undefined;
  return {
    layout: 'hub tests',
    streams: tests.map((id) => ({ id, items: readHubLog(dir, id) })),
    readTruth: async () => new Map(tests.map((id) => [id, readOverflows(dir, id)] as const)),
  };
}

/** Sources that the label's own engine would have acted on. */
function readOverflows(dir: string, test: string): StreamTruth {
  const expected = parseRow(readText(join(dir, test, 'expected.json'))) ?? {};
  const overflows = Array.isArray(expected['overflows']) ? expected['overflows'].map(toRow) : [];
  const sourcesOf = (isActedOn: boolean): readonly string[] =>
    overflows
      .filter(({ remediation }) => (remediation === true) === isActedOn)
      .flatMap(({ sources }) => (Array.isArray(sources) ? sources.map(toRow) : []))
      .flatMap(({ value }) => toText(value) ?? [])
      .filter((value) => isIP(value) !== 0);
  const attackers = new Set(sourcesOf(true));
  const unsure = new Set(sourcesOf(false).filter((value) => !attackers.has(value)));
  return { attackers, unsure, isScored: attackers.size > 0 };
}

/** Each labelled line is a log of its own in which it stands several times. */
function readLineStreams(dir: string): StreamFolder | undefined {
  const files = readRowFiles(dir, ['line', 'match', 'labelled']);
  if (files.length === 0) return undefined;
  const rows = files.flatMap((file) => file.rows);
  return {
    layout: 'fail JSON',
    streams: rows.map(({ id, row }) => ({
      id,
      items: Array.from({ length: REPEATS }, (_, at) => ({
        id: `${id}#${at}`,
        stream: id,
        text: toText(row['line']) ?? '',
        receivedAt: RECEIVED_AT,
      })),
    })),
    readTruth: async () =>
      new Map(
        rows.map(({ id, row }) => {
          return [id, readLineTruth(row)] as const;
        }),
      ),
  };
}

/**
 * A host that is only named cannot be blocked by its address; nor can one that another line tells,
 * since the line stands alone.
 */
function readLineTruth(row: Row): StreamTruth {
  const host = toText(row['host']);
  const isHostile = row['match'] === true;
  const isToldHere =
    host !== undefined && isIP(host) !== 0 && (toText(row['line']) ?? '').includes(host);
  return {
    attackers: new Set(isHostile && isToldHere ? [host] : []),
    unsure: new Set<string>(),
    isScored: !isHostile || isToldHere,
    isApart: isOfOtherMode(row['filterOptions']),
  };
}

/** Does every set of options that the label holds for ask for another mode than the usual one? */
function isOfOtherMode(options: unknown): boolean {
  const sets = (Array.isArray(options) ? options : [options]).map(toRow);
  return sets.every(({ mode }) => typeof mode === 'string' && mode !== 'normal');
}

/** Whole logs beside a JSON file that says of each address what it was. */
function readWholeLogs(dir: string): StreamFolder {
  const files = listFiles(dir);
  const logs = files.filter((name) => /\.log(\.gz)?$/.test(name));
  if (logs.length === 0) throw new Error(`There are no logs in ${dir}.`);
  const streams = logs.map(
    (name): Stream => ({
      id: name,
      items: toLines(readText(join(dir, name))).map((text, at) => ({
        id: `${name}:${at + 1}`,
        stream: name,
        text,
        receivedAt: RECEIVED_AT,
      })),
    }),
  );
  return {
    layout: 'whole logs',
    streams,
    readTruth: async () => {
      const labels = files
        .filter((name) => name.endsWith('.json'))
        .flatMap((name) => Object.entries(parseRow(readText(join(dir, name))) ?? {}))
        .filter(([address, row]) => isIP(address) !== 0 && toText(toRow(row)['label']));
      const having = (label: string): ReadonlySet<string> =>
        new Set(labels.filter(([, row]) => toRow(row)['label'] === label).map(([ip]) => ip));
      return new Map(streams.map((stream) => [stream.id, labelOf(stream, having)] as const));
    },
  };
}

/** Only addresses that occur in a log can attack in it. */
function labelOf({ items }: Stream, having: (label: string) => ReadonlySet<string>): StreamTruth {
  const text = `\n${items.map((item) => item.text).join('\n')}\n`;
  const here = (addresses: ReadonlySet<string>): ReadonlySet<string> =>
    new Set([...addresses].filter((address) => text.includes(address)));
  return {
    attackers: here(having('attacker')),
    unsure: here(having('low_volume_failure')),
    isScored: true,
  };
}
