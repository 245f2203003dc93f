import type { IncidentId, RunId } from '../../shared/id.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { EpochMs } from '../../shared/time.ts';
import type { Playbook } from './playbook.ts';

export type StepOutcome =
  | 'started'
  | 'succeeded'
  | 'failed'
  | 'skipped'
  | 'refused'
  | 'observed'
  | 'waiting';

/** What has happened in a run so far; `nextStep(definition, log)` needs nothing else. */
export interface RunLogEntry {
  readonly at: EpochMs;
  /** The step, behind the rounds and calls it stands in: `hosts[2]/isolate`. */
  readonly stepId: string;
  readonly outcome: StepOutcome;
  readonly text: string;
  readonly output?: Json;
  /** The facts of the incident as they were then; what follows sees them. */
  readonly facts?: JsonObject;
  /** The person, where one answered. */
  readonly by?: string;
}

/** One execution of a playbook; it keeps the definition it started with. */
export interface Run {
  readonly id: RunId;
  readonly playbookId: string;
  readonly playbookVersion: number;
  /** The playbook's source as it was, so that a later edit changes nothing here. */
  readonly definition: JsonObject;
  readonly incidentId: IncidentId;
  readonly inputs: JsonObject;
  readonly status: 'queued' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'cancelled';
  readonly why: string;
  /** The person who started it; absent where its condition did. */
  readonly startedBy?: string;
  readonly createdAt: EpochMs;
  readonly log: readonly RunLogEntry[];
  readonly revision: number;
}

/** What a run is made with. */
export interface RunOrder {
  readonly item: Json;
  readonly inputs?: JsonObject;
  readonly why: string;
  readonly at: EpochMs;
  readonly salt?: string;
  readonly startedBy?: string;
  /** The playbooks that may be called. */
  readonly all?: readonly Playbook[];
}
