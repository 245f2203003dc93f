import { isMap, type Node } from 'yaml';
import {
  type ApprovalRule,
  type CallStep,
  type DoStep,
  type EachStep,
  MOST_ROUNDS,
  type Step,
  type SwitchStep,
  type UndoPolicy,
  type WaitStep,
  type WhileStep,
} from './playbook.ts';
import {
  DEFAULT_APPROVAL_MS,
  type Reading,
  readApproval,
  readBound,
  readDuration,
  readExpression,
  readOtherwise,
  readSlug,
  readTemplate,
} from './reading.ts';

const MAX_NESTING = 8;
const COMMON = ['id', 'timeout', 'on_failure'];
const UNDO_POLICIES: readonly string[] = ['auto', 'on-close', 'manual', 'never'];

/** The members of a step by the key that says what kind it is. */
const KINDS = {
  do: ['with', 'connector', 'for', 'reason', 'undo', 'approve'],
  when: ['steps', 'else'],
  switch: ['cases', 'else'],
  each: ['most', 'steps'],
  while: ['most', 'steps'],
  parallel: [],
  call: ['with'],
  ask: ['of', 'expires', 'else'],
  wait: ['until', 'else'],
  stop: ['text'],
} as const satisfies Record<string, readonly string[]>;
type Kind = keyof typeof KINDS;
export const STEP_KINDS = Object.keys(KINDS) as readonly Kind[];

interface Entry {
  readonly node: Node;
  readonly members: ReadonlyMap<string, Node>;
  readonly depth: number;
  /** Of the list the step stands in. */
  readonly place: number;
}

/** Reads a list of steps; a bare `approve` entry holds for every action after it in its list. */
export function readSteps(
  reading: Reading,
  node: Node | undefined,
  depth: number,
): readonly Step[] {
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
  for (const [place, entry] of reading.reader.list(node).entries()) {
    if (isMap(entry) && entry.has('approve') && !entry.has('do')) {
      approval = readApproval(reading, reading.reader.members(entry, ['approve']).get('approve'));
      continue;
    }
    const step = readStep(reading, { entry, depth, place });
    if (step) steps.push(approval ? withApproval(step, approval) : step);
  }
  return steps;
}

function withApproval(step: Step, approval: ApprovalRule): Step {
  const raise = (steps: readonly Step[]) => steps.map((inner) => withApproval(inner, approval));
  switch (step.kind) {
    case 'do':
      return step.approval ? step : { ...step, approval };
    case 'when':
      return { ...step, steps: raise(step.steps), otherwise: raise(step.otherwise) };
    case 'switch': {
      const cases = step.cases.map(({ value, steps }) => ({ value, steps: raise(steps) }));
      return { ...step, cases, otherwise: raise(step.otherwise) };
    }
    case 'each':
    case 'while':
      return { ...step, steps: raise(step.steps) };
    case 'parallel':
      return { ...step, branches: step.branches.map(raise) };
    default:
      return step;
  }
}

function readStep(
  reading: Reading,
  of: { readonly entry: Node; readonly depth: number; readonly place: number },
): Step | undefined {
  const { reader } = reading;
  const { entry: node } = of;
  const kinds = isMap(node) ? STEP_KINDS.filter((kind) => node.has(kind)) : [];
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    const detail = `A step has exactly one of ${STEP_KINDS.join(', ')}.`;
    reader.report(node, 'playbook_bad_value', detail);
    return undefined;
  }
  const members = reader.members(node, [...COMMON, kind, ...KINDS[kind]]);
  const entry: Entry = { node, members, depth: of.depth, place: of.place };
  const timeoutMs = readDuration(reader, members.get('timeout'));
  const common = {
    id: readId(reading, entry, kind),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
  if (timeoutMs !== undefined && !['do', 'call', 'each', 'while'].includes(kind))
    reader.report(
      members.get('timeout'),
      'playbook_bad_value',
      'Only do, call, each and while take a "timeout".',
    );
  const step = { ...common, ...READERS[kind](reading, entry) } as Step;
  const onFailure = members.get('on_failure');
  return onFailure ? { ...step, onFailure: readSteps(reading, onFailure, of.depth + 1) } : step;
}

/** Actions, calls and questions have a name of their own; the rest may do with one from its place. */
function readId(reading: Reading, { members, node }: Entry, kind: Kind): string {
  const { places, reader } = reading;
  const given = members.get('id');
  const mustHave = kind === 'do' || kind === 'call' || kind === 'ask';
  const id = given || mustHave ? readSlug(reading, given, node) : `${kind}-${places.size + 1}`;
  if (id !== undefined && places.has(id))
    reader.report(given ?? node, 'playbook_bad_value', `There is another step "${id}".`);
  places.set(id ?? `?${places.size}`, node);
  return id ?? '';
}

type StepReader = (reading: Reading, entry: Entry) => Omit<Step, 'id'>;

