import {
  type CountedBy,
  creditOf,
  type Event,
  type PassReason,
  printProblem,
  type RecordTrace,
  type RulesTrace,
  type RuleTrace,
} from '@cordon/core';
import type { RecordExplanation } from './record-explanation.ts';
import { neutraliseLines } from './settings.ts';
import { neutralise, type Paint } from './terminal.ts';

const MAX_TEXT = 4_000;
const MAX_SILENT = 30;
const MAX_VALUE = 200;
const SECOND_MS = 1_000;

const OPS = {
  gt: 'more than',
  gte: 'at least',
  lt: 'less than',
  lte: 'at most',
  eq: 'exactly',
  neq: 'other than',
};

const cut = (text: string, most: number): string =>
  neutralise(text.length > most ? `${text.slice(0, most)}…` : text);
const indent = (text: string): string => neutraliseLines(text).replaceAll('\n', '\n  ');

/** What became of a record, as text. */
export function printRecord(explanation: RecordExplanation, paint: Paint): string {
  const { trace, rules } = explanation;
  return [
    ...printText(explanation, paint),
    ...(trace ? printTrace(trace, paint) : []),
    ...(trace?.result.kind === 'parsed' ? printEvent(trace.result.event, paint) : []),
    ...(rules ? printRules(rules, paint) : []),
    ...printOutcome(explanation, paint),
  ].join('\n');
}

function printText({ record, offset, isAccounted }: RecordExplanation, paint: Paint) {
  const isStored = isAccounted !== undefined;
  if (!record)
    return [paint.bold(`Record #${offset}`), '  The record log does not hold it any more.'];
  const received = `${new Date(record.receivedAt).toISOString()} from source ${neutralise(record.sourceId)}${record.peer ? ` (${neutralise(record.peer)})` : ''}`;
  return [
    paint.bold(isStored ? `Record #${offset}` : 'Line'),
    ...(isStored ? [`  received ${received}`] : []),
    `  ${cut(record.text, MAX_TEXT)}`,
  ];
}

function printTrace({ envelope, steps, result }: RecordTrace, paint: Paint): readonly string[] {
  const head = envelope
    ? [
        `  syslog header: program ${neutralise(envelope.program) || 'none'}${envelope.host ? `, host ${neutralise(envelope.host)}` : ''}`,
      ]
    : ['  no syslog header'];
  const end =
    result.kind === 'unparsed'
      ? [`  No parser took it: ${indent(printProblem(result.problem))}`]
      : result.kind === 'skipped'
        ? [`  Skipped on purpose: ${neutralise(result.reason)}`]
        : [];
  return [paint.bold('Parsers'), ...head, ...printSteps(steps), ...end];
}

/** So many passes are told each by itself. */
const MAX_PASSES = 8;
const MAX_NAMES = 12;
const PASSES: Readonly<Record<PassReason, string>> = {
  less: 'that could take it and would say less',
  message: 'without a message of this form',
  fields: 'for fields that it lacks',
  program: 'for other programs',
  form: 'for another form',
};
/** These say little: who they are is left to --json. */
const FAR: readonly PassReason[] = ['program', 'form'];

/** Parsers in the order in which they were asked; many that passed for one reason in one line. */
function printSteps(steps: RecordTrace['steps']): readonly string[] {
  const passed = steps.filter(({ took }) => !took);
  const tell = ({ parserId, took, why }: RecordTrace['steps'][number]) =>
    `  ${took ? 'took it' : 'passed '}  ${parserId}: ${neutralise(why)}`;
  if (passed.length <= MAX_PASSES) return steps.map(tell);
  const groups = Object.entries(PASSES).flatMap(([reason, words]) => {
    const ids = passed.filter((step) => step.passed === reason).map(({ parserId }) => parserId);
    if (ids.length === 0) return [];
    const isFar = FAR.includes(reason as PassReason);
    const more = ids.length > MAX_NAMES ? ` and ${ids.length - MAX_NAMES} more` : '';
    const names = isFar ? '' : `: ${ids.slice(0, MAX_NAMES).join(', ')}${more}`;
    return [`  passed   ${ids.length} ${words}${names}`];
  });
  return [
    ...groups,
    '           each by itself with --json',
    ...steps.filter(({ took }) => took).map(tell),
  ];
}

