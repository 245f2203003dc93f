import type { Incident } from '../../correlate/incident.ts';
import { idOf } from '../../shared/id.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { EpochMs } from '../../shared/time.ts';
import { evaluate, isTrue, parseExpression, printJson } from '../cel/expression.ts';
import { type Items, toBeyondRun } from './beyond-bound.ts';
import { toDefinition } from './definition.ts';
import { toFacts } from './facts.ts';
import { DEFAULT_AT_MOST, type Playbook } from './playbook.ts';
import type { Run, RunOrder } from './run.ts';

/** The value of an expression text over facts; null when it does not read. */
function readValue(text: string, facts: JsonObject): Json {
  const parsed = parseExpression(text);
  const value = parsed.ok ? evaluate(parsed.value, facts) : parsed;
  return value.ok ? value.value : null;
}

/**
 * The values a playbook runs over for this incident: those of `each`, or one run without an item. Those
 * beyond its `at_most` are `left`, never dropped.
 */
export function listItems(playbook: Playbook, incident: Incident): Items {
  if (playbook.each === undefined) return { taken: [null], left: [] };
  const list = readValue(playbook.each, { incident: toFacts(incident) });
  const values = Array.isArray(list) ? [...new Set<Json>(list)] : [];
  const most = playbook.atMost ?? DEFAULT_AT_MOST;
  return { taken: values.slice(0, most), left: values.slice(most) };
}

/** Does the condition of the playbook hold for this incident? Playbooks without one are for people to start. */
export const isWanted = (playbook: Playbook, incident: Incident): boolean =>
  playbook.on !== undefined &&
  incident.state.status !== 'closed' &&
  incident.state.status !== 'resolved' &&
  isTrue(readValue(playbook.on, { incident: toFacts(incident) }));

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
    createdAt: by.at,
    log: [],
    revision: 1,
  };
}

/**
 * The runs of one playbook for this incident, in order of item; with values beyond its bound, the last
 * one asks a person about them. Its condition is not asked.
 */
export function listRuns(
  playbook: Playbook,
  incident: Incident,
  order: Omit<RunOrder, 'item' | 'salt'>,
): readonly Run[] {
  const items = listItems(playbook, incident);
  const runs = items.taken.map((item) => toRun(playbook, incident, { ...order, item }));
  if (items.left.length === 0) return runs;
  return [...runs, toBeyondRun(playbook, incident, { ...order, items })];
}

/** The runs an incident asks for now, in order of playbook and item. Deterministic. */
export function selectPlaybooks(
  incident: Incident,
  playbooks: readonly Playbook[],
  at: EpochMs,
): readonly Run[] {
  return playbooks
    .filter((playbook) => isWanted(playbook, incident))
    .flatMap((playbook) =>
      listRuns(playbook, incident, {
        why: `"${playbook.title}" applies: ${playbook.on}`,
        at,
        all: playbooks,
      }),
    );
}
