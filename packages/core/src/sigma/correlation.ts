import { isMap, type YAMLMap } from 'yaml';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../shared/time.ts';
import type { Bound, CorrelationType, RuleMeta, SigmaCorrelation } from './rule.ts';
import { pairsOf, type RuleFile, textOf, textsOf } from './yaml-node.ts';

const UNITS: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
};
const TYPES: readonly CorrelationType[] = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
];
const OPS = ['gt', 'gte', 'lt', 'lte', 'eq'] as const;
const MAX_COUNT = 10_000;
const MAX_TIMESPAN_MS = 7 * DAY_MS;

/** Reads the `correlation` of a Sigma document (Sigma correlation specification 2.1). */
export function parseCorrelation(
  root: YAMLMap,
  meta: RuleMeta,
  file: RuleFile,
): SigmaCorrelation | undefined {
  const node = root.get('correlation', true);
  if (!isMap(node)) {
    file.report('rule_bad_correlation', '`correlation` must be a map.', { node });
    return undefined;
  }
  const before = file.problems.length;
  const type = readType(node, file);
  const rules = textsOf(node, 'rules');
  if (rules.length === 0)
    file.report('rule_missing_part', 'A correlation needs `rules`.', { node });
  const timespanMs = readTimespan(node, file);
  const isTemporal = type === 'temporal' || type === 'temporal_ordered';
  const { bounds, field } = isTemporal ? { bounds: [], field: undefined } : readBounds(node, file);
  if (type === 'value_count' && !field)
    file.report('rule_missing_part', '`value_count` needs `condition.field`.', { node });
  if (file.problems.length > before || !type) return undefined;
  return {
    ...meta,
    kind: 'correlation',
    type,
    rules,
    groupBy: textsOf(node, 'group-by'),
    aliases: readAliases(node),
    timespanMs,
    bounds,
    isGenerating: textOf(node, 'generate') === 'true' || textOf(root, 'generate') === 'true',
    ...(field ? { field } : {}),
  };
}

function readType(node: YAMLMap, file: RuleFile): CorrelationType | undefined {
  const text = textOf(node, 'type');
  const type = TYPES.find((name) => name === text);
  if (!type)
    file.report(
      'rule_bad_correlation',
      `\`${text ?? ''}\` is not a correlation type that is known.`,
      { node: node.get('type', true) ?? node, hint: `Use ${TYPES.join(', ')}.` },
    );
  return type;
}

function readTimespan(node: YAMLMap, file: RuleFile): number {
  const text = textOf(node, 'timespan') ?? '';
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const span = Number(count) * (UNITS[unit] ?? 0);
  if (span > 0 && span <= MAX_TIMESPAN_MS) return span;
  file.report('rule_bad_correlation', `\`${text}\` is not a timespan.`, {
    node: node.get('timespan', true) ?? node,
    hint: 'Write 30s, 5m, 2h or 1d; at most 7d.',
  });
  return 0;
}

function readBounds(
  node: YAMLMap,
  file: RuleFile,
): { readonly bounds: readonly Bound[]; readonly field: string | undefined } {
  const condition = node.get('condition', true);
  if (!isMap(condition)) {
    file.report('rule_missing_part', 'A counting correlation needs `condition`.', { node });
    return { bounds: [], field: undefined };
  }
  const bounds: Bound[] = [];
  for (const { key, keyNode, value } of pairsOf(condition)) {
    if (key === 'field') continue;
    const op = OPS.find((name) => name === key);
    const count = Number(isMap(value) ? Number.NaN : String(textOf(condition, key)));
    if (op && Number.isInteger(count) && count >= 0 && count <= MAX_COUNT)
      bounds.push({ op, value: count });
    else
      file.report(
        'rule_bad_correlation',
        `\`${key}\` must be gt, gte, lt, lte or eq with a whole number up to ${MAX_COUNT}.`,
        { node: keyNode },
      );
  }
  const isCounting = bounds.some(
    (bound) => bound.op === 'gt' || bound.op === 'gte' || (bound.op === 'eq' && bound.value > 0),
  );
  if (!isCounting) {
    file.report(
      'rule_bad_correlation',
      'A condition without gt, gte or eq would fire on silence, which is not seen event by event.',
      { node: condition },
    );
  }
  return { bounds, field: textOf(condition, 'field') };
}

function readAliases(node: YAMLMap): SigmaCorrelation['aliases'] {
  const aliases = node.get('aliases', true);
  if (!isMap(aliases)) return {};
  const entries = pairsOf(aliases).flatMap(({ key, value }) =>
    isMap(value)
      ? [
          [
            key,
            Object.fromEntries(
              pairsOf(value).map((pair) => [pair.key, textOf(value, pair.key) ?? '']),
            ),
          ] as const,
        ]
      : [],
  );
  return Object.fromEntries(entries);
}
