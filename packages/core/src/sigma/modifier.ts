import type { Comparison, DatePart } from './ast.ts';

/*
 * The modifiers of Sigma 2.1 (and of its reference parser), and in which company each may stand.
 */

const TEXT = ['contains', 'startswith', 'endswith', 'cased', 'expand'] as const;
const ENCODING = [
  'windash',
  'wide',
  'utf16le',
  'utf16be',
  'utf16',
  'base64',
  'base64offset',
] as const;
const COMPARISONS: readonly Comparison[] = ['lt', 'lte', 'gt', 'gte'];
const DATE_PARTS: readonly DatePart[] = ['minute', 'hour', 'day', 'week', 'month', 'year'];
const REGEX_FLAGS: Readonly<Record<string, string>> = {
  i: 'i',
  ignorecase: 'i',
  m: 'm',
  multiline: 'm',
  s: 's',
  dotall: 's',
};

/** Every modifier there is. */
export const MODIFIERS: readonly string[] = [
  ...TEXT,
  ...ENCODING,
  ...COMPARISONS,
  ...DATE_PARTS,
  ...Object.keys(REGEX_FLAGS),
  'all',
  'cidr',
  'exists',
  'fieldref',
  'neq',
  're',
];

/** The modifiers of one item, in order, sorted out. */
export interface ModifierChain {
  /** What kind of test the item makes. */
  readonly kind: 'text' | 'regex' | 'cidr' | 'compare' | 'date_part' | 'exists' | 'fieldref';
  /** Text and encoding modifiers in the order written. */
  readonly steps: readonly string[];
  readonly isAll: boolean;
  readonly isNegated: boolean;
  readonly flags: string;
  readonly comparison?: Comparison;
  readonly part?: DatePart;
}

/** Sorts modifiers out; a text says why they cannot stand together. */
export function readModifiers(names: readonly string[]): ModifierChain | string {
  const own = names.filter((name) => name !== 'all' && name !== 'neq');
  const [first = ''] = own;
  const base = {
    steps: own,
    isAll: names.includes('all'),
    isNegated: names.includes('neq'),
    flags: '',
  };
  const late = own.slice(1).find((name) => ['re', 'cidr', 'exists'].includes(name));
  if (late) return `\`${late}\` may not follow another modifier.`;
  if (first === 're') return readRegex(base, own);
  const flag = own.find((name) => Object.hasOwn(REGEX_FLAGS, name));
  if (flag) return `\`${flag}\` is only for \`re\`.`;
  if (first === 'cidr' || first === 'exists')
    return own.length > 1 ? `\`${first}\` stands alone.` : { ...base, kind: first };
  if (own.includes('fieldref')) return readFieldRef(base, own);
  if (own.some((name) => isIn(COMPARISONS, name) || isIn(DATE_PARTS, name)))
    return readComparison(base, own);
  return { ...base, kind: 'text' };
}

type Base = Pick<ModifierChain, 'steps' | 'isAll' | 'isNegated' | 'flags'>;

const isIn = <T extends string>(list: readonly T[], name: string | undefined): name is T =>
  list.some((one) => one === name);

function readRegex(base: Base, own: readonly string[]): ModifierChain | string {
  const rest = own.slice(1);
  const flags = rest.flatMap((name) => REGEX_FLAGS[name] ?? []);
  const odd = rest.find((name) => !Object.hasOwn(REGEX_FLAGS, name) && name !== 'contains');
  if (odd) return `\`${odd}\` cannot be put on a regular expression.`;
  return { ...base, kind: 'regex', flags: [...new Set(flags)].sort().join('') };
}

function readFieldRef(base: Base, own: readonly string[]): ModifierChain | string {
  const odd = own.find((n) => !['fieldref', 'contains', 'startswith', 'endswith'].includes(n));
  return odd ? `\`${odd}\` cannot be put on \`fieldref\`.` : { ...base, kind: 'fieldref' };
}

/** A comparison, a part of a date, or a part that is then compared. */
function readComparison(base: Base, own: readonly string[]): ModifierChain | string {
  const [first, second] = own;
  if (isIn(COMPARISONS, first) && own.length === 1)
    return { ...base, kind: 'compare', comparison: first };
  if (isIn(DATE_PARTS, first) && own.length === 1)
    return { ...base, kind: 'date_part', part: first };
  if (isIn(DATE_PARTS, first) && isIn(COMPARISONS, second) && own.length === 2)
    return { ...base, kind: 'compare', comparison: second, part: first };
  return `The modifiers \`${own.join('|')}\` do not go together.`;
}
