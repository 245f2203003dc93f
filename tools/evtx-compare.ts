// Reads every .evtx file below some folders and compares each record with the JSON beside it.
//   node tools/evtx-compare.ts DIR...
// The JSON is looked for as `x.json` beside `x.evtx` (what evtx_dump writes), and as
// `json/…/x.jsonl.gz` under the folder (what evtxexport knows, all values as text).
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type EvtxItem, isEvtx, readEvtx } from '@cordon/core';

/** What a comparison found. */
export interface Comparison {
  files: number;
  records: number;
  equal: number;
  problems: number;
  lost: number;
  /** Files with another number of records than their JSON. */
  otherCount: number;
  /** The first differences, for people. */
  readonly differences: string[];
}

/** What an XML text cannot hold; one of the decoders goes through XML. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNFIT_FOR_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;

type Spelling = 'exact' | 'text';

const MAX_SHOWN = 200;
const MAX_SHOWN_A_FILE = 2;

const filesBelow = (dir: string): string[] =>
  readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** JSON objects one after the other, with or without lines between them. */
export function readObjects(text: string): unknown[] {
  const objects: unknown[] = [];
  let depth = 0;
  let start = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (isInString) {
      if (char === '\\') at += 1;
      else if (char === '"') isInString = false;
    } else if (char === '"') isInString = true;
    else if (char === '{' && depth++ === 0) start = at;
    else if (char === '}' && --depth === 0) objects.push(JSON.parse(text.slice(start, at + 1)));
  }
  return objects;
}

/** A value as text that two honest decoders agree on: no braces, no leading zeros, no trailing blanks. */
function spell(value: unknown, spelling: Spelling): unknown {
  if (Array.isArray(value)) return value.map((one) => spell(one, spelling));
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(spelling === 'exact' ? value : openData(value))
      .filter(([name]) => spelling === 'exact' || !name.startsWith('xmlns'))
      .map(([name, one]) => [name, spell(one, spelling)] as const)
      .filter(([, one]) => spelling === 'exact' || !isEmpty(one))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(members);
  }
  if (typeof value === 'string') return spelling === 'exact' ? value.trimEnd() : spellText(value);
  if (spelling === 'exact') return value;
  return value === null ? '' : String(value);
}

/** One decoder leaves named data as a list beside unnamed data, and drops the name of the whole. */
function openData(value: object): object {
  const { Data: data, '#attributes': attributes, ...rest } = value as Record<string, unknown>;
  const isNamed = (one: unknown): one is { '#attributes': { Name: string }; '#text'?: unknown } =>
    typeof one === 'object' && one !== null && '#attributes' in one;
  if (!Array.isArray(data) || !data.some(isNamed)) {
    const isNamedWhole = Object.keys(attributes ?? {}).join() === 'Name' && !('Guid' in rest);
    return isNamedWhole && Object.keys(rest).length > 0
      ? { ...rest, ...(data === undefined ? {} : { Data: data }) }
      : value;
  }
  return {
    ...rest,
    ...Object.fromEntries(
      data.filter(isNamed).map((one) => [one['#attributes'].Name, one['#text'] ?? '']),
    ),
  };
}

/** An element without content: one decoder says null, one says '', one leaves it out. */
const isEmpty = (value: unknown): boolean => value === '' || JSON.stringify(value) === '{}';

function spellText(value: string): string {
  return value
    .trimEnd()
    .replace(/\r\n/g, '\n')
    .replace(UNFIT_FOR_XML, '')
    .replace(/^\{([0-9A-Fa-f-]{36})\}$/, (_, guid: string) => guid.toUpperCase())
    .replace(/^0x0+(?=[0-9a-f])/, '0x')
    .replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6})\d{3}Z$/, '$1Z');
}

function difference(left: unknown, right: unknown, path = ''): string | undefined {
  if (JSON.stringify(left) === JSON.stringify(right)) return undefined;
  const isBoth = [left, right].every((one) => typeof one === 'object' && one !== null);
  if (!isBoth)
    return `${path}: ${JSON.stringify(left)?.slice(0, 160)} is ${JSON.stringify(right)?.slice(0, 160)} in the JSON`;
  const names = new Set([...Object.keys(left as object), ...Object.keys(right as object)]);
  for (const name of names) {
    const found = difference(
      (left as Record<string, unknown>)[name],
      (right as Record<string, unknown>)[name],
      `${path}/${name}`,
    );
    if (found) return found;
  }
  return undefined;
}

interface Pair {
  readonly evtx: string;
  readonly json: string;
  readonly spelling: Spelling;
}

function pairOf(dir: string, evtx: string): Pair | undefined {
  const beside = evtx.replace(/\.evtx(\.gz)?$/, '.json');
  if (existsSync(beside)) return { evtx, json: beside, spelling: 'exact' };
  const apart = join(dir, 'json', relative(dir, evtx).replace(/\.evtx(\.gz)?$/, '.jsonl.gz'));
  return existsSync(apart) ? { evtx, json: apart, spelling: 'text' } : undefined;
}

const load = (path: string): Buffer => {
  const bytes = readFileSync(path);
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
};

function comparePair(pair: Pair, into: Comparison): void {
  const bytes = load(pair.evtx);
  const items: EvtxItem[] = isEvtx(bytes) ? [...readEvtx(bytes)] : [];
  const wanted = readObjects(load(pair.json).toString('utf8'));
  const events = items.flatMap((item) => (item.kind === 'record' ? [item.event] : []));
  into.files += 1;
  into.records += events.length;
  let shown = 0;
  const show = (text: string) => {
    if (shown++ < MAX_SHOWN_A_FILE && into.differences.length < MAX_SHOWN)
      into.differences.push(`${pair.evtx}: ${text}`);
  };
  for (const item of items) {
    if (item.kind === 'record') continue;
    into.problems += 1;
    into.lost += item.lost;
    show(item.problem.detail);
  }
  if (events.length !== wanted.length) {
    into.otherCount += 1;
    show(`${events.length} records, ${wanted.length} in the JSON`);
  }
  for (const [index, event] of events.entries()) {
    const found = difference(spell(event, pair.spelling), spell(wanted[index], pair.spelling));
    if (found) show(`record ${index}${found}`);
    else into.equal += 1;
  }
}

/** Compares every pair below a folder. */
export function compareFolder(dir: string): Comparison {
  const comparison: Comparison = {
    files: 0,
    records: 0,
    equal: 0,
    problems: 0,
    lost: 0,
    otherCount: 0,
    differences: [],
  };
  for (const evtx of filesBelow(dir).filter((path) => /\.evtx(\.gz)?$/.test(path))) {
    const pair = pairOf(dir, evtx);
    if (pair) comparePair(pair, comparison);
    else comparison.differences.push(`${evtx}: there is no JSON to compare with`);
  }
  return comparison;
}

if (process.argv[1] === import.meta.filename) {
  for (const dir of process.argv.slice(2)) {
    const { differences, ...figures } = compareFolder(dir);
    console.log(dir, JSON.stringify(figures));
    for (const line of differences) console.log(`  ${line}`);
  }
}
