import { isMap, type Node } from 'yaml';
import type { Problem } from '../shared/problem.ts';
import { HOUR_MS, MINUTE_MS } from '../shared/time.ts';
import { parseDuration } from './duration.ts';
import { parseExpression } from './expression.ts';
import type { ApprovalRule, DoStep, Playbook, Step, UndoPolicy, WhenStep } from './playbook.ts';
import { checkTemplates } from './template.ts';
import { UNDO_ALL, VERBS } from './verbs.ts';
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
  'on',
  'each',
  'steps',
  'on_failure',
];
const DO_KEYS = ['id', 'do', 'with', 'connector', 'for', 'reason', 'undo', 'approve'];
const WHEN_KEYS = ['id', 'when', 'steps', 'else'];
const APPROVE_KEYS = ['expires', 'else'];
const UNDO_POLICIES: readonly string[] = ['auto', 'on-close', 'manual', 'never'];
const MAX_STEPS = 100;
const MAX_NESTING = 8;
const MAX_TEXT = 100_000;
const DEFAULT_APPROVAL_MS = 30 * MINUTE_MS;
const LONGEST_HOLD_MS = 30 * 24 * HOUR_MS;
const SLUG = /^[a-z0-9][a-z0-9-]{0,63}$/;

interface Reading {
  readonly reader: YamlReader;
  readonly ids: Set<string>;
}

/**
 * Reads and lints a playbook. Refused: unknown keys and verbs, repeated or missing step ids, contain
 * and evict steps without `for` or `undo`, conditions and holes that do not read.
 */
export function parsePlaybook(text: string, file: string): ParsedPlaybook {
  if (text.length > MAX_TEXT) {
    const detail = `The playbook is longer than ${MAX_TEXT} characters.`;
    return { problems: [{ code: 'playbook_bad_value', detail, at: { file }, retryable: false }] };
  }
  const reader = new YamlReader(text, file);
  if (reader.problems.length > 0) return { problems: reader.problems };
  const playbook = readPlaybook(reader, { file, text });
  return reader.problems.length > 0 ? { problems: reader.problems } : { playbook, problems: [] };
}

function readPlaybook(reader: YamlReader, source: Playbook['source']): Playbook {
  const top = reader.members(reader.root, TOP_KEYS);
  const reading: Reading = { reader, ids: new Set() };
  const id = readSlug(reading, top.get('playbook'), reader.root) ?? '';
  const version = reader.whole(top.get('version')) ?? 1;
  const on = readExpression(reading, top.get('on'));
  const each = readExpression(reading, top.get('each'));
  const steps = readSteps(reading, top.get('steps'), 0);
  if (steps.length === 0)
    reader.report(
      top.get('steps') ?? reader.root,
      'playbook_bad_value',
      'A playbook needs at least one step.',
    );
  const onFailure = readSteps(reading, top.get('on_failure'), 0);
  if (reading.ids.size > MAX_STEPS)
    reader.report(reader.root, 'playbook_bad_value', `A playbook has at most ${MAX_STEPS} steps.`);
  return {
    id,
    version,
    title: reader.text(top.get('title')) ?? id,
    ...(on === undefined ? {} : { on }),
    ...(each === undefined ? {} : { each }),
    steps,
    onFailure,
    source,
  };
}

function readSlug(
  { reader }: Reading,
  node: Node | undefined,
  parent: unknown,
): string | undefined {
  const text = reader.text(node);
  if (text !== undefined && SLUG.test(text)) return text;
  reader.report(
    node ?? parent,
    'playbook_bad_value',
    'A name of lower-case letters, digits and "-" is expected here.',
  );
  return undefined;
}

function readExpression({ reader }: Reading, node: Node | undefined): string | undefined {
  const text = reader.text(node);
  if (text === undefined) return undefined;
  const parsed = parseExpression(text);
  if (!parsed.ok) reader.report(node, parsed.problem.code, parsed.problem.detail);
  return text;
}

/** Reads a list of steps; a bare `approve` entry holds for every action after it in its list. */
function readSteps(reading: Reading, node: Node | undefined, depth: number): readonly Step[] {
  if (depth > MAX_NESTING) {
    reading.reader.report(
      node,
      'playbook_bad_value',
      `Steps are nested deeper than ${MAX_NESTING} levels.`,
    );
    return [];
  }
  const steps: Step[] = [];
  let approval: ApprovalRule | undefined;
  for (const entry of reading.reader.list(node)) {
    if (isMap(entry) && entry.has('approve') && !entry.has('do')) {
      approval = readApproval(reading, reading.reader.members(entry, ['approve']).get('approve'));
    } else {
      const step = readStep(reading, entry, depth);
      steps.push(approval ? withApproval(step, approval) : step);
    }
  }
  return steps;
}

