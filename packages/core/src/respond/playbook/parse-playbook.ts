import { isMap, isScalar, type Node } from 'yaml';
import type { Problem } from '../../shared/problem.ts';
import { lintPlaybook } from './lint-playbook.ts';
import {
  INPUT_TYPES,
  type InputRule,
  type InputType,
  MOST_ROUNDS,
  type Playbook,
} from './playbook.ts';
import { readSteps } from './read-step.ts';
import { type Reading, readDuration, readExpression, readSlug } from './reading.ts';
import { YamlReader } from './yaml-reader.ts';

/** A playbook, when nothing is wrong with it; otherwise what is, each with its place. */
export interface ParsedPlaybook {
  readonly playbook?: Playbook;
  readonly problems: readonly Problem[];
}

const TOP_KEYS = [
  'playbook',
  'version',
  'title',
  'description',
  'impact',
  'inputs',
  'outputs',
  'on',
  'each',
  'at_most',
  'timeout',
  'steps',
  'on_failure',
];
const INPUT_KEYS = ['type', 'description', 'optional', 'default'];
const NAME = /^[a-z_][a-z0-9_]{0,63}$/;
const MAX_STEPS = 100;
const MAX_TEXT = 100_000;

/**
 * Reads and lints a playbook. Refused: unknown keys, verbs, facts, inputs and steps, repeated or
 * missing step ids, loops without a bound, steps that nothing reaches, contain and evict steps
 * without `for`, `undo` or `reason`, conditions and holes that do not read.
 */
export function parsePlaybook(text: string, file: string): ParsedPlaybook {
  if (text.length > MAX_TEXT) {
    const detail = `The playbook is longer than ${MAX_TEXT} characters.`;
    return { problems: [{ code: 'playbook_bad_value', detail, at: { file }, retryable: false }] };
  }
  const reader = new YamlReader(text, file);
  if (reader.problems.length > 0) return { problems: reader.problems };
  const reading: Reading = { reader, places: new Map(), expressions: [] };
  const playbook = readPlaybook(reading, { file, text });
  if (reader.problems.length === 0) lintPlaybook(reading, playbook);
  return reader.problems.length > 0 ? { problems: reader.problems } : { playbook, problems: [] };
}

function readPlaybook(reading: Reading, source: Playbook['source']): Playbook {
  const { reader, places } = reading;
  const top = reader.members(reader.root, TOP_KEYS);
  const id = readSlug(reading, top.get('playbook'), reader.root) ?? '';
  const optional = {
    description: reader.text(top.get('description')),
    impact: reader.whole(top.get('impact')),
    on: readExpression(reading, top.get('on')),
    each: readExpression(reading, top.get('each')),
    atMost: readAtMost(reading, top),
    timeoutMs: readDuration(reader, top.get('timeout')),
  };
  const steps = readSteps(reading, top.get('steps'), 0);
  if (steps.length === 0)
    reader.report(
      top.get('steps') ?? reader.root,
      'playbook_bad_value',
      'A playbook needs at least one step.',
    );
  const onFailure = readSteps(reading, top.get('on_failure'), 0);
  if (places.size > MAX_STEPS)
    reader.report(reader.root, 'playbook_bad_value', `A playbook has at most ${MAX_STEPS} steps.`);
  return {
    id,
    version: reader.whole(top.get('version')) ?? 1,
    title: reader.text(top.get('title')) ?? id,
    inputs: readInputs(reading, top.get('inputs')),
    outputs: readOutputs(reading, top.get('outputs')),
    ...withoutAbsent(optional),
    steps,
    onFailure,
    source,
  };
}

function readAtMost({ reader }: Reading, top: ReadonlyMap<string, Node>): number | undefined {
  const given = top.get('at_most');
  if (given === undefined) return undefined;
  const most = reader.whole(given);
  const report = (detail: string): void => reader.report(given, 'playbook_bad_value', detail);
  if (!top.has('each')) report('"at_most" bounds "each", and there is none.');
  if (most === undefined || most < 1 || most > MOST_ROUNDS)
    report(`"at_most" is a whole number from 1 to ${MOST_ROUNDS}; a person is asked about more.`);
  return most;
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
const withoutAbsent = <T extends object>(of: T): Present<T> =>
  Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as Present<T>;

/** The members of a map with names of one's own. */
function readNamed(
  { reader }: Reading,
  node: Node | undefined,
): readonly (readonly [string, Node])[] {
  if (node === undefined) return [];
  if (!isMap(node)) {
    reader.report(node, 'playbook_bad_value', 'A map is expected here.');
    return [];
  }
  return node.items.flatMap(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : '';
    if (NAME.test(name)) return [[name, (value ?? key) as Node] as const];
    reader.report(key, 'playbook_bad_value', 'A name is lower-case letters, digits and "_".');
    return [];
  });
}

function readInputs(reading: Reading, node: Node | undefined): Playbook['inputs'] {
  return Object.fromEntries(
    readNamed(reading, node).map(([name, rule]) => [name, readInput(reading, rule)]),
  );
}

function readInput({ reader }: Reading, node: Node): InputRule {
  const members = isScalar(node)
    ? new Map<string, Node>([['type', node]])
    : reader.members(node, INPUT_KEYS);
  const type = reader.text(members.get('type')) ?? 'text';
  if (!INPUT_TYPES.some((known) => known === type))
    reader.report(
      members.get('type'),
      'playbook_bad_value',
      `The type of an input is one of ${INPUT_TYPES.join(', ')}.`,
    );
  const description = reader.text(members.get('description'));
  const fallback = members.get('default');
  const isOptional = fallback !== undefined || reader.flag(members.get('optional')) === true;
  return {
    type: type as InputType,
    ...(description === undefined ? {} : { description }),
    isOptional,
    ...(fallback === undefined ? {} : { fallback: reader.value(fallback) }),
  };
}

function readOutputs(reading: Reading, node: Node | undefined): Playbook['outputs'] {
  return Object.fromEntries(
    readNamed(reading, node).map(([name, of]) => [name, readExpression(reading, of) ?? 'null']),
  );
}
