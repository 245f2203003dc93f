import type { Leaf, Node, SigmaDocument } from '@cordon/core';
import { findRule } from '../rule-files.ts';
import { type RuleFlags, readContent, readGround, tellNoRule } from '../rules-settings.ts';
import { neutraliseLines } from '../settings.ts';
import { EXIT, toJsonLine } from '../terminal.ts';

/** Tells in words what a rule looks at, what makes it fire, where it comes from and what it is part of. */
export async function runRulesExplain(what: string, flags: RuleFlags): Promise<number> {
  const ground = await readGround(flags);
  if (!ground) return EXIT.failed;
  const found = await findRule(what, await readContent(ground), ground);
  if (!found) return tellNoRule(what);
  const { rule, rules } = found;
  const text = flags.json ? toJsonLine(rule) : neutraliseLines(printRule(rule, rules).join('\n'));
  process.stdout.write(`${text}\n`);
  return EXIT.ok;
}

function printRule(rule: SigmaDocument, rules: readonly SigmaDocument[]): readonly string[] {
  const counted = rules.filter(
    (other) => other.kind === 'correlation' && other.rules.some((name) => isName(rule, name)),
  );
  const { author, license, source, status, level, techniques, tactics, falsepositives } = rule;
  return [
    rule.title,
    `  id ${rule.id}, level ${level}${status ? `, status ${status}` : ''}`,
    `  by ${author ?? 'nobody named'}, licence ${license ?? 'not said'}, ${source ? `imported with ${source}` : 'comes along with Cordon'}`,
    ...(techniques.length > 0 ? [`  ATT&CK ${[...techniques, ...tactics].join(', ')}`] : []),
    `  ${rule.at.file}`,
    '',
    ...(rule.kind === 'correlation' ? printCorrelation(rule, rules) : printSearch(rule)),
    ...(counted.length === 0
      ? []
      : ['', 'Its matches count for', ...counted.map(({ title, id }) => `  ${title} (${id})`)]),
    ...(falsepositives.length === 0
      ? []
      : ['', 'What looks the same and is harmless', ...falsepositives.map((one) => `  ${one}`)]),
  ];
}

const isName = ({ id, name }: SigmaDocument, wanted: string): boolean =>
  id === wanted || name === wanted;

function printSearch(rule: Exclude<SigmaDocument, { kind: 'correlation' }>): readonly string[] {
  const { product, service, category } = rule.logsource;
  const demand = [
    ...(product ? [`product ${product}`] : []),
    ...(service ? [`service ${service}`] : []),
    ...(category ? [`category ${category}`] : []),
  ];
  return [
    `Looks at events of ${demand.join(', ')}`,
    `Fires when: ${rule.conditions.join('  or  ')}`,
    ...rule.parts.flatMap(({ name, detection }) => [
      '',
      `  ${name}`,
      ...printNode(detection, '    '),
    ]),
  ];
}

function printCorrelation(
  rule: Extract<SigmaDocument, { kind: 'correlation' }>,
  rules: readonly SigmaDocument[],
): readonly string[] {
  const bounds = rule.bounds.map(({ op, value }) => `${OPS[op]} ${value}`).join(' and ');
  const group = rule.groupBy.length > 0 ? ` with the same ${rule.groupBy.join(', ')}` : '';
  return [
    `Fires when ${rule.type}${rule.valueFields.length > 0 ? ` of ${rule.valueFields.join(', ')}` : ''} ${bounds} within ${rule.timespanMs / 1_000} s${group}, over matches of`,
    ...rule.rules.map((name) => {
      const other = rules.find((each) => isName(each, name));
      return `  ${other ? `${other.title} (${other.id})` : name}`;
    }),
    ...(rule.isGenerating ? ['These rules fire by themselves, too.'] : []),
  ];
}

const OPS = { gt: '>', gte: '>=', lt: '<', lte: '<=', eq: '=', neq: 'is not' } as const;

function printNode(node: Node, indent: string): readonly string[] {
  if (!('op' in node)) return [`${indent}${leafText(node)}`];
  const inner = node.args.flatMap((arg) => printNode(arg, `${indent}  `));
  return [`${indent}${{ and: 'all of', or: 'any of', not: 'not' }[node.op]}`, ...inner];
}

function leafText(leaf: Leaf): string {
  const field = leaf.field ?? 'the message or any field';
  switch (leaf.type) {
    case 'string':
      return `${field} is ${leaf.value.map((token) => (typeof token === 'string' ? token : WILDCARDS[token.kind])).join('')}${leaf.cased ? ' (case matters)' : ''}`;
    case 'null':
      return `${field} is missing or null`;
    case 'exists':
      return `${field} ${leaf.value ? 'is there' : 'is not there'}`;
    case 'regex':
      return `${field} matches /${leaf.value}/${leaf.flags}`;
    case 'cidr':
      return `${field} lies in ${leaf.value}`;
    case 'compare':
      return `${leaf.part ? `the ${leaf.part} of ` : ''}${field} ${OPS[leaf.cmp]} ${leaf.value}`;
    case 'timestamp_part':
      return `the ${leaf.part} of ${field} is ${leaf.value}`;
    case 'fieldref':
      return `${field} ${REFS[`${leaf.starts_with} ${leaf.ends_with}`]} the value of ${leaf.value}`;
    case 'number':
    case 'bool':
      return `${field} is ${leaf.value}`;
  }
}

const WILDCARDS = { any: '*', one: '?' } as const;

const REFS: Readonly<Record<string, string>> = {
  'false false': 'is',
  'true false': 'starts with',
  'false true': 'ends with',
  'true true': 'holds',
};
