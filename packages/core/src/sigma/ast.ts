import type { Token } from './token.ts';

/*
 * What a detection says once modifiers are applied and names are resolved: a tree of tests over
 * fields. Plain data, so that rules can be compared, cached and indexed; `compile.ts` makes it run.
 */

/** How two numbers are compared. */
export type Comparison = 'lt' | 'lte' | 'gt' | 'gte';
/** A part of a point in time (Sigma 2.1, "Time modifiers"). */
export type DatePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/** What a field's value is held against. */
export type ValueTest =
  | { readonly type: 'string'; readonly value: readonly Token[]; readonly cased: boolean }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'null' }
  | { readonly type: 'regex'; readonly value: string; readonly flags: string }
  | { readonly type: 'cidr'; readonly value: string }
  | { readonly type: 'exists'; readonly value: boolean }
  | {
      readonly type: 'compare';
      readonly cmp: Comparison;
      readonly value: number;
      readonly part?: DatePart;
    }
  | { readonly type: 'timestamp_part'; readonly part: DatePart; readonly value: number }
  | {
      readonly type: 'fieldref';
      readonly value: string;
      /** Both: the other field's value is contained. */
      readonly starts_with: boolean;
      readonly ends_with: boolean;
    };

/** One test of one field; no field: a keyword, sought in the message and in every value. */
export type Leaf = ValueTest & { readonly field: string | null };

export type Node =
  | { readonly op: 'and' | 'or'; readonly args: readonly Node[] }
  | { readonly op: 'not'; readonly args: readonly [Node] }
  | Leaf;

/** True when every part is; a single part is itself. */
export const allOf = (args: readonly Node[]): Node => join('and', args);
/** True when any part is; a single part is itself. */
export const anyOf = (args: readonly Node[]): Node => join('or', args);
export const not = (node: Node): Node => ({ op: 'not', args: [node] });

function join(op: 'and' | 'or', args: readonly Node[]): Node {
  const [only] = args;
  return only && args.length === 1 ? only : { op, args };
}

/** Is this a test, not a connective? */
export const isLeaf = (node: Node): node is Leaf => !('op' in node);

/** Every test of the tree, in the order written. */
export function* leavesOf(node: Node): Generator<Leaf> {
  if (isLeaf(node)) yield node;
  else for (const inner of node.args) yield* leavesOf(inner);
}
