import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createDetectionEngine } from '../packages/core/src/detect/create-engine.ts';
import { linkRules } from '../packages/core/src/detect/link-rules.ts';
import { isFor } from '../packages/core/src/detect/route.ts';
import type { Event } from '../packages/core/src/event/event.ts';
import type { Json } from '../packages/core/src/shared/json.ts';
import { toEpochMs } from '../packages/core/src/shared/time.ts';
import { isLeaf, type Leaf, leavesOf, type Node } from '../packages/core/src/sigma/ast.ts';
import { compileNode, type Predicate } from '../packages/core/src/sigma/compile.ts';
import { EventView, FieldTable } from '../packages/core/src/sigma/event-view.ts';
import { parseSigma } from '../packages/core/src/sigma/parse-sigma.ts';
import type { SigmaRule } from '../packages/core/src/sigma/rule.ts';

/*
 * Every rule of a folder, asked through the index and one by one: the same rules must match. Events
 * are made of the rules' own literals, mutated, so that hits and near misses are common.
 * `RULES_DIR`, `INDEX_EVENTS` and `INDEX_SEED` widen it; by default our own rules and 20,000 events.
 */
const DIR = process.env['RULES_DIR'] ?? join(import.meta.dirname, '..', 'content', 'rules');
const EVENTS = Number(process.env['INDEX_EVENTS'] ?? 20_000);
const SEED = Number(process.env['INDEX_SEED'] ?? 20_261_124);

/** Mulberry32. */
function createRandom(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return { below, pick: <T>(list: readonly T[]): T | undefined => list[below(list.length)] };
}
const random = createRandom(SEED);
const { below, pick } = random;

function readRules(): readonly SigmaRule[] {
  const files = readdirSync(DIR, { recursive: true, encoding: 'utf8' }).sort();
  const read = files
    .filter((file) => /(?<!cases)\.ya?ml$/.test(file))
    .flatMap(
      (file) => parseSigma(readFileSync(join(DIR, file), 'utf8'), file, { isOpen: true }).values,
    );
  return linkRules(read.filter(({ kind }) => kind === 'rule')).values.filter(
    (rule) => rule.kind === 'rule',
  );
}

/** Every leaf by itself, in the order written: nothing is merged, sorted or looked up. */
function naive(node: Node, table: FieldTable): Predicate {
  if (isLeaf(node)) return compileNode(node, table);
  const args = node.args.map((inner) => naive(inner, table));
  if (node.op === 'not') return (view) => !args[0]?.(view);
  return node.op === 'and'
    ? (view) => args.every((arg) => arg(view))
    : (view) => args.some((arg) => arg(view));
}

const FILLERS = ['', 'x', ' ', '\\', '/', 'C:\\Windows\\', ' -a ', 'é', 'K', 'İ', '\n', '0'];

/** A value that meets the leaf, or nearly. */
function valueFor(leaf: Leaf): unknown {
  switch (leaf.type) {
    case 'string':
      return leaf.value
        .map((token) => (typeof token === 'string' ? token : (pick(FILLERS) ?? '')))
        .join('');
    case 'number':
    case 'compare':
      return below(2) ? leaf.value + below(3) - 1 : String(leaf.value);
    case 'bool':
      return leaf.value;
    case 'regex':
      return leaf.value.replaceAll(/\\(.)/g, '$1').replaceAll(/[()[\]?+^$*]/g, '');
    case 'cidr':
      return leaf.value.replace(/\/.*$/, '');
    case 'null':
      return below(2) ? null : undefined;
    default:
      return pick(FILLERS);
  }
}

function mutate(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const at = below(value.length + 1);
  switch (below(10)) {
    case 0:
      return value.slice(0, at) + (pick(FILLERS) ?? '') + value.slice(at + 1);
    case 1:
      return value.toUpperCase();
    case 2:
      return (pick(FILLERS) ?? '') + value;
    case 3:
      return value + (pick(FILLERS) ?? '');
    case 4:
      return [value, pick(FILLERS)];
    case 5:
      return value.slice(at);
    default:
      return value;
  }
}

/** Most leaves of one rule, some of another, each perhaps mutated. */
function fieldsFrom(leaves: readonly Leaf[], others: readonly Leaf[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  const take = (leaf: Leaf | undefined) => {
    if (!leaf) return;
    const name = leaf.field ?? 'anything';
    const value = mutate(valueFor(leaf));
    const there = fields[name];
    fields[name] =
      typeof there === 'string' && typeof value === 'string' && below(3) > 0
        ? there + value
        : value;
  };
  for (const leaf of leaves.length > 30
    ? leaves.slice(below(leaves.length - 20)).slice(0, 20)
    : leaves)
    if (below(8) > 0) take(leaf);
  for (let count = below(4); count > 0; count -= 1) take(pick(others));
  return fields;
}

function toEvent(offset: number, rule: SigmaRule, fields: Record<string, unknown>): Event {
  const { product, service, category } = rule.logsource;
  return {
    id: `evt_${offset}`,
    time: toEpochMs(offset),
    class_uid: 0,
    activity_id: 0,
    severity_id: 1,
    observables: [],
    ...(below(4) === 0 ? { message: String(pick(Object.values(fields)) ?? '') } : {}),
    provenance: {
      offset,
      sourceId: 's',
      parserId: 'p',
      logsource: {
        ...(product ? { product } : {}),
        ...(service ? { service } : {}),
        categories: category ? [category] : [],
      },
      fields,
    },
  };
}

it(`asks the rules that match, through the index as one by one (${EVENTS} events, seed ${SEED})`, () => {
  const rules = readRules();
  const table = new FieldTable();
  const view = new EventView(table);
  const leaves = rules.map(({ detection }) => [...leavesOf(detection)]);
  const tests = rules.map((rule): Predicate => naive(rule.detection, table));
  const routes = new Map<string, readonly number[]>();
  const placesOf = (rule: SigmaRule, event: Event): readonly number[] => {
    const key = JSON.stringify(rule.logsource);
    const there = routes.get(key) ?? rules.flatMap((each, at) => (isFor(each, event) ? [at] : []));
    routes.set(key, there);
    return there;
  };
  let engine = createDetectionEngine({ rules });
  let matches = 0;
  for (let offset = 0; offset < EVENTS; offset += 1) {
    const place = below(rules.length);
    const rule = rules[place];
    if (!rule) continue;
    const event = toEvent(offset, rule, fieldsFrom(leaves[place] ?? [], pick(leaves) ?? []));
    if (offset === EVENTS / 2)
      engine = createDetectionEngine({
        rules,
        profile: JSON.parse(JSON.stringify(engine.profile())) as Json,
      });
    const found = engine.evaluate(event).map(({ rule: { id } }) => id);
    view.show(event);
    const expected = placesOf(rule, event).flatMap((at) =>
      tests[at]?.(view) ? [rules[at]?.id] : [],
    );
    if (found.join() !== expected.join())
      expect({ found, event }).toEqual({ found: expected, event });
    matches += expected.length;
  }
  expect(matches).toBeGreaterThan(EVENTS / 20);
}, 36_000_000);
