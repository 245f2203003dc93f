import type { Json, JsonObject } from '../shared/json.ts';
import { anyOf, isLeaf, type Node } from './ast.ts';
import { readCondition } from './condition.ts';
import type {
  SearchPart,
  SigmaCorrelation,
  SigmaDocument,
  SigmaFilter,
  SigmaRule,
} from './rule.ts';
import { ANY, isAnyRun, isWildcard, ONE, type Token } from './token.ts';

/** Goes up whenever reading the same rule text gives another {@link SigmaDocument} or tells other problems. */
export const RULE_FORMAT = 2;

const ANY_CODE = 0;
const ONE_CODE = 1;

/**
 * A rule as JSON, to be kept: reading it back with {@link unpackRule} is some twenty times quicker
 * than reading the YAML. The tree of a condition is left out, since it is made of the parts.
 */
export function packRule(rule: SigmaDocument): Json {
  if (rule.kind === 'correlation') return rule as unknown as JsonObject;
  const { detection: _, parts, ...rest } = rule;
  return {
    ...(rest as unknown as JsonObject),
    parts: parts.map(({ name, detection }): Json => [name, packNode(detection)]),
  };
}

type PackedPart = readonly [name: string, detection: Json];
type PackedSearch<T> = T extends SigmaRule | SigmaFilter
  ? Omit<T, 'detection' | 'parts'> & { readonly parts: readonly PackedPart[] }
  : never;
type Packed = SigmaCorrelation | PackedSearch<SigmaRule> | PackedSearch<SigmaFilter>;

/** The inverse of {@link packRule}, for what it made and nothing else: forms are not looked at again. */
export function unpackRule(json: Json): SigmaDocument | undefined {
  const packed = json as unknown as Packed;
  if (packed.kind === 'correlation') return packed;
  const parts = packed.parts.map(
    ([name, node]): SearchPart => ({ name, detection: unpackNode(node) }),
  );
  const detection = conditionOf(packed.conditions, parts);
  return detection && { ...packed, parts, detection };
}

function conditionOf(
  conditions: readonly string[],
  parts: readonly SearchPart[],
): Node | undefined {
  const identifiers = new Map(parts.map(({ name, detection }) => [name, detection]));
  const nodes: Node[] = [];
  for (const text of conditions) {
    const read = readCondition(text, identifiers);
    if (!read.ok) return undefined;
    nodes.push(read.node);
  }
  return anyOf(nodes);
}

function packNode(node: Node): Json {
  if (!isLeaf(node)) return { op: node.op, args: node.args.map(packNode) };
  if (node.type !== 'string') return node as unknown as JsonObject;
  return { ...(node as unknown as JsonObject), value: node.value.map(packToken) };
}

const packToken = (token: Token): Json =>
  isWildcard(token) ? (isAnyRun(token) ? ANY_CODE : ONE_CODE) : token;

function unpackNode(json: Json): Node {
  const { op, args, type, value, ...rest } = json as JsonObject;
  if (op !== undefined) return { op, args: (args as readonly Json[]).map(unpackNode) } as Node;
  if (type !== 'string') return json as unknown as Node;
  return { type, value: (value as readonly Json[]).map(unpackToken), ...rest } as unknown as Node;
}

const unpackToken = (code: Json): Token =>
  typeof code === 'string' ? code : code === ANY_CODE ? ANY : ONE;
