import { compileRanges } from './address-range.ts';
import { isLeaf, type Leaf, type Node, type ValueTest } from './ast.ts';
import { compareNumbers, datePartOf, toNumber } from './comparison.ts';
import {
  type EventView,
  type FieldTable,
  type FieldValue,
  fold,
  MANY,
  MISSING,
  NULL,
  ONE,
} from './event-view.ts';
import { compileRegex } from './regex.ts';
import { mergeTexts } from './text-list.ts';
import { ANY, compileTokens, isAnyRun, isWildcard, type Token, toPlainText } from './token.ts';

/** A compiled test over one event. */
export type Predicate = (view: EventView) => boolean;
/** A test of one value, given as written and in lower case. */
type TextTest = (lower: string, text: string) => boolean;

/** Makes a tree run: cheap tests first, equalities of one field as one set. */
export function compileNode(node: Node, fields: FieldTable): Predicate {
  if (isLeaf(node)) return compileLeaves([node], fields);
  if (node.op === 'not') {
    const inner = compileNode(node.args[0], fields);
    return (view) => !inner(view);
  }
  return node.op === 'or' ? compileOr(node.args, fields) : compileAnd(node.args, fields);
}

function compileAnd(args: readonly Node[], fields: FieldTable): Predicate {
  const sorted = [...args].sort((left, right) => costOf(left) - costOf(right));
  const parts = sorted.map((node) => compileNode(node, fields));
  const [first, second, third] = parts;
  if (first && second && parts.length === 2) return (view) => first(view) && second(view);
  if (first && second && third && parts.length === 3)
    return (view) => first(view) && second(view) && third(view);
  return (view) => {
    for (const part of parts) if (!part(view)) return false;
    return true;
  };
}

/** Tests of one field's values become one pass over the field. */
function compileOr(args: readonly Node[], fields: FieldTable): Predicate {
  const flat = args.flatMap(flattenOr);
  const byField = new Map<string | null, Leaf[]>();
  const others: Node[] = [];
  for (const node of flat) {
    if (!isLeaf(node) || !isValueTest(node)) others.push(node);
    else byField.set(node.field, [...(byField.get(node.field) ?? []), node]);
  }
  const grouped = [...byField.values()].map((leaves) => compileLeaves(leaves, fields));
  const parts = [
    ...grouped,
    ...others.sort((a, b) => costOf(a) - costOf(b)).map((node) => compileNode(node, fields)),
  ];
  const [first = () => false, second] = parts;
  if (parts.length <= 1) return first;
  if (second && parts.length === 2) return (view) => first(view) || second(view);
  return (view) => {
    for (const part of parts) if (part(view)) return true;
    return false;
  };
}

const flattenOr = (node: Node): readonly Node[] =>
  !isLeaf(node) && node.op === 'or' ? node.args.flatMap(flattenOr) : [node];

/** Is it about the values that are there (not about presence or another field)? */
const isValueTest = ({ type }: Leaf): boolean => !['null', 'exists', 'fieldref'].includes(type);

const COST: Readonly<Record<ValueTest['type'], number>> = {
  number: 1,
  bool: 1,
  exists: 1,
  null: 1,
  string: 2,
  compare: 2,
  timestamp_part: 4,
  fieldref: 4,
  cidr: 20,
  regex: 40,
};

function costOf(node: Node): number {
  if (isLeaf(node)) return COST[node.type] * (node.field === null ? 40 : 1);
  return node.args.reduce((sum, inner) => sum + costOf(inner), 1);
}

/** Any of the leaves, all of one field. */
function compileLeaves(leaves: readonly Leaf[], fields: FieldTable): Predicate {
  const [leaf] = leaves;
  if (!leaf) return () => false;
  if (!isValueTest(leaf)) return compilePresence(leaf, fields);
  const isKeyword = leaf.field === null;
  const test = anyTest(isKeyword ? leaves.map(toKeyword) : leaves);
  if (leaf.field === null)
    return (view) => view.everything().some(({ lower, text }) => test(lower, text));
  const slot = fields.slotOf(leaf.field);
  return (view) => {
    const kind = view.load(slot);
    if (kind === ONE) return test(view.lowers[slot] ?? '', view.texts[slot] ?? '');
    return kind === MANY && isAny(view.lists[slot] ?? [], test);
  };
}

