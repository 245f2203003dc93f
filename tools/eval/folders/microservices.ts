import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type EpochMs,
  type LogLine,
  type Quantity,
  type Series,
  SeriesBook,
  type Span,
  toEpochMs,
  transferMs,
} from '@cordon/core';
import { listFiles, readText, toRow } from '../files.ts';
import { readCsv } from './csv.ts';

/*
 * A day of two microservice systems: metrics of every pod by the minute, latencies of the mesh, spans and
 * logs of some minutes. A pod is the instance of a service: Kubernetes adds two parts to its name.
 */

const UNPACKED_BYTES = 2 ** 30;
const POD_NUMBERS: Readonly<Record<string, Quantity>> = {
  'CpuUsageRate(%)': 'cpu',
  'MemoryUsageRate(%)': 'memory',
  'PodServerLatencyP90(s)': 'latency',
  'PodWorkload(Ops)': 'calls',
};

/** One day. */
export interface Day {
  readonly system: string;
  /** When each fault was put in; nothing else is told before the ranking is written down. */
  readonly onsets: readonly EpochMs[];
  readonly series: readonly Series[];
  readonly spans: readonly Span[];
  readonly logs: readonly LogLine[];
}

export function readDay(dir: string): Day {
  const truth = toRow(JSON.parse(readText(join(dir, 'truth.json'))));
  const faults = Array.isArray(truth['faults']) ? truth['faults'].map(toRow) : [];
  return {
    system: String(truth['app']),
    onsets: faults.map(({ t }) => toEpochMs(Number(t) * 1_000)),
    series: readSeries(join(dir, 'metric')),
    spans: readPacked(join(dir, 'trace.tar.xz')).map(toSpan),
    logs: readPacked(join(dir, 'log.tar.xz')).map(toLogLine),
  };
}

/** The service where each fault was, in the order of the onsets. For scoring only. */
export function readFaultyServices(dir: string): readonly string[] {
  const truth = toRow(JSON.parse(readText(join(dir, 'truth.json'))));
  return (Array.isArray(truth['faults']) ? truth['faults'].map(toRow) : []).map(({ service }) =>
    String(service),
  );
}

type CsvRow = Readonly<Record<string, string>>;

/** Minutes as they are written out; the number beside it is wrong in some files. */
const timeOf = (row: CsvRow): EpochMs =>
  toEpochMs(Date.parse(`${(row['Time'] ?? row['time'] ?? '').slice(0, 19).replace(' ', 'T')}Z`));

export const toService = (pod: string): string => pod.replace(/-[0-9a-f]{6,10}-[0-9a-z]{5}$/, '');

function readSeries(dir: string): readonly Series[] {
  const book = new SeriesBook();
  const read = (name: string) => readCsv(readText(join(dir, name)));
  const names = listFiles(dir);
  const workload = new Map<string, readonly CsvRow[]>();
  for (const name of names.filter((one) => one.endsWith('_metric.csv.gz'))) {
    const rows = read(name);
    const service = toService(rows[0]?.['PodName'] ?? '');
    workload.set(service, rows);
    addPod(book, service, rows);
  }
  const mesh = (name: string) => (names.includes(name) ? read(name) : []);
  addMesh(book, { source: mesh('source_50.csv.gz'), destination: mesh('destination_50.csv.gz') });
  for (const { Source: from = '', Target: to = '' } of mesh('dependency.csv.gz'))
    for (const row of workload.get(to) ?? [])
      addNumber(
        book,
        { subject: { kind: 'call', from, to }, quantity: 'calls', name: 'workload' },
        {
          at: timeOf(row),
          text: row['PodWorkload(Ops)'],
        },
      );
  return book.series();
}

function addPod(book: SeriesBook, service: string, rows: readonly CsvRow[]): void {
  for (const row of rows)
    for (const [name, quantity] of Object.entries(POD_NUMBERS))
      addNumber(
        book,
        { subject: { kind: 'service', service }, quantity, name, ...limitOf(name) },
        {
          at: timeOf(row),
          text: row[name],
        },
      );
}

const limitOf = (name: string) => (name.endsWith('(%)') ? { limit: 100 } : {});

function addNumber(
  book: SeriesBook,
  key: Parameters<SeriesBook['add']>[0],
  { at, text }: { readonly at: EpochMs; readonly text: string | undefined },
): void {
  const value = Number(text);
  const factor = key.name.endsWith('(s)') ? 1_000 : 1;
  if (text !== undefined && text !== '' && Number.isFinite(value))
    book.add(key, { at, value: value * factor });
}

/** What the calling side waited and the called side took: the difference was on the way. */
function addMesh(
  book: SeriesBook,
  {
    source,
    destination,
  }: { readonly source: readonly CsvRow[]; readonly destination: readonly CsvRow[] },
): void {
  for (const [nth, row] of source.entries())
    for (const [column, text] of Object.entries(row)) {
      const [from, to] = column.split('_');
      if (from === undefined || to === undefined || text === '') continue;
      const waited = Number(text);
      const took = Number(destination[nth]?.[column]);
      if (!(waited > 0 && took > 0)) continue;
      const subject = { kind: 'call' as const, from, to };
      const at = timeOf(row);
      const way = transferMs(waited * 1_000, took * 1_000);
      book.add({ subject, quantity: 'transfer-time', name: 'mesh P50' }, { at, value: way });
    }
}

/** All rows of the tables in an archive; none where there is no archive. */
function readPacked(path: string): readonly CsvRow[] {
  if (!existsSync(path)) return [];
  const tar = (...args: readonly string[]) =>
    execFileSync('tar', [...args], { encoding: 'utf8', maxBuffer: UNPACKED_BYTES });
  const names = tar('-tJf', path)
    .split('\n')
    .filter((name) => name.endsWith('.csv'));
  return names.flatMap((name) => readCsv(tar('-xJOf', path, name)));
}

const toSpan = (row: CsvRow): Span => ({
  id: row['SpanID'] ?? '',
  parentId: row['ParentID'] === 'root' ? undefined : row['ParentID'],
  service: toService(row['PodName'] ?? ''),
  name: row['OperationName'] ?? '',
  startAt: toEpochMs(Number(row['StartTimeUnixNano']) / 1e6),
  durationMs: Number(row['Duration']) / 1e3,
});

const toLogLine = (row: CsvRow): LogLine => ({
  at: toEpochMs(Number(row['TimeUnixNano']) / 1e6),
  service: toService(row['PodName'] ?? ''),
  text: messageOf(row['Log'] ?? ''),
});

/** The message inside the container runtime's wrapping, without ids that differ each time. */
function messageOf(log: string): string {
  try {
    const outer = toRow(JSON.parse(log));
    return String(outer['log'] ?? log).replace(/\b(?:TraceID|SpanID): \w+/g, '');
  } catch {
    return log;
  }
}
