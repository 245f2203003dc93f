/*
 * What the API may ask of the running product beyond the stores. Implemented by the pipeline and the
 * runner, injected in main.ts: the API imports neither.
 */
import type {
  ActChanges,
  ActionId,
  ActionRecord,
  AutomationStage,
  DeskCommand,
  DetectorStats,
  EntityQuestion,
  EntityView,
  Entry,
  EpochMs,
  Incident,
  IncidentId,
  JsonObject,
  Listed,
  MatchCounts,
  Planned,
  Playbook,
  Problem,
  Result,
  Run,
  RunId,
  TimelineEntry,
} from '@cordon/core';
import type { CheckFinding, ConnectorDefinition, ReceivedRecord } from '@cordon/kit';
import type { LookBackCounts } from './intel/look-back.ts';
import type { AutomationState } from './runner/automations.ts';

export type { AutomationState };

/** What came of a person's act. */
export interface DeskOutcome {
  /** The one the act was about, where it is about one. */
  readonly incident: Incident | undefined;
  readonly changes: ActChanges;
}

/** People's acts on alerts and incidents; applied between two batches, saved with an audit line. */
export interface Desk {
  act(command: DeskCommand, actor: string): Promise<Result<DeskOutcome>>;
}

/** What is known of the things that events speak of. */
export interface EntityDesk {
  describe(question: EntityQuestion): Promise<EntityView>;
}

/** People's acts on the action ledger. */
export interface ActionDesk {
  /** Approves or rejects an action that waits. Refuses when the plan is not the one that was shown. */
  decide(
    id: ActionId,
    decision: { readonly approved: boolean; readonly reason: string; readonly planHash: string },
    actor: string,
  ): Promise<Result<ActionRecord>>;
  /** Takes a held effect back before its time. */
  undo(id: ActionId, reason: string, actor: string): Promise<Result<ActionRecord>>;
  /** Puts an action to people: judged by the guard now, carried out only when one of them says yes. */
  propose(
    proposal: {
      readonly incidentId: IncidentId;
      readonly verb: string;
      readonly params: JsonObject;
      readonly reason: string;
      readonly ttlMs?: number;
    },
    actor: string,
  ): Promise<Result<ActionRecord>>;
  /** What the guard would say of a step of a dry run, and whom it would have hit at the time of the run. */
  preview(
    run: Run,
    planned: Extract<Planned, { readonly kind: 'act' }>,
  ): Promise<Result<ActionRecord>>;
  /** Starts a playbook by hand on an incident. */
  start(
    playbookId: string,
    incidentId: IncidentId,
    inputs: JsonObject,
    actor: string,
  ): Promise<Result<Run>>;
  /** Answers a question that a playbook asks. */
  answer(
    runId: RunId,
    stepId: string,
    reply: { readonly approved: boolean; readonly reason: string },
    actor: string,
  ): Promise<Result<Run>>;
  /** Starts a run that is over once more, from one of its steps on. */
  again(runId: RunId, stepId: string, actor: string): Promise<Result<Run>>;
  /** Stops new effects; undo goes on. */
  setKillSwitch(engaged: boolean, reason: string, actor: string): Promise<void>;
  killSwitch(): { readonly engaged: boolean; readonly reason?: string; readonly by?: string };
  playbooks(): readonly Playbook[];
  /** Where each playbook stands that starts by itself, measured now. */
  automations(): Promise<readonly AutomationState[]>;
  /** Puts an automation into the shadow, or makes it live when enough verdicts agree with it. */
  setStage(
    playbookId: string,
    stage: AutomationStage,
    reason: string,
    actor: string,
  ): Promise<Result<AutomationState>>;
  neverTouch(): readonly { readonly value: string; readonly why: string }[];
}

/** What a test of a connector found. */
export interface ConnectorTest {
  readonly at: EpochMs;
  readonly result: Result<CheckFinding>;
}

/** What came of the last call, by the ledger. */
export interface ConnectorOutcome {
  readonly at: EpochMs;
  readonly action: ActionRecord;
  readonly text: string;
}

