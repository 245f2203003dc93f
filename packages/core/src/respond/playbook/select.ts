import type { Incident } from '../../correlate/incident.ts';
import { idOf } from '../../shared/id.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { Problem } from '../../shared/problem.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { EpochMs } from '../../shared/time.ts';
import { isTrue, printJson } from '../cel/expression.ts';
import { type Items, toBeyondRun } from './beyond-bound.ts';
import { toDefinition } from './definition.ts';
import { toFacts } from './facts.ts';
import { DEFAULT_AT_MOST, type Playbook } from './playbook.ts';
import type { Run, RunOrder } from './run.ts';
import { readFact } from './walk-step.ts';

const toIncidentFacts = (incident: Incident): JsonObject => ({ incident: toFacts(incident) });

/**
 * The values a playbook runs over for this incident: those of `each`, or one run without an item. Those
 * beyond its `at_most` are `left`, never dropped; a problem when `each` is no list.
 */
export function listItems(playbook: Playbook, incident: Incident): Result<Items> {
  if (playbook.each === undefined) return ok({ taken: [null], left: [] });
  const list = readFact(playbook.each, toIncidentFacts(incident));
  if (!list.ok) return list;
  if (!Array.isArray(list.value)) {
    const detail = `"${playbook.each}" is no list.`;
    return err({ code: 'expression_no_value', detail, retryable: false });
  }
  const values = [...new Set<Json>(list.value)];
  const most = playbook.atMost ?? DEFAULT_AT_MOST;
  return ok({ taken: values.slice(0, most), left: values.slice(most) });
}

/** Does the condition of the playbook hold for this incident? Playbooks without one are for people to start. */
export function readWanted({ on }: Playbook, incident: Incident): Result<boolean> {
  const { status } = incident.state;
  if (on === undefined || status === 'closed' || status === 'resolved') return ok(false);
  const value = readFact(on, toIncidentFacts(incident));
  return value.ok ? ok(isTrue(value.value)) : value;
}

/** A run of a playbook on an incident. Its id follows from playbook, incident and item, so asking again starts nothing new. */
export function toRun(playbook: Playbook, incident: Incident, by: RunOrder): Run {
  return {
    id: idOf('run', [playbook.id, incident.id, printJson(by.item), by.salt ?? '']),
    playbookId: playbook.id,
    playbookVersion: playbook.version,
    definition: toDefinition(playbook, by.all),
    incidentId: incident.id,
    inputs: { incident: toFacts(incident), inputs: by.inputs ?? {}, item: by.item },
    status: 'queued',
    why: by.why,
    ...(by.startedBy === undefined ? {} : { startedBy: by.startedBy }),
    createdAt: by.at,
    log: [],
    revision: 1,
  };
}

type Order = Omit<RunOrder, 'item' | 'salt'>;

/** A run that has failed before its first step: what was to be known about the incident has no value. */
function toUnread(
  playbook: Playbook,
  incident: Incident,
  order: Order & { readonly problem: Problem },
): Run {
  const { problem, at } = order;
  const run = toRun(playbook, incident, { ...order, item: null, salt: 'unread' });
  const text = `"${playbook.title}" was not started: ${problem.detail}`;
  return { ...run, status: 'failed', log: [{ at, stepId: '', outcome: 'failed', text }] };
}

/**
 * The runs of one playbook for this incident, in order of item; with values beyond its bound, the last
 * one asks a person about them. Whether its condition holds is not asked. Where `on` or `each` has no
 * value, one run that has failed and says so.
 */
export function listRuns(playbook: Playbook, incident: Incident, order: Order): readonly Run[] {
  const wanted = readWanted(playbook, incident);
  const items = wanted.ok ? listItems(playbook, incident) : wanted;
  if (!items.ok) return [toUnread(playbook, incident, { ...order, problem: items.problem })];
  const runs = items.value.taken.map((item) => toRun(playbook, incident, { ...order, item }));
  if (items.value.left.length === 0) return runs;
  return [...runs, toBeyondRun(playbook, incident, { ...order, items: items.value })];
}

/** The runs of one playbook that this incident asks for now: none while its condition does not hold. */
export function listWanted(playbook: Playbook, incident: Incident, order: Order): readonly Run[] {
  const wanted = readWanted(playbook, incident);
  return wanted.ok && !wanted.value ? [] : listRuns(playbook, incident, order);
}

/** The runs an incident asks for now, in order of playbook and item. Deterministic. */
export const selectPlaybooks = (
  incident: Incident,
  playbooks: readonly Playbook[],
  at: EpochMs,
): readonly Run[] =>
  playbooks.flatMap((playbook) =>
    listWanted(playbook, incident, {
      why: `"${playbook.title}" applies: ${playbook.on}`,
      at,
      all: playbooks,
    }),
  );
