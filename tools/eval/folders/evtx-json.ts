import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles, parseRow, RECEIVED_AT, readText, toLines, toRow, toText } from '../files.ts';
import type { Item, Label, Truth } from '../item.ts';
import type { Layout } from './layout.ts';

/** Windows event logs as JSON lines, in the shape of the event's own XML, below `json/`. */
export const evtxJson: Layout = {
  name: 'event log JSON',
  read(dir) {
    if (!existsSync(join(dir, 'json'))) return undefined;
    const files = listFiles(join(dir, 'json')).filter((name) => /\.jsonl(\.gz)?$/.test(name));
    if (files.length === 0) return undefined;
    const items = files.flatMap((name) =>
      toLines(readText(join(dir, 'json', name))).map(
        (text, at): Item => ({
          id: `${name}:${at + 1}`,
          stream: name,
          text,
          receivedAt: RECEIVED_AT,
        }),
      ),
    );
    return {
      layout: 'event log JSON',
      items,
      readTruth: async () => new Map(items.map((item) => [item.id, toTruth(item.text)])),
    };
  },
};

/** What the independent decoder read of the event's head. */
function toTruth(text: string): Truth {
  const system = toRow(toRow(parseRow(text)?.['Event'])['System']);
  const time = toText(toRow(toRow(system['TimeCreated'])['#attributes'])['SystemTime']);
  const computer = toText(system['Computer']);
  const code = toText(toRow(system['EventID'])['#text']) ?? toText(system['EventID']);
  const labels: Label[] = [];
  if (time) labels.push({ field: 'time', values: [time] });
  if (computer) labels.push({ field: 'target', values: [computer] });
  if (code) labels.push({ field: 'action', values: [code] });
  return { product: toText(system['Channel']) ?? '', labels };
}
