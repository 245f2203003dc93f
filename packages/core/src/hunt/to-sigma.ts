import { Document } from 'yaml';
import type { SeverityName } from '../event/severity.ts';
import { EVENT_CLASSES } from '../normalise/attribute.ts';
import { err, ok, type Result } from '../shared/result.ts';
import type { HuntNode, HuntTest } from './hunt.ts';
import { huntProblem } from './token.ts';

/** What a rule needs beyond its hunt. */
export interface HuntRuleMeta {
  readonly id: string;
  readonly title: string;
  readonly level: SeverityName;
  readonly author: string;
  /** `2026-11-24`. */
  readonly date: string;
}

/** A hunt as the text of a Sigma rule, with the conditions that a rule over single events cannot say. */
export interface HuntAsRule {
  readonly text: string;
  readonly leftOut: readonly string[];
}

/** Fields of a hunt that are the log source of a rule. */
const LOGSOURCE: ReadonlySet<string> = new Set(['product', 'service', 'category']);
/** Where it came from and when says nothing of what it is. */
const OUTSIDE: ReadonlySet<string> = new Set([
  'time',
  'record',
  'source',
  'parser',
  'id',
  'any.ip',
  'any.user',
  'any.host',
]);

/**
 * Writes a hunt as a Sigma rule. `product`, `service`, `category` and `class_uid`, where they must
 * hold, become its log source; what a rule cannot say is left out and named, where it is only one
 * of several conditions that must hold, and a problem elsewhere.
 */
export function huntToSigma(hunt: HuntNode, meta: HuntRuleMeta): Result<HuntAsRule> {
  const all = hunt.kind === 'and' ? hunt.of : [hunt];
  const logsource: Record<string, string> = {};
  const leftOut: string[] = [];
  const rest: HuntNode[] = [];
  for (const node of all) {
    if (isOutside(node)) leftOut.push(describe(node));
    else if (!takeLogsource(node, logsource)) rest.push(node);
  }
  if (Object.keys(logsource).length === 0) {
    const hint = 'Add `class_uid = 3002`, `product = windows` or `category = process_creation`.';
    return err(huntProblem(1, 'A rule needs to know what kind of events it looks at.', hint));
  }
  const bad = rest.find(holdsOutside);
  if (bad) {
    const hint = 'Ask for it beside the other conditions with `and`, where it can be left out.';
    return err(huntProblem(1, `A rule cannot say \`${describe(bad)}\`.`, hint));
  }
  const searches = new Map<string, unknown>();
  const condition = rest.map((node) => toCondition(node, searches)).join(' and ');
  if (condition === '')
    return err(huntProblem(1, 'A rule needs a condition beyond its log source.'));
  const document = new Document({
    title: meta.title,
    id: meta.id,
    status: 'experimental',
    description: `Made from a hunt.`,
    author: meta.author,
    date: meta.date,
    logsource,
    detection: { ...Object.fromEntries(searches), condition },
    falsepositives: ['Not known yet'],
    level: meta.level,
  });
  return ok({ text: document.toString({ lineWidth: 0 }), leftOut });
}

const fieldsOf = (node: HuntNode): readonly string[] => {
  if (node.kind === 'test') return [node.field.name];
  return node.kind === 'not' ? fieldsOf(node.of) : node.of.flatMap(fieldsOf);
};

/** Speaks of nothing that a rule can say. */
const isOutside = (node: HuntNode): boolean => {
  const fields = fieldsOf(node);
  return fields.length > 0 && fields.every((name) => OUTSIDE.has(name));
};
/** Speaks of something that a rule cannot say where it stands. */
const holdsOutside = (node: HuntNode): boolean =>
  fieldsOf(node).some((name) => OUTSIDE.has(name) || LOGSOURCE.has(name));

function takeLogsource(node: HuntNode, logsource: Record<string, string>): boolean {
  if (node.kind !== 'test' || node.op !== 'eq' || node.values.length !== 1) return false;
  const { name } = node.field;
  const [value = ''] = node.values;
  if (LOGSOURCE.has(name)) {
    logsource[name] ??= String(value);
    return logsource[name] === String(value);
  }
  const category = name === 'class_uid' ? EVENT_CLASSES[Number(value)] : undefined;
  if (category === undefined || logsource['category'] !== undefined) return false;
  logsource['category'] = category;
  return true;
}

/** A condition in Sigma's words; each test becomes a search identifier of its own. */
function toCondition(node: HuntNode, searches: Map<string, unknown>): string {
  if (node.kind === 'not') return `not ${toCondition(node.of, searches)}`;
  if (node.kind !== 'test')
    return `(${node.of.map((inner) => toCondition(inner, searches)).join(` ${node.kind} `)})`;
  const name = `test_${searches.size + 1}`;
  searches.set(name, toItem(node));
  return name;
}

function toItem({ field, op, values }: HuntTest): Record<string, unknown> {
  const name = field.name.startsWith('fields.') ? (field.path.at(-1) ?? '') : field.name;
  const one = (list: readonly unknown[]) => (list.length === 1 ? list[0] : list);
  switch (op) {
    case 'exists':
      return { [`${name}|exists`]: true };
    case 'eq':
      return {
        [name]: one(
          values.map((value) => (typeof value === 'string' ? escaped(value, '*?\\') : value)),
        ),
      };
    case 'like': {
      const texts = values.map((value) => escaped(String(value), '\\'));
      return texts.every((text) => /[*?]/.test(text))
        ? { [name]: one(texts) }
        : { [`${name}|contains`]: one(texts) };
    }
    default:
      return { [`${name}|${op}`]: values[0] };
  }
}

/** Sigma reads a backslash before one of `*?\` as an escape; any other backslash is itself. */
const escaped = (text: string, special: string): string =>
  [...text]
    .map((char, at, all) => {
      if (char !== '\\') return special.includes(char) ? `\\${char}` : char;
      return '*?\\'.includes(all[at + 1] ?? ' ') ? '\\\\' : char;
    })
    .join('');

const OPS: Readonly<Record<HuntTest['op'], string>> = {
  eq: '=',
  like: '~',
  lt: '<',
  lte: '<=',
  gt: '>',
  gte: '>=',
  exists: 'exists',
};

function describe(node: HuntNode): string {
  if (node.kind === 'not') return `not ${describe(node.of)}`;
  if (node.kind !== 'test') return `(${node.of.map(describe).join(` ${node.kind} `)})`;
  const values = node.values.map((value) =>
    node.field.kind === 'time' ? new Date(Number(value)).toISOString() : value,
  );
  return `${node.field.name} ${OPS[node.op]} ${values.join(', ')}`.trim();
}
