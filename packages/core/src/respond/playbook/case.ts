import type { Incident } from '../../correlate/incident.ts';
import type { EntityRef } from '../../entity/entity.ts';
import { SEVERITY, type SeverityName } from '../../event/severity.ts';
import { idOf } from '../../shared/id.ts';
import type { JsonObject } from '../../shared/json.ts';
import { toEpochMs } from '../../shared/time.ts';
import { parseDuration } from '../duration.ts';
import { readDefinition } from './definition.ts';
import { type DryRun, dryRun, type Planned } from './dry-run.ts';
import { fillInputs } from './inputs.ts';
import type { Playbook } from './playbook.ts';
import type { Run, StepOutcome } from './run.ts';
import { listWanted, toRun } from './select.ts';

/** One thing a case expects, in order; what it does not say may be anything. */
export interface Expectation {
  readonly verb?: string;
  /** A value among the parameters. */
  readonly target?: string;
  readonly for?: string;
  readonly reason?: string;
  readonly approval?: boolean;
  /** The beginning of a question. */
  readonly ask?: string;
}

/** One entry of a `cases.yml` of a playbook: an incident, and what must be done about it. */
export interface PlaybookCase {
  readonly name: string;
  readonly incident: {
    readonly behaviours: readonly string[];
    readonly tactics?: readonly string[];
    readonly techniques?: readonly string[];
    readonly title?: string;
    readonly severity: SeverityName;
    readonly p: number;
    readonly attackers?: readonly string[];
    readonly alerts?: number;
    readonly entities: readonly EntityRef[];
  };
  /** Started by hand with these; absent: by its condition. */
  readonly inputs?: JsonObject;
  /** How steps end, by their id in the log; they succeed where nothing is said, `waiting` is no answer. */
  readonly ends?: Readonly<Record<string, StepOutcome>>;
  readonly expect: readonly Expectation[];
  readonly end?: 'succeeded' | 'failed';
}

/** What came of a case; no problem: it passed. */
export interface PlaybookCaseOutcome {
  readonly name: string;
  readonly problems: readonly string[];
}

const AT = toEpochMs(1_700_000_000_000);

/** The incident of a case. */
export function toCaseIncident(given: PlaybookCase['incident']): Incident {
  const alerts = Array.from({ length: given.alerts ?? 0 }, (_, i) => idOf('alr', ['case', i]));
  return {
    id: idOf('inc', ['case']),
    number: 1,
    title: given.title ?? 'Case',
    story: [],
    severity_id: SEVERITY[given.severity],
    behaviours: given.behaviours,
    tactics: given.tactics ?? [],
    techniques: given.techniques ?? [],
    firstAt: AT,
    lastAt: AT,
    alertIds: alerts,
    entities: given.entities,
    ...(given.attackers ? { attackers: given.attackers } : {}),
    graph: { nodes: [], edges: [] },
    score: { priorLogit: 0, contributions: [], logit: 0, p: given.p },
    priority: {
      level: 'P2',
      likelihood: given.p,
      impact: 0.5,
      urgency: 0.5,
      score: 50,
      why: '',
      factors: [],
    },
    origin: { kind: 'unseen', text: '', wouldSettle: [] },
    state: { status: 'new' },
    revision: 1,
  };
}

/** What a playbook would do about an incident: one dry run for each run it would start. */
export function planFor(
  playbook: Playbook,
  incident: Incident,
  of: {
    readonly all: readonly Playbook[];
    readonly inputs?: JsonObject;
    readonly end?: (stepId: string) => StepOutcome;
  },
): readonly DryRun[] {
  const runs =
    of.inputs === undefined
      ? listWanted(playbook, incident, { why: '', at: AT, all: of.all })
      : [
          toRun(playbook, incident, {
            item: of.inputs['item'] ?? null,
            inputs: of.inputs,
            why: '',
            at: AT,
            all: of.all,
          }),
        ];
  return runs.map((run) => planRun(run, of.end));
}

/** What a run would do, by the definition it keeps; one that has failed already does nothing. */
export function planRun(run: Run, end?: (stepId: string) => StepOutcome): DryRun {
  const nothing = { planned: [], log: run.log, status: 'failed' as const, waitedMs: 0 };
  if (run.status === 'failed') return { ...nothing, text: run.log.at(-1)?.text ?? '' };
  const read = readDefinition(run.definition);
  if (!read.ok) return { ...nothing, text: read.problem.detail };
  const { playbook, calls } = read.value;
  const facts = run.inputs;
  return dryRun({ playbook, calls, facts, at: run.createdAt, ...(end ? { end } : {}) });
}

/** Runs a case dry and says where it does not do what is expected. */
export function runPlaybookCase(
  playbook: Playbook,
  given: PlaybookCase,
  all: readonly Playbook[],
): PlaybookCaseOutcome {
  const inputs = given.inputs === undefined ? undefined : fillInputs(playbook, given.inputs);
  if (inputs && !inputs.ok) return { name: given.name, problems: [inputs.problem.detail] };
  const runs = planFor(playbook, toCaseIncident(given.incident), {
    all,
    ...(inputs ? { inputs: inputs.value } : {}),
    end: (stepId) => given.ends?.[stepId] ?? 'succeeded',
  });
  const planned = runs.flatMap((run) => run.planned);
  const problems = given.expect.flatMap((wanted, i) => compare(wanted, planned[i], i + 1));
  for (const more of planned.slice(given.expect.length))
    problems.push(`not expected: ${printPlanned(more)}`);
  const wantedEnd = given.end ?? 'succeeded';
  for (const { status, text } of runs)
    if (status !== wantedEnd) problems.push(`ended as ${status}, not ${wantedEnd}: ${text}`);
  return { name: given.name, problems };
}

/** A planned thing in one line. */
export function printPlanned(planned: Planned): string {
  switch (planned.kind) {
    case 'ask':
      return `ask: ${planned.question}`;
    case 'undo_all':
      return 'undo everything';
    case 'act':
      return `${planned.verb} ${JSON.stringify(planned.with)}${planned.approval ? ', after approval' : ''}`;
  }
}

function compare(wanted: Expectation, found: Planned | undefined, at: number): string[] {
  if (!found) return [`${at}: expected ${JSON.stringify(wanted)}, but nothing more was done`];
  const problems: string[] = [];
  const check = (name: string, isRight: boolean): void => {
    if (!isRight) problems.push(`${at}: expected ${name}, found ${printPlanned(found)}`);
  };
  if (found.kind === 'ask') {
    check('an action', wanted.ask !== undefined);
    check(`ask ${wanted.ask}`, found.question.startsWith(wanted.ask ?? ''));
    return problems;
  }
  const { verb, target, reason, approval } = wanted;
  check(`ask ${wanted.ask}`, wanted.ask === undefined);
  const act = found.kind === 'act' ? found : undefined;
  if (verb !== undefined) check(verb, verb === (act?.verb ?? 'undo.all'));
  if (target !== undefined)
    check(target, JSON.stringify(act?.with ?? {}).includes(JSON.stringify(target)));
  if (wanted.for !== undefined)
    check(`for ${wanted.for}`, act?.ttlMs === parseDuration(wanted.for));
  if (reason !== undefined) check(`reason "${reason}"`, act?.reason === reason);
  if (approval !== undefined)
    check(`approval ${approval}`, (act?.approval !== undefined) === approval);
  return problems;
}
