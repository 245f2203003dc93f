import { isIP } from 'node:net';
import { RECEIVED_AT, type Row, toRow, toText } from '../files.ts';
import type { Item, Label, Truth } from '../item.ts';
import { type Layout, type RowFile, readRowFiles } from './layout.ts';

const MAX_DEPTH = 6;
const TIME_KEY = /(?:time|date|created|published|occurred|^ts$|^at$|_at$)/i;
const USER_KEY = /(?:user|actor|principal|email|account_?name|login|identity)/i;

/**
 * Rows of an `event` and what a rule says of it. Fields are not labelled: what stands in the event
 * under a telling key (an address, an account, a time) must be found.
 */
export const ruleEvents: Layout = {
  name: 'rule events',
  read(dir) {
    const rows = readRuleRows(dir);
    if (rows.length === 0) return undefined;
    const records = rows.filter(isEvent);
    return {
      layout: 'rule events',
      items: records.map(({ item }) => item),
      readTruth: async () =>
        new Map(records.map(({ item, event, product }) => [item.id, toTruth(product, event)])),
      leftOut: { 'configuration snapshots': rows.length - records.length },
    };
  },
};

/** One row: the record, and (for scoring) what the rule that it was written for says of it. */
export interface RuleRow {
  readonly item: Item;
  readonly event: Row;
  readonly kind: unknown;
  readonly product: string;
  readonly ruleId: string;
  readonly isExpected: boolean;
  readonly severity: string;
}

/** Every row of a folder laid out so; none where it is not. */
export const readRuleRows = (dir: string): readonly RuleRow[] =>
  readRowFiles(dir, ['event', 'rule_id', 'expect_alert']).flatMap(rowsOf);

/** Is it something that happened, rather than how something is configured? */
export const isEvent = ({ kind }: RuleRow): boolean => kind !== 'policy';

function rowsOf({ rows }: RowFile): readonly RuleRow[] {
  return rows.map(({ id, row }) => {
    const event = toRow(row['event']);
    const types = Array.isArray(row['log_types']) ? row['log_types'] : [];
    // What the collector of the data set added is no part of the record.
    const text = JSON.stringify(
      Object.fromEntries(Object.entries(event).filter(([key]) => !/^p_/.test(key))),
    );
    const item: Item = { id, stream: id, text, receivedAt: RECEIVED_AT };
    return {
      item,
      event,
      kind: row['kind'],
      product: String(types[0] ?? ''),
      ruleId: toText(row['rule_id']) ?? '',
      isExpected: row['expect_alert'] === true,
      severity: toText(row['severity']) ?? '',
    };
  });
}

interface Leaf {
  readonly path: string;
  readonly value: string;
}

function leavesOf(value: unknown, path: string, depth = 0): readonly Leaf[] {
  if (depth > MAX_DEPTH) return [];
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) =>
      /^p_/.test(key) ? [] : leavesOf(inner, path ? `${path}.${key}` : key, depth + 1),
    );
  const text = toText(value);
  return text === undefined ? [] : [{ path, value: text }];
}

function toTruth(product: string, event: unknown): Truth {
  const leaves = leavesOf(event, '');
  const labels: Label[] = [{ field: 'recognised' }, { field: 'action' }];
  const addresses = leaves.filter(({ value }) => isIP(value)).map(({ value }) => value);
  const times = leaves.filter(({ path, value }) => TIME_KEY.test(path) && isTime(value));
  if (addresses.length > 0) labels.push({ field: 'source', values: addresses });
  if (times.length > 0) labels.push({ field: 'time', values: times.map(({ value }) => value) });
  if (leaves.some(({ path, value }) => USER_KEY.test(path) && value.length > 1))
    labels.push({ field: 'user' });
  return { product, labels };
}

function isTime(value: string): boolean {
  return /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(value) || /^1\d{9}(?:\d{3})?$/.test(value);
}
