import type { EpochMs, Incident, Problem, Run } from '@cordon/core';
import type { EventStore, RecordLog, StateStore } from '../store/ports.ts';
import type { SourceEnd, Thinker } from '../thinking/thinker.ts';

/** What the loop stands on. */
export interface PipelineDeps {
  readonly log: RecordLog;
  readonly state: StateStore;
  readonly events: EventStore;
  readonly thinker: Thinker;
  /** How many rules are in force. */
  readonly rules?: () => number;
  /** Playbooks that apply to an incident that changed. */
  readonly selectRuns: (incident: Incident, at: EpochMs) => readonly Run[];
  /** Tells the runner that there may be work. */
  readonly onRuns: () => void;
  readonly now: () => EpochMs;
  readonly onProblem: (problem: Problem) => void;
  /** Told of every batch once it is committed. */
  readonly onBatch?: (ends: readonly SourceEnd[], committedOffset: number) => void;
  /** Told of what dead letters that were run again led to. */
  readonly onRetry?: (ends: readonly SourceEnd[]) => void;
  /** How long to wait before a failed commit is tried again; default 1 s. */
  readonly retryMs?: number;
  /** How long nothing must have come before what closes on silence is looked at; default 5 s. */
  readonly quietMs?: number;
}
