import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  listFolders,
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

/** The names under which the labels hold a field, best first. */
const META: readonly (readonly [field: FieldName, names: readonly string[]])[] = [
  ['source', ['source_ip']],
  ['user', ['user', 'username', 'target_user']],
  ['action', ['http_verb']],
  ['outcome', ['http_status']],
  ['target', ['http_path']],
];

/** A folder for each test: log files beside `expected.json` and `config.yaml`. */
export const hubTests: Layout = {
  name: 'hub tests',
  read(dir) {
    const tests = listHubTests(dir);
    if (tests.length === 0) return undefined;
    return {
      layout: 'hub tests',
      items: tests.flatMap((test) => readHubLog(dir, test)),
      readTruth: async () => new Map(tests.flatMap((test) => readHubTruth(dir, test))),
    };
  },
};

/** The tests of such a folder, in order of name. */
export function listHubTests(dir: string): readonly string[] {
  return listFolders(dir).filter((name) =>
    ['expected.json', 'config.yaml'].every((file) => existsSync(join(dir, name, file))),
  );
}

/** The lines of a test's log files. */
export function readHubLog(dir: string, test: string): readonly Item[] {
  const files = readdirSync(join(dir, test), { withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^(?:expected\.json|.*\.ya?ml)$/.test(entry.name))
    .map((entry) => entry.name)
    .sort();
  return files.flatMap((file) =>
    toLines(readText(join(dir, test, file))).map((text, at) => ({
      id: `${test}/${file}:${at + 1}`,
      stream: `${test}/${file}`,
      text,
      receivedAt: RECEIVED_AT,
    })),
  );
}

interface Known {
  readonly meta: Record<string, string>;
  time?: string;
}

function readHubTruth(dir: string, test: string): readonly (readonly [string, Truth])[] {
  const items = readHubLog(dir, test);
  const expected = parseRow(readText(join(dir, test, 'expected.json'))) ?? {};
  const known = new Map<string, Known>();
  const stages = Object.entries(toRow(expected['parsed'])).filter(([stage]) => stage !== 's00-raw');
  for (const [, parsers] of stages)
    for (const rows of Object.values(toRow(parsers)))
      if (Array.isArray(rows)) align(items, rows.map(toRow), known);
  return items.map(({ id }) => [id, toTruth(known.get(id))] as const);
}

/** Rows stand in the order of the lines; where some are missing, the message tells which line is meant. */
function align(items: readonly Item[], rows: readonly Row[], known: Map<string, Known>): void {
  const taken = new Set<string>();
  for (const [at, row] of rows.entries()) {
    if (row['success'] !== true) continue;
    const message = toText(toRow(row['Parsed'])['message'])?.split('\n')[0]?.trim() ?? '';
    const item =
      rows.length === items.length
        ? items[at]
        : items.find(({ id, text }) => message !== '' && !taken.has(id) && text.includes(message));
    if (!item) continue;
    taken.add(item.id);
    learn(known, item.id, row);
  }
}

function learn(known: Map<string, Known>, id: string, row: Row): void {
  const before = known.get(id) ?? { meta: {} };
  known.set(id, before);
  for (const [name, value] of Object.entries(toRow(row['Meta']))) {
    const text = toText(value);
    if (text !== undefined) before.meta[name] = text;
  }
  const time = toText(toRow(row['Enriched'])['MarshaledTime']);
  if (time) before.time = time;
}

function toTruth(known: Known | undefined): Truth {
  const labels: Label[] = [];
  for (const [field, names] of META) {
    const value = names.map((name) => known?.meta[name]).find((text) => text && text !== '-');
    if (value) labels.push({ field, values: [value] });
  }
  if (known?.time) labels.push({ field: 'time', values: [known.time] });
  if (known) labels.push({ field: 'recognised' });
  return { product: known?.meta['service'] ?? '', labels };
}
