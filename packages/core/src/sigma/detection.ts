import { isMap, isSeq, type YAMLMap } from 'yaml';
import { allOf, anyOf, type Leaf, type Node, not, type ValueTest } from './ast.ts';
import { findUnknownField, nearestOf } from './field.ts';
import { MODIFIERS, type ModifierChain, readModifiers } from './modifier.ts';
import type { LogsourceDemand } from './rule.ts';
import { readValue, type Written } from './test-value.ts';
import type { Placeholders } from './text-value.ts';
import { pairsOf, type RuleFile, scalarOf } from './yaml-node.ts';

const MAX_VALUES = 5_000;
/** Stands where a part could not be read; the rule is refused anyway. */
const NOTHING: Node = anyOf([]);

/** What the reader of a detection is given. */
export interface DetectionContext {
  readonly file: RuleFile;
  readonly logsource: LogsourceDemand;
  readonly placeholders: Placeholders;
  /** Is a field that the log source is not known to have a problem? */
  readonly isStrict: boolean;
}

/** Reads search identifiers of one rule; what is wrong goes to the file's problems. */
export class DetectionReader {
  readonly fields = new Set<string>();
  readonly #context: DetectionContext;

  constructor(context: DetectionContext) {
    this.#context = context;
  }

  /** A map (all items), a list of maps (any), a list of scalars or a scalar (keywords). */
  read(node: unknown): Node {
    if (isMap(node)) return this.#map(node);
    if (!isSeq(node)) return this.#item('', [node], node);
    if (node.items.length === 0)
      return this.#fail('rule_bad_detection', 'The search identifier is empty.', node);
    if (!node.items.some((item) => isMap(item) || isSeq(item)))
      return this.#item('', node.items, node);
    return anyOf(node.items.map((item) => this.read(item)));
  }

  #map(map: YAMLMap): Node {
    const items = pairsOf(map);
    if (items.length === 0)
      return this.#fail('rule_bad_detection', 'The search identifier is empty.', map);
    return allOf(
      items.map(({ key, keyNode, value }) =>
        this.#item(key, isSeq(value) ? value.items : [value], keyNode),
      ),
    );
  }

  #fail(
    code: 'rule_bad_detection' | 'rule_bad_value' | 'rule_unknown_modifier',
    detail: string,
    node: unknown,
  ): Node {
    this.#context.file.report(code, detail, { node });
    return NOTHING;
  }

  #item(key: string, nodes: readonly unknown[], place: unknown): Node {
    const [field = '', ...modifiers] = key.split('|');
    const unknown = modifiers.find((name) => !MODIFIERS.includes(name));
    if (unknown !== undefined) {
      const hint = `Did you mean \`${nearestOf(unknown, MODIFIERS)}\`?`;
      this.#context.file.report(
        'rule_unknown_modifier',
        `The modifier \`${unknown}\` is not known.`,
        { node: place, hint },
      );
      return NOTHING;
    }
    const chain = readModifiers(modifiers);
    if (typeof chain === 'string') return this.#fail('rule_bad_value', chain, place);
    if (!this.#knows(field, place)) return NOTHING;
    const values = nodes.map((node) => scalarOf(node));
    if (values.length > MAX_VALUES)
      return this.#fail('rule_bad_value', `An item holds at most ${MAX_VALUES} values.`, place);
    const written = values.filter((value) => value !== undefined);
    if (written.length !== values.length)
      return this.#fail('rule_bad_value', 'A value must be a plain scalar.', place);
    return this.#tests({ field, chain, place }, written.length === 0 ? [NULL] : written);
  }

  /** The item's values under its modifiers: any of them, every one with `all`, none with `neq`. */
  #tests({ field, chain, place }: Item, written: readonly Written[]): Node {
    const parts: Node[] = [];
    for (const value of written) {
      const tests = readValue(value, {
        chain,
        isKeyword: field === '',
        placeholders: this.#context.placeholders,
      });
      if (typeof tests === 'string') return this.#fail('rule_bad_value', tests, place);
      if (!this.#knowsAll(tests, place)) return NOTHING;
      parts.push(anyOf(tests.map((test): Leaf => ({ ...test, field: field || null }))));
    }
    const joined = chain.isAll ? allOf(parts) : anyOf(parts);
    return chain.isNegated ? not(joined) : joined;
  }

  #knowsAll(tests: readonly ValueTest[], place: unknown): boolean {
    return tests.every((test) => test.type !== 'fieldref' || this.#knows(test.value, place));
  }

  #knows(field: string, node: unknown): boolean {
    if (field === '') return true;
    this.fields.add(field);
    const { isStrict, logsource, file } = this.#context;
    const unknown = isStrict ? findUnknownField(field, logsource) : undefined;
    if (!unknown) return true;
    const hint = `The nearest name there is: \`${unknown.nearest}\`.`;
    file.report('rule_unknown_field', `The log source has no field \`${field}\`.`, { node, hint });
    return false;
  }
}

interface Item {
  readonly field: string;
  readonly chain: ModifierChain;
  readonly place: unknown;
}

const NULL: Written = { kind: 'null' };
