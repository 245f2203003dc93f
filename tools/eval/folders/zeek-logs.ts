import { join } from 'node:path';
import { listFiles, parseRow, RECEIVED_AT, readText, toLines, toText } from '../files.ts';
import type { Item, Label, Truth } from '../item.ts';
import type { Layout } from './layout.ts';

/** Zeek logs, TSV or JSON, packed or not; what the columns hold is what must be read. */
export const zeekLogs: Layout = {
  name: 'Zeek logs',
  read(dir) {
    const files = listFiles(dir).filter((name) => /\.log(\.gz)?$/.test(name));
    const streams = files.map((name) => ({ name, lines: toLines(readText(join(dir, name))) }));
    if (!streams.some(({ lines: [first = ''] }) => /^#(separator|fields)\b/.test(first)))
      return undefined;
    const items = streams.flatMap(({ name, lines }) =>
      lines.map(
        (text, at): Item => ({
          id: `${name}:${at + 1}`,
          stream: name,
          text,
          receivedAt: RECEIVED_AT,
        }),
      ),
    );
    return {
      layout: 'Zeek logs',
      items,
      readTruth: async () => new Map(streams.flatMap(({ name, lines }) => readTruth(name, lines))),
    };
  },
};

function readTruth(name: string, lines: readonly string[]): readonly (readonly [string, Truth])[] {
  let columns: readonly string[] = [];
  let product = '';
  return lines.flatMap((line, at) => {
    if (line.startsWith('#fields')) columns = line.split('\t').slice(1);
    if (line.startsWith('#path')) product = line.split('\t')[1] ?? '';
    if (line.startsWith('#')) return [];
    const json = parseRow(line);
    const cells = line.split('\t');
    const read = (column: string): string | undefined => {
      const value = json ? toText(json[column]) : cells[columns.indexOf(column)];
      return value === '-' || value === '(empty)' ? undefined : value;
    };
    return [[`${name}:${at + 1}`, { product, labels: toLabels(read) }] as const];
  });
}

function toLabels(read: (column: string) => string | undefined): readonly Label[] {
  const labels: Label[] = [{ field: 'recognised' }];
  const ts = read('ts');
  const time = ts !== undefined && /^\d+\.\d+$/.test(ts) ? `${Math.trunc(Number(ts) * 1_000)}` : ts;
  if (time) labels.push({ field: 'time', values: [time] });
  const source = read('id.orig_h');
  const target = read('id.resp_h');
  const method = read('method');
  if (source) labels.push({ field: 'source', values: [source] });
  if (target) labels.push({ field: 'target', values: [target] });
  if (method) labels.push({ field: 'action', values: [method] });
  return labels;
}
