import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { Location, Problem, ProblemCode } from '../../shared/problem.ts';

/** Reads a YAML text member by member and keeps every problem with its line and column. */
export class YamlReader {
  readonly problems: Problem[] = [];
  private readonly file: string;
  private readonly lines = new LineCounter();
  readonly root: Node | null;

  constructor(text: string, file: string) {
    this.file = file;
    const doc = parseDocument(text, { lineCounter: this.lines, schema: 'core', uniqueKeys: true });
    for (const error of doc.errors) {
      const place = this.lines.linePos(error.pos[0]);
      const detail = (error.message.split('\n')[0] ?? '').replace(/:$/, '.');
      this.problems.push({
        code: 'playbook_syntax',
        detail,
        at: { file, line: place.line, column: place.col },
        retryable: false,
      });
    }
    this.root = doc.errors.length > 0 ? null : doc.contents;
  }

  /** Where a node stands. */
  locate(node: unknown): Location {
    const range = (node as { range?: readonly number[] } | null | undefined)?.range;
    if (!range) return { file: this.file };
    const place = this.lines.linePos(range[0] ?? 0);
    return { file: this.file, line: place.line, column: place.col };
  }

  report(node: unknown, code: ProblemCode, detail: string): void {
    this.problems.push({ code, detail, at: this.locate(node), retryable: false });
  }

  /** The members of a map; keys that are not in `known` are reported. Empty when it is no map. */
  members(node: unknown, known: readonly string[]): ReadonlyMap<string, Node> {
    const found = new Map<string, Node>();
    if (!isMap(node)) {
      this.report(node, 'playbook_bad_value', `A map with ${known.join(', ')} is expected here.`);
      return found;
    }
    for (const pair of (node as YAMLMap).items) {
      const key = isScalar(pair.key) ? String(pair.key.value) : '';
      if (!known.includes(key)) {
        this.report(
          pair.key,
          'playbook_unknown_key',
          `"${key}" is not known here; known are ${known.join(', ')}.`,
        );
      } else found.set(key, (pair.value ?? pair.key) as Node);
    }
    return found;
  }

  /** The entries of a list; none when absent, a problem when it is something else. */
  list(node: Node | undefined): readonly Node[] {
    if (node === undefined) return [];
    if (isSeq(node)) return node.items as Node[];
    this.report(node, 'playbook_bad_value', 'A list is expected here.');
    return [];
  }

  text(node: Node | undefined): string | undefined {
    if (node === undefined) return undefined;
    if (isScalar(node) && typeof node.value === 'string' && node.value.length <= 2_000)
      return node.value;
    this.report(node, 'playbook_bad_value', 'A text of at most 2000 characters is expected here.');
    return undefined;
  }

  whole(node: Node | undefined): number | undefined {
    if (node === undefined) return undefined;
    if (isScalar(node) && Number.isSafeInteger(node.value)) return node.value as number;
    this.report(node, 'playbook_bad_value', 'A whole number is expected here.');
    return undefined;
  }

  /** Does the map say anything under that key? */
  has(node: Node | undefined, key: string): boolean {
    return isMap(node) && node.has(key);
  }

  flag(node: Node | undefined): boolean | undefined {
    if (node === undefined) return undefined;
    if (isScalar(node) && typeof node.value === 'boolean') return node.value;
    this.report(node, 'playbook_bad_value', 'true or false is expected here.');
    return undefined;
  }

  /** Any value as plain JSON. */
  value(node: Node): Json {
    return node.toJSON() as Json;
  }

  /** A map as plain JSON. */
  json(node: Node | undefined): JsonObject {
    if (node === undefined) return {};
    if (isMap(node)) return node.toJSON() as { readonly [key: string]: Json };
    this.report(node, 'playbook_bad_value', 'A map is expected here.');
    return {};
  }
}
