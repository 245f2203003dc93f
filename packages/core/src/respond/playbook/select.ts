import type { Incident } from '../../correlate/incident.ts';
import { idOf } from '../../shared/id.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { EpochMs } from '../../shared/time.ts';
import { evaluate, isTrue, parseExpression, printJson } from '../cel/expression.ts';
import { toDefinition } from './definition.ts';
import { toFacts } from './facts.ts';
import type { Playbook } from './playbook.ts';
import type { Run } from './run.ts';

const MAX_ITEMS = 20;

/** The value of an expression text over facts; null when it does not read. */
function readValue(text: string, facts: JsonObject): Json {
  const parsed = parseExpression(text);
  const value = parsed.ok ? evaluate(parsed.value, facts) : parsed;
  return value.ok ? value.value : null;
}

/** The values a playbook runs over for this incident: those of `each`, or one run without an item. */
export function listItems(playbook: Playbook, incident: Incident): readonly Json[] {
  if (playbook.each === undefined) return [null];
  const list = readValue(playbook.each, { incident: toFacts(incident) });
  return Array.isArray(list) ? [...new Set<Json>(list)].slice(0, MAX_ITEMS) : [];
}

/** Does the condition of the playbook hold for this incident? Playbooks without one are for people to start. */
export const isWanted = (playbook: Playbook, incident: Incident): boolean =>
  playbook.on !== undefined &&
  incident.state.status !== 'closed' &&
  incident.state.status !== 'resolved' &&
  isTrue(readValue(playbook.on, { incident: toFacts(incident) }));

/** A run of a playbook on an incident. Its id follows from playbook, incident and item, so asking again starts nothing new. */
export function toRun(
  playbook: Playbook,
  incident: Incident,
  by: {
    readonly item: Json;
    readonly inputs?: JsonObject;
    readonly why: string;
    readonly at: EpochMs;
    readonly salt?: string;
    /** The playbooks that may be called. */
    readonly all?: readonly Playbook[];
  },
): Run {
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

/** The runs an incident asks for now, in order of playbook and item. Deterministic. */
export function selectPlaybooks(
  incident: Incident,
  playbooks: readonly Playbook[],
  at: EpochMs,
): readonly Run[] {
  return playbooks
    .filter((playbook) => isWanted(playbook, incident))
    .flatMap((playbook) =>
      listItems(playbook, incident).map((item) =>
        toRun(playbook, incident, {
          item,
          why: `"${playbook.title}" applies: ${playbook.on}`,
          at,
          all: playbooks,
        }),
      ),
    );
}