function withApproval(step: Step, approval: ApprovalRule): Step {
  if (step.kind === 'do') return step.approval ? step : { ...step, approval };
  const raise = (inner: Step): Step => withApproval(inner, approval);
  return { ...step, steps: step.steps.map(raise), otherwise: step.otherwise.map(raise) };
}

function readApproval({ reader }: Reading, node: Node | undefined): ApprovalRule {
  const members = reader.members(node, APPROVE_KEYS);
  const expires = readDuration(reader, members.get('expires')) ?? DEFAULT_APPROVAL_MS;
  const otherwise = reader.text(members.get('else')) ?? 'skip';
  if (otherwise !== 'skip' && otherwise !== 'fail') {
    reader.report(
      members.get('else'),
      'playbook_bad_value',
      '"else" of an approval is skip or fail.',
    );
  }
  return { expiresMs: expires, otherwise: otherwise === 'fail' ? 'fail' : 'skip' };
}

function readDuration(reader: YamlReader, node: Node | undefined): number | undefined {
  const text = reader.text(node);
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms !== undefined && ms <= LONGEST_HOLD_MS) return ms;
  reader.report(
    node,
    'playbook_bad_value',
    `"${text}" is not a time such as 30m, 4h or 7d, at most 30d.`,
  );
  return undefined;
}

function readStep(reading: Reading, node: Node, depth: number): Step {
  return isMap(node) && node.has('when') ? readWhen(reading, node, depth) : readDo(reading, node);
}

function readId(reading: Reading, node: Node | undefined, parent: Node): string {
  const id = readSlug(reading, node, parent) ?? '';
  if (id !== '' && reading.ids.has(id))
    reading.reader.report(node, 'playbook_bad_value', `There is another step "${id}".`);
  reading.ids.add(id);
  return id;
}

function readWhen(reading: Reading, node: Node, depth: number): WhenStep {
  const members = reading.reader.members(node, WHEN_KEYS);
  const id = members.has('id')
    ? readId(reading, members.get('id'), node)
    : `when-${reading.ids.size + 1}`;
  reading.ids.add(id);
  return {
    kind: 'when',
    id,
    condition: readExpression(reading, members.get('when')) ?? 'false',
    steps: readSteps(reading, members.get('steps'), depth + 1),
    otherwise: readSteps(reading, members.get('else'), depth + 1),
  };
}

function readDo(reading: Reading, node: Node): DoStep {
  const { reader } = reading;
  const members = reader.members(node, DO_KEYS);
  const connector = reader.text(members.get('connector'));
  const ttlMs = readDuration(reader, members.get('for'));
  const step: DoStep = {
    kind: 'do',
    id: readId(reading, members.get('id'), node),
    verb: reader.text(members.get('do')) ?? '',
    with: reader.json(members.get('with')),
    ...(connector === undefined ? {} : { connector }),
    ...(ttlMs === undefined ? {} : { ttlMs }),
    reason: reader.text(members.get('reason')) ?? '',
    undo: (reader.text(members.get('undo')) ?? 'auto') as UndoPolicy,
    ...(members.has('approve') ? { approval: readApproval(reading, members.get('approve')) } : {}),
  };
  lintDo(reader, members, step);
  return step;
}

function lintDo(reader: YamlReader, members: ReadonlyMap<string, Node>, step: DoStep): void {
  const at = members.get('do') ?? reader.root;
  if (step.verb === UNDO_ALL) return;
  const info = Object.hasOwn(VERBS, step.verb) ? VERBS[step.verb] : undefined;
  if (!info)
    reader.report(at, 'playbook_unknown_verb', `"${step.verb}" is not a verb of the catalogue.`);
  if (!UNDO_POLICIES.includes(step.undo)) {
    reader.report(
      members.get('undo'),
      'playbook_bad_value',
      `"undo" is one of ${UNDO_POLICIES.join(', ')}.`,
    );
  }
  for (const key of ['with', 'reason'] as const) {
    const checked = checkTemplates(step[key]);
    if (!checked.ok) reader.report(members.get(key), checked.problem.code, checked.problem.detail);
  }
  if (info?.class !== 'contain' && info?.class !== 'evict') return;
  if (step.reason === '')
    reader.report(
      at,
      'playbook_bad_value',
      `"${step.verb}" changes the world and needs a "reason".`,
    );
  if (step.ttlMs === undefined)
    reader.report(
      at,
      'playbook_bad_value',
      `"${step.verb}" holds an effect and needs "for", how long.`,
    );
  if (!members.has('undo'))
    reader.report(
      at,
      'playbook_bad_value',
      `"${step.verb}" needs "undo": when the effect is taken back.`,
    );
}
