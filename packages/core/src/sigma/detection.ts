import { isMap, isSeq, type YAMLMap } from 'yaml';
import { allOf, anyOf } from './condition.ts';
import type { FieldReading, FieldValue } from './event-view.ts';
import { findUnknownField, nearestOf } from './field.ts';
import { compileValue, isModifier, modifierNames, type ValueTest } from './modifier.ts';
import type { LogsourceDemand, Predicate } from './rule.ts';
import { pairsOf, type RuleFile, scalarText } from './yaml-node.ts';

const MAX_VALUES = 5_000;
const NEVER: Predicate = () => false;

/** Compiles search identifiers of one rule; what is wrong goes to the file's problems. */
export class DetectionCompiler {
  readonly fields = new Set<string>();
  readonly #file: RuleFile;
  readonly #logsource: LogsourceDemand;

  constructor(file: RuleFile, logsource: LogsourceDemand) {
    this.#file = file;
    this.#logsource = logsource;
  }

  /** A map (all items), a list of maps (any), a list of scalars or a scalar (keywords). */
  compile(node: unknown): Predicate {
    if (isMap(node)) return this.#map(node);
    if (!isSeq(node)) return this.#item('', [node], node);
    if (node.items.length === 0)
      return this.#fail('rule_bad_detection', 'The search identifier is empty.', node);
    if (node.items.every((item) => isMap(item)))
      return anyOf(node.items.map((item) => this.compile(item)));
    if (node.items.some((item) => isMap(item) || isSeq(item))) {
      return this.#fail(
        'rule_bad_detection',
        'A list holds either maps or plain values, not both.',
        node,
      );
    }
    return this.#item('', node.items, node);
  }

  #map(map: YAMLMap): Predicate {
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
  ): Predicate {
    this.#file.report(code, detail, { node });
    return NEVER;
  }

  #item(key: string, nodes: readonly unknown[], place: unknown): Predicate {
    const [field = '', ...modifiers] = key.split('|').map((part) => part.trim());
    const unknown = modifiers.find((name) => !isModifier(name));
    if (unknown !== undefined) {
      const hint = `Did you mean \`${nearestOf(unknown, modifierNames)}\`?`;
      this.#file.report('rule_unknown_modifier', `The modifier \`${unknown}\` is not known.`, {
        node: place,
        hint,
      });
      return NEVER;
    }
    if (!this.#knows(field, place)) return NEVER;
    const texts = nodes.map((node) => scalarText(node));
    if (texts.length === 0 || texts.length > MAX_VALUES)
      return this.#fail('rule_bad_value', `An item holds 1 to ${MAX_VALUES} values.`, place);
    const values = texts.filter((text) => text !== undefined);
    if (values.length !== texts.length)
      return this.#fail('rule_bad_value', 'A value must be a plain scalar.', place);
    const matches = this.#compileItem({ field, modifiers, values, place });
    return modifiers.includes('neq') ? (view) => !matches(view) : matches;
  }

  #knows(field: string, node: unknown): boolean {
    if (field === '') return true;
    this.fields.add(field);
    const unknown = findUnknownField(field, this.#logsource);
    if (!unknown) return true;
    const hint = `The nearest name there is: \`${unknown.nearest}\`.`;
    this.#file.report('rule_unknown_field', `The log source has no field \`${field}\`.`, {
      node,
      hint,
    });
    return false;
  }

  #compileItem(item: Item): Predicate {
    const { field, modifiers, values, place } = item;
    if (values.includes(null)) {
      if (values.length > 1)
        return this.#fail(
          'rule_bad_value',
          'null cannot stand in a list with other values.',
          place,
        );
      return (view) => view.read(field).kind !== 'values';
    }
    const texts = values.filter((value) => value !== null);
    const [first = ''] = texts;
    if (modifiers.includes('exists')) return this.#exists(field, first, place);
    if (modifiers.includes('fieldref')) return this.#fieldRef(item, first);
    if (modifiers.includes('all') && texts.length === 1)
      return this.#fail('rule_bad_value', '`all` needs more than one value.', place);
    return this.#tests(item, texts);
  }

  #exists(field: string, text: string, place: unknown): Predicate {
    const wanted = text.toLowerCase();
    if (wanted !== 'true' && wanted !== 'false')
      return this.#fail('rule_bad_value', '`exists` takes true or false.', place);
    return (view) => (view.read(field).kind !== 'missing') === (wanted === 'true');
  }

  #fieldRef({ field, modifiers, place }: Item, other: string): Predicate {
    if (!this.#knows(other, place)) return NEVER;
    const compare = compareBy(modifiers);
    return (view) => {
      const left = valuesOf(view.read(field));
      const right = valuesOf(view.read(other));
      return left.some((a) => right.some((b) => compare(a.lower, b.lower)));
    };
  }

  #tests({ field, modifiers, place }: Item, texts: readonly string[]): Predicate {
    const isKeyword = field === '';
    const applied = isKeyword && !modifiers.includes('re') ? [...modifiers, 'contains'] : modifiers;
    const groups: (readonly ValueTest[])[] = [];
    for (const text of texts) {
      const compiled = compileValue(text, applied);
      if (!compiled.ok) return this.#fail('rule_bad_value', compiled.why, place);
      groups.push(compiled.tests);
    }
    const tests = modifiers.includes('all') ? groups.map(toAnyTest) : [toAnyTest(groups.flat())];
    if (isKeyword) return (view) => tests.every((test) => view.everything().some(test));
    return (view) => {
      const reading = view.read(field);
      return reading.kind === 'values' && tests.every((test) => reading.values.some(test));
    };
  }
}

interface Item {
  readonly field: string;
  readonly modifiers: readonly string[];
  readonly values: readonly (string | null)[];
  readonly place: unknown;
}

const valuesOf = (reading: FieldReading): readonly FieldValue[] =>
  reading.kind === 'values' ? reading.values : [];

function compareBy(modifiers: readonly string[]): (left: string, right: string) => boolean {
  if (modifiers.includes('contains')) return (left, right) => left.includes(right);
  if (modifiers.includes('startswith')) return (left, right) => left.startsWith(right);
  if (modifiers.includes('endswith')) return (left, right) => left.endsWith(right);
  return (left, right) => left === right;
}

/** One test for "any of these": equalities as one set look-up, the others one by one. */
function toAnyTest(tests: readonly ValueTest[]): (value: FieldValue) => boolean {
  const exact = new Set(tests.flatMap((test) => (test.exact === undefined ? [] : [test.exact])));
  const others = tests.filter((test) => test.exact === undefined);
  if (others.length === 0) return (value) => exact.has(value.lower);
  return (value) => exact.has(value.lower) || others.some((other) => other.test(value));
}
