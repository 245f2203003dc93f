import { isIP } from 'node:net';
import { RECEIVED_AT, toRow, toText } from '../files.ts';
import type { Item, Label, Truth } from '../item.ts';
import { type Layout, readRowFiles } from './layout.ts';

/** Rows of `line`, `match`, and where it matches `time`, `host`, `user`. */
export const failJson: Layout = {
  name: 'fail JSON',
  read(dir) {
    const files = readRowFiles(dir, ['line', 'match', 'labelled']);
    if (files.length === 0) return undefined;
    const rows = files.flatMap(({ name, rows }) => rows.map((each) => ({ ...each, name })));
    const items = rows.map(
      ({ id, row, name }): Item => ({
        id,
        stream: name,
        text: toText(row['line']) ?? '',
        receivedAt: RECEIVED_AT,
      }),
    );
    return {
      layout: 'fail JSON',
      items,
      readTruth: async () => new Map(rows.map(({ id, row, name }) => [id, toTruth(name, row)])),
    };
  },
};

function toTruth(name: string, row: Readonly<Record<string, unknown>>): Truth {
  const labels: Label[] = [];
  if (row['match'] === true) {
    const host = toText(row['host']);
    const time = toText(row['time']);
    const user = toText(row['user']) ?? toText(toRow(row['extra'])['user']);
    if (host) labels.push({ field: 'source', values: [host] });
    if (time) labels.push({ field: 'time', values: [time] });
    if (user) labels.push({ field: 'user', values: [user] });
    if (host && isIP(host)) labels.push({ field: 'recognised' });
  }
  return { product: name.replace(/\.jsonl$/, ''), labels };
}
