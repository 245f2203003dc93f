import { basename, dirname, extname, join } from 'node:path';
import {
  type FeedContext,
  IndicatorSet,
  type Problem,
  printProblem,
  type Result,
  readJsonRows,
  readMispEvents,
  readReport,
  readStix,
  readStixObjects,
  readTable,
  readWarninglist,
  type TableShape,
  type Warninglist,
  WarninglistBook,
} from '@cordon/core';
import { listFiles, parseRow, readText, toRow } from './files.ts';
import type { Evaluation } from './kind.ts';

const REPORTS: ReadonlySet<string> = new Set(['.adoc', '.md', '.txt']);
const LISTS: ReadonlySet<string> = new Set(['.md5', '.sha1', '.sha256', '.csv', '.list']);
/** Notes about a set and files about its files. */
const ABOUT = /^(readme\.md|licen[cs]e.*|manifest\.json|schema\.json|makefile)$/i;

/** Rows of JSON say by the names of their members what they are. */
const ROW_SHAPES: readonly (readonly [string, TableShape])[] = [
  [
    'ioc',
    {
      value: 'ioc',
      typeColumn: 'ioc_type',
      label: 'malware_printable',
      confidence: 'confidence_level',
      time: 'first_seen',
    },
  ],
  ['url', { value: 'url', type: 'url', label: 'threat', time: 'dateadded' }],
  ['ja3', { value: 'ja3', type: 'ja3', label: 'reason', time: 'last_ts' }],
  ['sha1', { value: 'sha1', type: 'certificate', label: 'reason', time: 'ts' }],
  ['sha256', { value: 'sha256', type: 'hash' }],
];

interface Imported {
  readonly set: IndicatorSet;
  readonly list?: Warninglist;
  readonly objects?: number;
}

function importJson(text: string, context: FeedContext): Result<Imported> {
  const set = new IndicatorSet();
  const row = toRow(parseRow(text));
  if ('list' in row) {
    const list = readWarninglist(text, context.where, context.where);
    return list.ok ? { ok: true, value: { set, list: list.value } } : list;
  }
  if ('response' in row || 'Event' in row) {
    const read = readMispEvents(text, context, set);
    return read.ok ? { ok: true, value: { set } } : read;
  }
  const objects = readStixObjects(text, context.where);
  if (!objects.ok) return objects;
  readStix(objects.value, context, set);
  return { ok: true, value: { set, objects: objects.value.length } };
}

function importRows(text: string, context: FeedContext): Result<Imported> {
  const set = new IndicatorSet();
  const first = toRow(parseRow(text.split('\n')[0] ?? ''));
  const shape = ROW_SHAPES.find(([name]) => name in first)?.[1] ?? {};
  const read = readJsonRows(text, { shape, context, sink: set });
  return read.ok ? { ok: true, value: { set } } : read;
}

/** Reads one file as what its text shows it to be; undefined when it is none of what feeds send. */
function importFile(dir: string, name: string): Result<Imported> | undefined {
  const text = readText(join(dir, name));
  const context = { where: name, confidence: 70, label: basename(dirname(name)) };
  const extension = extname(name);
  if (extension === '.json') return importJson(text, context);
  if (extension === '.jsonl' || extension === '.ndjson') return importRows(text, context);
  const set = new IndicatorSet();
  if (LISTS.has(extension)) {
    const read = readTable(text, { shape: {}, context, sink: set });
    return read.ok ? { ok: true, value: { set } } : read;
  }
  if (!REPORTS.has(extension)) return undefined;
  readReport(text, context, set);
  return { ok: true, value: { set } };
}

const add = (into: Record<string, number>, from: Readonly<Record<string, number>>): void => {
  for (const [name, count] of Object.entries(from)) into[name] = (into[name] ?? 0) + count;
};

/** Indicators that a second import of the same files would add, change or remove. */
function countChanges(all: IndicatorSet, again: readonly Imported[]): number {
  const before = new Set(all.lines());
  for (const { set } of again) for (const indicator of set.values()) all.keep(indicator);
  const after = all.lines();
  const added = after.filter((line) => !before.has(line)).length;
  return added + (before.size + added - after.length);
}

/** Every entry of a list must be known to the book under its own list. */
function countUnlisted(lists: readonly Warninglist[], book: WarninglistBook): number {
  let unlisted = 0;
  for (const { entries, kind } of lists)
    for (const entry of kind === 'cidr' || kind === 'string' ? entries : []) {
      const first = entry.includes('/') ? (entry.split('/')[0] ?? '') : entry;
      const found = book.floor(first);
      if (found === undefined && isTyped(first)) unlisted += 1;
    }
  return unlisted;
}

const isTyped = (text: string): boolean => /^[\d.]+$|^[\da-f:]+:[\da-f:]*$/i.test(text.trim());

/** Reads every file of a folder as a feed would, and once more. */
export const intelEvaluation: Evaluation = {
  async run({ dir, say, predict }) {
    const names = listFiles(dir).filter((name) => !ABOUT.test(basename(name)));
    const passes = [1, 2].map(() =>
      names.flatMap((name) => {
        const read = importFile(dir, name);
        return read === undefined ? [] : [{ name, read }];
      }),
    );
    const [first = [], second = []] = passes;
    const good = first.flatMap(({ name, read }) => (read.ok ? [{ name, ...read.value }] : []));
    const problems = first.flatMap(({ read }): readonly Problem[] =>
      read.ok ? [] : [read.problem],
    );
    for (const problem of problems) say(printProblem(problem));
    predict(
      good.map(({ name, set, list }) => ({
        id: name,
        ...(list ? { entries: list.entries.length } : set.counts()),
      })),
    );
    const all = new IndicatorSet();
    const kept: Record<string, number> = {};
    const refused: Record<string, number> = {};
    const byRole: Record<string, number> = {};
    const digests: Record<string, number> = {};
    for (const { set } of good) {
      const counts = set.counts();
      add(kept, counts.byType);
      add(refused, counts.refused);
      for (const indicator of set.values()) {
        all.keep(indicator);
        add(byRole, { [indicator.role]: 1 });
        if (indicator.type === 'hash') add(digests, { [`hash_${indicator.value.length * 4}`]: 1 });
      }
    }
    const lists = good.flatMap(({ list }) => list ?? []);
    const book = new WarninglistBook(lists);
    const again = second.flatMap(({ read }) => (read.ok ? [read.value] : []));
    const distinct = all.lines().length;
    return {
      files: first.length,
      filesRefused: problems.length,
      notFeeds: names.length - first.length,
      kept,
      distinct,
      byRole,
      digests,
      refused,
      reimportChanges: countChanges(all, again),
      stixObjects: good.reduce((sum, { objects = 0 }) => sum + objects, 0),
      ...(lists.length > 0
        ? {
            warninglists: lists.length,
            entries: lists.reduce((sum, { entries }) => sum + entries.length, 0),
            entriesHeld: book.size,
            entriesRefused: Object.fromEntries(book.refused),
            addressesNotOnTheFloor: countUnlisted(lists, book),
            bookBytes: book.bytes,
          }
        : {}),
    };
  },
};
