import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Pair,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import type { Location, Problem, ProblemCode } from '../shared/problem.ts';
import type { Written } from './test-value.ts';

/** Knows where nodes of one authored file lie, and gathers what is wrong with them. */
export class RuleFile {
  readonly file: string;
  readonly problems: Problem[] = [];
  readonly #lines: LineCounter;

  constructor(file: string, lines: LineCounter) {
    this.file = file;
    this.#lines = lines;
  }

  /** The place of a node (or of a character inside a plain one). */
  locate(node: unknown, shift = 0): Location {
    const start = rangeStart(node);
    if (start === undefined) return { file: this.file };
    const { line, col } = this.#lines.linePos(start + shift);
    return { file: this.file, line, column: col };
  }

  /** Adds a problem; authored content does not heal by trying again. */
  report(
    code: ProblemCode,
    detail: string,
    place: { readonly node: unknown; readonly shift?: number; readonly hint?: string },
  ): void {
    const at = this.locate(place.node, place.shift);
    this.problems.push({
      code,
      detail,
      ...(place.hint ? { hint: place.hint } : {}),
      at,
      retryable: false,
    });
  }
}

function rangeStart(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined;
  const { range } = node;
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : undefined;
}

/** The scalar as it was written; null for an explicit or empty null; undefined for anything but a scalar. */
export function scalarText(node: unknown): string | null | undefined {
  if (node === null) return null;
  if (!isScalar(node)) return undefined;
  if (node.value === null) return null;
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

const NUMBER = /^[-+]?(0|[1-9]\d*)(\.\d+)?$/;

/**
 * A scalar with its kind: plain decimal numbers, plain true and false, null; all else is text as it
 * was written (`0x17`, `00000429`, dates). Undefined for anything but a scalar.
 */
export function scalarOf(node: unknown): Written | undefined {
  const text = scalarText(node);
  if (text === undefined) return undefined;
  if (text === null) return { kind: 'null' };
  const isPlain = isScalar(node) && node.type === 'PLAIN';
  if (isPlain && NUMBER.test(text)) return { kind: 'number', value: Number(text), text };
  if (isPlain && /^(true|false)$/i.test(text))
    return { kind: 'bool', value: text.toLowerCase() === 'true', text };
  return { kind: 'string', text };
}

/** The text under a key, or undefined. */
export function textOf(map: YAMLMap, key: string): string | undefined {
  return scalarText(map.get(key, true)) ?? undefined;
}

/** The texts of a list, or of a single scalar; what is neither counts as none. */
export function textsOf(map: YAMLMap, key: string): readonly string[] {
  const node = map.get(key, true);
  const nodes = isSeq(node) ? node.items : node === undefined ? [] : [node];
  return nodes.map(scalarText).filter((text) => typeof text === 'string');
}

/** The pairs of a map whose keys are texts, with key node and value node. */
export function pairsOf(
  map: YAMLMap,
): readonly { readonly key: string; readonly keyNode: Scalar; readonly value: unknown }[] {
  return map.items.flatMap((pair: Pair<unknown, unknown>) => {
    const key = scalarText(pair.key);
    return isScalar(pair.key) && typeof key === 'string'
      ? [{ key, keyNode: pair.key, value: pair.value }]
      : [];
  });
}

/** Does the tree hold an alias? Rules have none; refusing them keeps "billion laughs" out. */
export function findAlias(node: unknown, depth = 0): unknown {
  if (isAlias(node) || depth > 40) return node;
  const children = isMap(node)
    ? node.items.map((pair) => pair.value)
    : isSeq(node)
      ? node.items
      : [];
  for (const child of children) {
    const found = findAlias(child, depth + 1);
    if (found) return found;
  }
  return undefined;
}