function isAny(values: readonly FieldValue[], test: TextTest): boolean {
  for (const value of values) if (test(value.lower, value.text)) return true;
  return false;
}

/** A keyword may stand anywhere in a value. */
function toKeyword(leaf: Leaf): Leaf {
  if (leaf.type === 'number')
    return toKeyword({ ...leaf, type: 'string', value: [String(leaf.value)], cased: false });
  if (leaf.type !== 'string') return leaf;
  const before = isAnyRun(leaf.value[0]) ? [] : [ANY];
  const behind = isAnyRun(leaf.value.at(-1)) ? [] : [ANY];
  return { ...leaf, value: [...before, ...leaf.value, ...behind] };
}

function compilePresence(leaf: Leaf, fields: FieldTable): Predicate {
  const slot = fields.slotOf(leaf.field ?? '');
  if (leaf.type === 'null') return (view) => view.load(slot) <= NULL;
  if (leaf.type === 'exists') {
    const { value } = leaf;
    return (view) => (view.load(slot) !== MISSING) === value;
  }
  if (leaf.type !== 'fieldref') return () => false;
  const { field, value: other } = leaf;
  const compare = compareBy(leaf);
  return (view) => {
    const right = view.values(other);
    return view.values(field ?? '').some((a) => right.some((b) => compare(a.lower, b.lower)));
  };
}

function compareBy(leaf: { readonly starts_with: boolean; readonly ends_with: boolean }) {
  if (leaf.starts_with && leaf.ends_with) return (a: string, b: string) => a.includes(b);
  if (leaf.starts_with) return (a: string, b: string) => a.startsWith(b);
  if (leaf.ends_with) return (a: string, b: string) => a.endsWith(b);
  return (a: string, b: string) => a === b;
}

/** One test for "any of these": equalities as one set look-up, address ranges as one, the others one by one. */
function anyTest(leaves: readonly Leaf[]): TextTest {
  const exact = new Set<string>();
  const ranges: string[] = [];
  const sought: Leaf[] = [];
  for (const leaf of leaves) {
    const equal = equalText(leaf);
    if (equal !== undefined) exact.add(equal);
    else if (leaf.type === 'cidr') ranges.push(leaf.value);
    else sought.push(leaf);
  }
  const { tests, rest } = mergeTexts(sought);
  const inRange = ranges.length > 0 ? [compileRanges(ranges)] : [];
  const others: readonly TextTest[] = [...inRange, ...tests, ...rest.map(compileTest)];
  const [first, second] = others;
  if (!first) return (lower) => exact.has(lower);
  if (exact.size === 0 && others.length === 1) return first;
  if (exact.size === 0 && second && others.length === 2)
    return (lower, text) => first(lower, text) || second(lower, text);
  return (lower, text) => {
    if (exact.size > 0 && exact.has(lower)) return true;
    for (const other of others) if (other(lower, text)) return true;
    return false;
  };
}

/** The lower-case text that a value must equal, when the test is that. */
export function equalText(leaf: ValueTest): string | undefined {
  if (leaf.type === 'bool') return String(leaf.value);
  if (leaf.type === 'number') return Number.isInteger(leaf.value) ? String(leaf.value) : undefined;
  if (leaf.type !== 'string' || leaf.cased) return undefined;
  const text = toPlainText(leaf.value);
  return text === undefined ? undefined : fold(text);
}

function compileTest(test: ValueTest): TextTest {
  switch (test.type) {
    case 'string':
      return compileText(test.value, test.cased);
    case 'number':
      return (lower) => toNumber(lower) === test.value;
    case 'regex': {
      const search = compileRegex(test.value, test.flags);
      return (_, text) => search(text);
    }
    case 'compare':
      return (lower) => compareNumbers(test, lower);
    case 'timestamp_part':
      return (lower) => datePartOf(test.part, lower) === test.value;
    default:
      return () => false;
  }
}

function compileText(tokens: readonly Token[], cased: boolean): TextTest {
  if (cased) {
    const test = compileTokens(tokens);
    return (_, text) => test(text);
  }
  return compileTokens(tokens.map((token) => (isWildcard(token) ? token : fold(token))));
}