const READERS: Readonly<Record<Kind, StepReader>> = {
  do: readDo,
  when: (reading, { members, depth }) => ({
    kind: 'when',
    condition: readExpression(reading, members.get('when')) ?? 'false',
    steps: readSteps(reading, members.get('steps'), depth + 1),
    otherwise: readSteps(reading, members.get('else'), depth + 1),
  }),
  switch: readSwitch,
  each: (reading, entry): Omit<EachStep, 'id'> => ({
    kind: 'each',
    list: readExpression(reading, entry.members.get('each')) ?? '[]',
    most: readMost(reading, entry),
    steps: readSteps(reading, entry.members.get('steps'), entry.depth + 1),
  }),
  while: (reading, entry): Omit<WhileStep, 'id'> => ({
    kind: 'while',
    condition: readExpression(reading, entry.members.get('while')) ?? 'false',
    most: readMost(reading, entry),
    steps: readSteps(reading, entry.members.get('steps'), entry.depth + 1),
  }),
  parallel: (reading, { members, depth }) => ({
    kind: 'parallel',
    branches: reading.reader
      .list(members.get('parallel'))
      .map((branch) => readSteps(reading, branch, depth + 1)),
  }),
  call: (reading, { members, node }): Omit<CallStep, 'id'> => ({
    kind: 'call',
    playbook: readSlug(reading, members.get('call'), node) ?? '',
    with: readBound(reading, members.get('with')),
  }),
  ask: readAsk,
  wait: readWait,
  stop: readStop,
};

function readDo(reading: Reading, { members }: Entry): Omit<DoStep, 'id'> {
  const { reader } = reading;
  const connector = reader.text(members.get('connector'));
  const ttlMs = readDuration(reader, members.get('for'));
  const undo = reader.text(members.get('undo')) ?? 'auto';
  if (!UNDO_POLICIES.includes(undo)) {
    const detail = `"undo" is one of ${UNDO_POLICIES.join(', ')}.`;
    reader.report(members.get('undo'), 'playbook_bad_value', detail);
  }
  return {
    kind: 'do',
    verb: reader.text(members.get('do')) ?? '',
    with: readBound(reading, members.get('with')),
    ...(connector === undefined ? {} : { connector }),
    ...(ttlMs === undefined ? {} : { ttlMs }),
    reason: readTemplate(reading, members.get('reason')) ?? '',
    undo: undo as UndoPolicy,
    ...(members.has('approve') ? { approval: readApproval(reading, members.get('approve')) } : {}),
  };
}

function readMost({ reader }: Reading, { members, node }: Entry): number {
  const most = reader.whole(members.get('most'));
  if (most !== undefined && most >= 1 && most <= MOST_ROUNDS) return most;
  const detail = `A loop needs "most", how many rounds it may take: 1 to ${MOST_ROUNDS}.`;
  reader.report(members.get('most') ?? node, 'playbook_unbounded_loop', detail);
  return 1;
}

function readSwitch(reading: Reading, { members, depth, node }: Entry): Omit<SwitchStep, 'id'> {
  const { reader } = reading;
  const given = members.get('cases');
  const cases = isMap(given)
    ? [
        ...reader.members(
          given,
          given.items.map(({ key }) => String(key)),
        ),
      ].map(([value, steps]) => ({ value, steps: readSteps(reading, steps, depth + 1) }))
    : [];
  if (cases.length === 0)
    reader.report(given ?? node, 'playbook_bad_value', 'A switch needs "cases".');
  return {
    kind: 'switch',
    of: readExpression(reading, members.get('switch')) ?? 'null',
    cases,
    otherwise: readSteps(reading, members.get('else'), depth + 1),
  };
}

function readAsk(reading: Reading, { members }: Entry): Omit<Step, 'id'> {
  const { reader } = reading;
  const of = reader.text(members.get('of'));
  return {
    kind: 'ask',
    question: readTemplate(reading, members.get('ask')) ?? '',
    ...(of === undefined ? {} : { of }),
    expiresMs: readDuration(reader, members.get('expires')) ?? DEFAULT_APPROVAL_MS,
    otherwise: readOtherwise(reader, members.get('else')),
  } as Omit<Step, 'id'>;
}

function readWait(reading: Reading, { members }: Entry): Omit<WaitStep, 'id'> {
  const { reader } = reading;
  const until = readExpression(reading, members.get('until'));
  return {
    kind: 'wait',
    forMs: readDuration(reader, members.get('wait')) ?? DEFAULT_APPROVAL_MS,
    ...(until === undefined ? {} : { until }),
    otherwise: readOtherwise(reader, members.get('else')),
  };
}

function readStop(reading: Reading, { members }: Entry): Omit<Step, 'id'> {
  const { reader } = reading;
  const status = reader.text(members.get('stop'));
  if (status !== 'succeeded' && status !== 'failed')
    reader.report(members.get('stop'), 'playbook_bad_value', '"stop" is succeeded or failed.');
  return {
    kind: 'stop',
    status: status === 'failed' ? 'failed' : 'succeeded',
    text: reader.text(members.get('text')) ?? 'The playbook ends here.',
  } as Omit<Step, 'id'>;
}
