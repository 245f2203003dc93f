import { RECEIVED_AT, toText } from '../files.ts';
import type { Item, Label, Truth } from '../item.ts';
import { addressesOf } from './address.ts';
import { type Layout, readRowFiles } from './layout.ts';

/**
 * Rows of `line`, `decoder`, `rule`, `level`. What is labelled is that the line is understood; its
 * fields are not, so an address that stands in it must be found, whichever one it is.
 */
export const ruleTests: Layout = {
  name: 'rule tests',
  read(dir) {
    const files = readRowFiles(dir, ['line', 'decoder', 'rule', 'level']);
    if (files.length === 0) return undefined;
    const rows = files.flatMap(({ rows }) => rows);
    const items = rows.map(
      ({ id, row }): Item => ({
        id,
        stream: id,
        text: toText(row['line']) ?? '',
        receivedAt: RECEIVED_AT,
      }),
    );
    return {
      layout: 'rule tests',
      items,
      readTruth: async () =>
        new Map(
          rows.map(({ id, row }, at) => [
            id,
            toTruth(toText(row['decoder']) ?? 'none', items[at]?.text ?? ''),
          ]),
        ),
    };
  },
};

function toTruth(product: string, text: string): Truth {
  const addresses = addressesOf(text);
  const labels: Label[] = [{ field: 'recognised' }];
  if (addresses.length > 0) labels.push({ field: 'source', values: addresses });
  return { product, labels };
}