function flatten(value: unknown, path: string): readonly string[] {
  if (Array.isArray(value) || typeof value !== 'object' || value === null)
    return [`  ${neutralise(path)}: ${cut(toText(value), MAX_VALUE)}`];
  return Object.entries(value).flatMap(([key, inner]) =>
    flatten(inner, path ? `${path}.${key}` : key),
  );
}

const toText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

function printEvent(event: Event, paint: Paint): readonly string[] {
  const { id: _, observables: __, provenance, time, ...attributes } = event;
  const { product, service, categories } = provenance.logsource;
  const source = [product, service, ...categories].filter((part) => part !== undefined);
  return [
    paint.bold('Event'),
    `  time: ${new Date(time).toISOString()}${printTiming(provenance.timing)}`,
    ...flatten(attributes, ''),
    ...(provenance.fromSession
      ? [
          `  from earlier records of its session: ${provenance.fromSession.map(neutralise).join(', ')}`,
        ]
      : []),
    `  log source: ${source.map(neutralise).join(' / ') || 'none'}`,
  ];
}

/** Where the time is from when the record did not tell it. */
function printTiming(timing: Event['provenance']['timing']): string {
  if (!timing) return '';
  const { from, unusable } = timing;
  const why =
    unusable === undefined ? 'it has none' : `its own, ${cut(unusable, MAX_VALUE)}, cannot be`;
  return ` (${from === 'receipt' ? 'when it was received' : 'as the record before it'}: ${why})`;
}

function printRules({ looked, passedOver }: RulesTrace, paint: Paint): readonly string[] {
  const matching = looked.filter(({ matches }) => matches);
  const silent = looked.filter(({ matches }) => !matches);
  const more = silent.length - MAX_SILENT;
  return [
    paint.bold('Rules'),
    `  ${looked.length} looked at it, ${matching.length} match; ${passedOver} are for other log sources`,
    ...looked.slice(0, matching.length + MAX_SILENT).flatMap(printRule),
    ...(more > 0 ? [`  ${more} more that do not match with --json`] : []),
  ];
}

function printRule(rule: RuleTrace): readonly string[] {
  const parts = rule.parts.map(({ name, holds }) => `${name}: ${holds ? 'yes' : 'no'}`).join(', ');
  const saw = rule.fields
    .map(({ name, value }) =>
      value === undefined
        ? `${name} is not there`
        : `${name} = ${JSON.stringify(value.slice(0, 80))}`,
    )
    .join(', ');
  return [
    `  ${rule.matches ? 'matches' : 'silent '}  ${neutralise(rule.ruleId)}: ${neutralise(rule.title)}`,
    `           ${neutralise(rule.conditions.join(' or '))}; ${neutralise(parts)}`,
    ...(saw ? [`           saw ${neutralise(saw)}`] : []),
    ...(rule.matches ? rule.countedBy.map(printCounted) : []),
  ];
}

function printCounted({ ruleId, type, bounds, timespanMs, group }: CountedBy): string {
  const lacking = group.find(({ value }) => value === undefined);
  const key = group.map(({ field, value }) => `${field} = ${value ?? 'not there'}`).join(', ');
  const wanted =
    type === 'temporal' || type === 'temporal_ordered'
      ? 'fires when the others it names match, too'
      : `fires once there are ${bounds.map(({ op, value }) => `${OPS[op]} ${value}`).join(' and ')}`;
  const text = lacking
    ? `not counted by ${ruleId}: the event lacks ${lacking.field}`
    : `counted by ${ruleId} for ${key || 'all together'}: ${wanted} within ${timespanMs / SECOND_MS} s`;
  return `           ${neutralise(text)}`;
}

function printOutcome(
  { offset, isAccounted, signals, setAside }: RecordExplanation,
  paint: Paint,
): readonly string[] {
  if (isAccounted === undefined) return [];
  const head = paint.bold('What became of it');
  if (!isAccounted) return [head, `  #${offset} waits: the pipeline is not past it yet.`];
  const lines = [
    ...(setAside
      ? [`  set aside in stage ${setAside.stage}: ${indent(printProblem(setAside.problem))}`]
      : []),
    ...(signals ?? []).map(({ rule, text }) => {
      const credit = creditOf(rule);
      return neutralise(`  signal of ${rule.id}${credit === '' ? '' : ` (${credit})`}: ${text}`);
    }),
  ];
  return [head, ...(lines.length > 0 ? lines : ['  It was read; no signal rests on it.'])];
}