/** A connector as it stands. */
export interface ConnectorStanding {
  readonly definition: ConnectorDefinition;
  readonly isConfigured: boolean;
  readonly test?: ConnectorTest;
  readonly lastSuccess?: ConnectorOutcome;
  readonly lastFailure?: ConnectorOutcome;
}

/** What can be acted on, tried when somebody asks for it. */
export interface ConnectorDesk {
  /** Those that are configured first. */
  list(): Promise<readonly ConnectorStanding[]>;
  /** Asks the product; what it answers stays until the next test. */
  test(id: string): Promise<Result<ConnectorStanding>>;
}

export type SourceStatus = 'starting' | 'receiving' | 'failed' | 'stopped';

/** One configured source as it is right now. */
export interface SourceView {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly status: SourceStatus;
  readonly where?: string;
  readonly problem?: Problem;
  readonly lastRecordAt?: number;
  /** Records a second over the last minute. */
  readonly ratePerS: number;
}

/** Sources as they run, and the way in for HTTP push. */
export interface Intake {
  sources(): readonly SourceView[];
  /** Why no source can be served at present: the disk takes nothing. It is tried again by itself. */
  problem(): Problem | undefined;
  /** Resolves once the records are on disk; rejects with `SinkRefused` when not taken. */
  push(sourceId: string, records: readonly ReceivedRecord[]): Promise<void>;
  /** Counts records of a push source that were not taken because of what they are; resolves once that is on disk. */
  refused(sourceId: string, reason: string, count: number): Promise<void>;
  /** Adds an HTTP push source; its token is issued by the API. */
  addPushSource(sourceId: string, title: string): Promise<Result<SourceView>>;
}

/** How far the pipeline is, and whether the books balance. */
export interface PipelineView {
  readonly head: number;
  readonly committedOffset: number;
  readonly eventStoreOffset: number;
  readonly lagRecords: number;
  readonly isReplaying: boolean;
  readonly detection: {
    readonly rules: number;
    readonly groups: number;
    readonly evicted: number;
    readonly late: number;
    /** What every stream detector holds and brought. */
    readonly detectors?: readonly DetectorStats[];
  };
  readonly problems: readonly Problem[];
}

/** Incident reading that needs several stores: timeline and the raw record behind a claim. */
export interface StoryTeller {
  timeline(incidentId: IncidentId): Promise<readonly TimelineEntry[]>;
}

/** What is in use of a feed. */
export interface FeedContentView {
  readonly at: number;
  readonly kept: number;
  readonly byType: Readonly<Record<string, number>>;
  readonly refused: Readonly<Record<string, number>>;
  readonly entries: number;
  readonly added: number;
  readonly removed: number;
  readonly facts: Readonly<Record<string, number>>;
}

/** One feed of threat intelligence as it is right now. */
export interface FeedView {
  readonly id: string;
  readonly title: string;
  readonly format: string;
  readonly where: string;
  readonly isReading: boolean;
  readonly checkedAt?: number;
  readonly nextAt: number;
  readonly problem?: Problem;
  readonly content?: FeedContentView;
}

/** Threat intelligence, to be looked at and asked. */
export interface IntelDesk {
  feeds(): readonly FeedView[];
  totals(): {
    readonly indicators: number;
    readonly warninglistEntries: number;
    readonly bytes: number;
    readonly matches: MatchCounts;
    /** Absent when new indicators are not looked for in what was stored. */
    readonly lookBack?: LookBackCounts;
  };
  search(text: string): {
    readonly type?: string;
    readonly value?: string;
    readonly entries: readonly Entry[];
    readonly warninglists: readonly Listed[];
  };
  /** Reads a feed now. */
  refresh(id: string): Promise<Result<FeedView>>;
}

/** The bundled demo attack. */
export interface Demo {
  /** Starts to play; refuses while one plays. */
  start(actor: string): Promise<Result<{ readonly durationS: number }>>;
  progress(): { readonly playing: boolean; readonly fraction: number; readonly records: number };
}
