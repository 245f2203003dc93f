import type { IncidentId, RunId } from '../shared/id.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import type { EpochMs } from '../shared/time.ts';

/** What has happened in a run so far; `nextStep(definition, log)` needs nothing else. */
export interface RunLogEntry {
  readonly at: EpochMs;
  readonly stepId: string;
  readonly outcome:
    | 'started'
    | 'succeeded'
    | 'failed'
    | 'skipped'
    | 'refused'
    | 'observed'
    | 'waiting';
  readonly text: string;
  readonly output?: Json;
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
  readonly createdAt: EpochMs;
  readonly log: readonly RunLogEntry[];
  readonly revision: number;
}
