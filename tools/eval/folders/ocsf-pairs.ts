import { dirname, join } from 'node:path';
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
import type { FieldName, Item, Label, Truth } from '../item.ts';
import type { Layout } from './layout.ts';

const PATHS: readonly (readonly [field: FieldName, paths: readonly string[]])[] = [
  ['class', ['class_uid']],
  ['severity', ['severity_id']],
  ['source', ['src_endpoint.ip']],
  ['user', ['actor.user.name', 'user.name', 'actor.user.uid']],
  ['target', ['dst_endpoint.ip', 'query.hostname', 'dst_endpoint.hostname']],
];

interface Pair {
  readonly raw: string;
  readonly expected: Row;
}

/** A raw record beside its OCSF form, in one folder (or one is the only one in its folder). */
export const ocsfPairs: Layout = {
  name: 'OCSF pairs',
  read(dir) {
    const pairs = listPairs(dir);
    if (pairs.length === 0) return undefined;
    const items = pairs.flatMap(({ raw }) => toItem(dir, raw));
    return {
      layout: 'OCSF pairs',
      items,
      readTruth: async () =>
        new Map(pairs.map(({ raw, expected }) => [raw, toTruth(dirname(raw), expected)])),
    };
  },
};

/** OCSF says what it is, whatever the file is called; what lies beside it is the raw form. */
function listPairs(dir: string): readonly Pair[] {
  const files = listFiles(dir).filter((name) => /\.(raw|ocsf|json|event|xml|log|txt)$/i.test(name));
  const expected = new Map<string, Row>();
  for (const name of files) {
    const row = parseRow(readText(join(dir, name)));
    if (row && 'class_uid' in row && 'category_uid' in row) expected.set(name, row);
  }
  return files
    .filter((name) => !expected.has(name))
    .flatMap((raw) => {
      const form = [...expected.keys()].filter((name) => isPair(raw, name));
      const best = form.length > 1 ? form.find((name) => stem(name) === stem(raw)) : form[0];
      return best ? [{ raw, expected: expected.get(best) ?? {} }] : [];
    });
}

const isPair = (raw: string, form: string): boolean => dirname(raw) === dirname(form);
const stem = (name: string): string =>
  name
    .slice(name.lastIndexOf('/') + 1)
    .replace(/\.[^.]+$/, '')
    .replace(/^OCSF_/i, '')
    .toLowerCase();

function toItem(dir: string, raw: string): readonly Item[] {
  const text = readText(join(dir, raw)).trim();
  const json = parseRow(text);
  const records = json && Array.isArray(json['Records']) ? json['Records'] : undefined;
  const record = records ? toRow(records[0]) : json;
  return [
    {
      id: raw,
      stream: raw,
      text: record ? JSON.stringify(record) : toLines(text).join('\n'),
      receivedAt: RECEIVED_AT,
    },
  ];
}

function toTruth(product: string, expected: Row): Truth {
  const labels: Label[] = [{ field: 'recognised' }];
  const time = toText(at(expected, 'time'));
  if (time && /^\d+$/.test(time)) labels.push({ field: 'time', values: [time] });
  for (const [field, paths] of PATHS) {
    const values = paths.flatMap((path) => toText(at(expected, path)) ?? []);
    if (values.length > 0) labels.push({ field, values });
  }
  const operation = toText(at(expected, 'api.operation'));
  const activity = toText(at(expected, 'activity_id'));
  if (operation ?? activity)
    labels.push({ field: 'action', values: [operation, activity].flatMap((text) => text ?? []) });
  const status = at(expected, 'status_id');
  if (status === 1 || status === 2) labels.push({ field: 'outcome', values: [`status ${status}`] });
  return { product, labels };
}

function at(row: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, step) => toRow(inner)[step], row);
}
