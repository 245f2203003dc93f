/*
 * The three stores as the rest of the server sees them. Each has one contract suite that runs over
 * every implementation (memory, embedded). Whoever opens a store closes it; after `close` every
 * call rejects. All calls reject with `StoreError` (a Problem with `retryable`) when the disk or
 * the engine fails; nothing is half done then.
 */
import type {
  ActionId,
  ActionRecord,
  ActionStatus,
  Alert,
  AlertId,
  EpochMs,
  Event,
  Incident,
  IncidentId,
  Json,
  MutedSignal,
  Problem,
  RawRecord,
  RuleSetting,
  Run,
  RunId,
  Signal,
  SignalOutcome,
} from '@cordon/core';
import type { Credential, UserAccount } from './accounts.ts';
import type { AuditEntry, NewAuditEntry } from './audit-chain.ts';
import type { EventQuery } from './event-query.ts';
import type { HuntBar, HuntPage, HuntScope, HuntTop, HuntValue, SeenLogsource } from './hunt.ts';
import type {
  AlertQuery,
  IncidentQuery,
  LetterSelection,
  MutedQuery,
  OpenedIncident,
  Page,
  PageQuery,
  RuleCount,
  Span,
} from './lists.ts';
import type { NotifyStore } from './notify-store.ts';
import type { Observed, ObservedPage } from './observed.ts';
import type { PackedEvents } from './packed-events.ts';
import type { PackedRecords } from './packed-records.ts';
import type { NewRecord } from './raw-record.ts';
import type { RoomStore } from './room-store.ts';

export type { AuditEntry, NewAuditEntry } from './audit-chain.ts';
export type { NewRecord } from './raw-record.ts';

// ---------------------------------------------------------------- retention

/** What may be kept; the oldest goes first, whole files at a time. */
export interface RetentionLimits {
  /** What was taken in before this time may go. */
  readonly before?: EpochMs;
  /** What is above this size may go. */
  readonly bytes?: number;
}

/** How much of a store there is, or was removed. */
export interface Kept {
  readonly files: number;
  readonly bytes: number;
}

// ---------------------------------------------------------------- record log

/** The pipeline's input and its replay; the full text of a record is read from here. */
export interface RecordLog {
  /**
   * Appends in order and resolves with the first offset once the batch is durable (fsync, shared
   * by all appends that wait). Rejects with nothing appended when the disk is full. An append of no
   * records tells whether there is space: it rejects as one of a few kilobytes would.
   */
  append(records: readonly NewRecord[]): Promise<number>;
  /** Records from `offset` on, at most `limit`, in order; only durable ones. Empty at the head. */
  read(offset: number, limit: number): Promise<readonly RawRecord[]>;
  /**
   * The same, packed for another thread and not read here; ends before a hole. Undefined at the head.
   */
  readPacked(offset: number, limit: number): Promise<PackedRecords | undefined>;
  /** One record with its bytes, or undefined when it is past its retention or not yet there. */
  get(offset: number): Promise<(RawRecord & { readonly bytes: Uint8Array }) | undefined>;
  /** Records whose text holds the needle, newest first: the searchable hot tail. */
  search(query: {
    readonly text: string;
    readonly fromAt?: EpochMs;
    readonly toAt?: EpochMs;
    readonly limit: number;
  }): Promise<readonly RawRecord[]>;
  size(): Kept;
  /**
   * Removes the oldest records past the limits, whole files at a time and only from below `upTo`;
   * says how much that was. `head()` goes on counting them, `tail()` moves.
   */
  retire(
    limits: RetentionLimits & { readonly upTo: number },
  ): Promise<Kept & { readonly records: number }>;
  /** The offset the next record will get; equals the count ever appended. */
  head(): number;
  /** The oldest offset still there. */
  tail(): number;
  /** Resolves when `head()` is past `offset`, or when the signal aborts. */
  waitPast(offset: number, signal: AbortSignal): Promise<void>;
  /** What opening had to repair: bytes cut from a torn tail, blocks with a bad checksum. */
  readonly repairs: readonly Problem[];
  close(): Promise<void>;
}

// ---------------------------------------------------------------- event store

/** Hunting, pivots, blast checks over normalised events; may lag, never the only copy. */
export interface EventStore {
  /**
   * Buffers events; durable after `flush`. Re-adding an event with a known offset is harmless. An
   * event that the engine cannot take becomes a dead letter of the stage `store` and holds nothing up.
   */
  add(events: readonly Event[]): void;
  /** The same for events that another thread has packed. */
  addPacked(events: PackedEvents): void;
  /** Writes what is buffered as a segment; resolves with the offset up to which all is durable. */
  flush(): Promise<number>;
  /** Events up to and without this offset are durable. */
  durableOffset(): number;
  size(): Kept;
  /** Removes the oldest events past the limits, whole files at a time; says how much that was. */
  retire(limits: RetentionLimits): Promise<Kept>;
  /** By time. What is only buffered is found, too: a guard must not take "not yet written" for "nothing". */
  find(query: EventQuery): Promise<readonly Event[]>;
  count(query: Omit<EventQuery, 'limit'>): Promise<number>;
  /** Values that events of a span of time hold, each once for each machine. */
  observed(page: ObservedPage): Promise<readonly Observed[]>;
  /** What a hunt finds, by time and offset, from where the page before ended. */
  hunt(page: HuntPage): Promise<readonly Event[]>;
  /** How many it finds in each span of that length, oldest first; empty spans are left out. */
  huntBars(scope: HuntScope, bucketMs: number): Promise<readonly HuntBar[]>;
  /** The values of a field over what it finds, the most frequent first. */
  huntTop(top: HuntTop): Promise<readonly HuntValue[]>;
  /** The kinds of events that happened since, the most frequent first; at most a thousand. */
  seenLogsources(fromAt: EpochMs): Promise<readonly SeenLogsource[]>;
  close(): Promise<void>;
}

// ---------------------------------------------------------------- state store

/** How records of one source ended; the conservation equation is a sum over these. */
export interface Tally {
  readonly sourceId: string;
  /** parsed | unparsed | skipped | dead_letter, or what never entered: refused, dropped_udp, duplicate. */
  readonly outcome:
    | 'parsed'
    | 'unparsed'
    | 'skipped'
    | 'dead_letter'
    | 'refused'
    | 'dropped_udp'
    | 'duplicate';
  /** Parser id, problem code or reason. */
  readonly reason: string;
  readonly count: number;
}

/** One record that no parser took, or that made a stage fail; stored, counted, explained. */
export interface DeadLetter {
  readonly offset: number;
  readonly sourceId: string;
  readonly at: EpochMs;
  /**
   * `store`: the event could not be kept for hunting; the record itself is untouched. `think`: the
   * record ended the thread that thinks, nobody knows in which stage.
   */
  readonly stage: 'normalise' | 'detect' | 'decide' | 'store' | 'think';
  readonly problem: Problem;
  /** The template of the record (`shapeOf`): what letters are grouped by. */
  readonly shape?: string;
}

/** Dead letters of one source whose records have one template. */
export interface LetterGroup {
  readonly sourceId: string;
  readonly shape: string;
  readonly count: number;
  /** The one that was written last. */
  readonly newest: DeadLetter;
  readonly firstOffset: number;
}

/** What running dead letters again led to; written in one transaction. */
export interface RetryCommit
  extends Omit<
    BatchCommit,
    'fromOffset' | 'committedOffset' | 'writtenAt' | 'tallies' | 'deadLetters'
  > {
  /** Letters that are no more. The whole is refused with `stale_revision` when one is not as it was read. */
  readonly settled: readonly DeadLetter[];
  /** Letters that came in their place. */
  readonly deadLetters: readonly DeadLetter[];
  /** What moves from one end to another: counts below zero leave, the others come. They add up to 0. */
  readonly tallies: readonly Tally[];
  readonly audit: NewAuditEntry;
}

/** Everything one batch of records led to; written in one transaction. */
export interface BatchCommit {
  /**
   * Where the batch begins. Given it, a batch that is written already (its answer was lost) is taken
   * as written and changes nothing; one that begins elsewhere is refused with `stale_revision`.
   */
  readonly fromOffset?: number;
  /** Records below this offset are accounted for. */
  readonly committedOffset: number;
  /** By the clock; incidents that are new in it were opened then. */
  readonly writtenAt?: EpochMs;
  readonly tallies: readonly Tally[];
  readonly deadLetters: readonly DeadLetter[];
  readonly signals: readonly Signal[];
  readonly outcomes: readonly SignalOutcome[];
  readonly alerts: readonly Alert[];
  readonly incidents: readonly Incident[];
  readonly runs: readonly Run[];
  /** Signals that were kept from alerting. */
  readonly muted?: readonly MutedSignal[];
  /** What the thinker knows as of `committedOffset`, where no record would bring that back. */
  readonly snapshot?: string;
}

/** What the thinker knew once the records below an offset were thought about; the text is its own. */
export interface Snapshot {
  readonly offset: number;
  readonly text: string;
}

/** Where the pipeline stopped. */
export interface PipelineState {
  readonly committedOffset: number;
  readonly snapshot?: Snapshot;
  /** What the newest verdict left learnt, as JSON text. */
  readonly learnt?: string;
  /** Alerts and incidents that are open or changed in the last 7 days of event time. */
  readonly alerts: readonly Alert[];
  readonly incidents: readonly Incident[];
  readonly lastIncidentNumber: number;
}

/** A thing changed: what the live stream tells the console. */
export interface Change {
  readonly seq: number;
  readonly topic:
    | 'alert'
    | 'incident'
    | 'action'
    | 'run'
    | 'source'
    | 'setting'
    | 'rule'
    | 'notification'
    | 'room';
  readonly id: string;
}

/** Changing actions with one verb for one incident. */
export interface IntentCount {
  readonly verb: string;
  readonly incidentId?: IncidentId;
  readonly count: number;
}

/** Small, durable, transactional facts. One writer; a rejected call changed nothing. */
export interface StateStore extends NotifyStore, RoomStore {
  // the pipeline's side
  loadPipelineState(): Promise<PipelineState>;
  commitBatch(batch: BatchCommit): Promise<void>;
  /** Keeps a snapshot that is newer than the one there is; another one changes nothing. */
  keepSnapshot(snapshot: Snapshot): Promise<void>;
  /** Moves records from the ends that their letters stood for to new ones; the offset stays. */
  commitRetry(retry: RetryCommit): Promise<void>;
  addTallies(tallies: readonly Tally[]): Promise<void>;
  /** Writes letters down outside a batch; one that is there already stays as it is. */
  addDeadLetters(letters: readonly DeadLetter[]): Promise<void>;
  /** A person's act on alerts and incidents with its audit line, in one transaction. */
  saveDecisions(change: {
    readonly alerts: readonly Alert[];
    readonly incidents: readonly Incident[];
    /** What is learnt now, as JSON text, where the act changed that. */
    readonly learnt?: string;
    readonly audit: NewAuditEntry;
  }): Promise<void>;

  // reading
  listTallies(): Promise<readonly Tally[]>;
  listDeadLetters(query: PageQuery & LetterSelection): Promise<Page<DeadLetter>>;
  /** Letters by source and shape, the most frequent first; those without a shape are left out. */
  listLetterGroups(limit: number): Promise<readonly LetterGroup[]>;
  listIncidents(query: IncidentQuery): Promise<Page<Incident>>;
  getIncident(id: IncidentId): Promise<Incident | undefined>;
  /** Incidents that were opened in a span of time by the clock, newest first. */
  listOpened(query: PageQuery & { readonly opened: Span }): Promise<Page<OpenedIncident>>;
  listAlerts(query: AlertQuery): Promise<Page<Alert>>;
  getAlert(id: AlertId): Promise<Alert | undefined>;
  listSignals(alertId: AlertId, query: PageQuery): Promise<Page<Signal>>;
  /** Signals that rest on this record. */
  signalsOf(offset: number): Promise<readonly Signal[]>;
  /** Alert and incident counts by status, and signal outcomes, for the overview and the equation. */
  counts(): Promise<{
    readonly alerts: Readonly<Record<Alert['state']['status'], number>>;
    readonly incidents: Readonly<Record<Incident['state']['status'], number>>;
    readonly signals: { readonly promoted: number; readonly folded: number };
  }>;

  // runs and the action ledger
  saveRun(run: Run): Promise<void>;
  getRun(id: RunId): Promise<Run | undefined>;
  listRuns(
    query: PageQuery & {
      readonly incidentId?: IncidentId;
      readonly status?: readonly Run['status'][];
    },
  ): Promise<Page<Run>>;
  /**
   * Writes actions, the run they belong to and their audit lines in one transaction. An action whose
   * stored revision is not one below the given one is refused with `stale_revision`.
   */
  saveActions(change: {
    readonly actions: readonly ActionRecord[];
    readonly run?: Run;
    readonly audit: readonly NewAuditEntry[];
  }): Promise<void>;
  getAction(id: ActionId): Promise<ActionRecord | undefined>;
  listActions(
    query: PageQuery & {
      readonly incidentId?: IncidentId;
      readonly runId?: RunId;
      readonly status?: readonly ActionStatus[];
      readonly effectKey?: string;
    },
  ): Promise<Page<ActionRecord>>;
  /** How many changing actions were meant to be carried out after that time, by verb and incident. */
  countIntents(since: EpochMs): Promise<readonly IntentCount[]>;
  /** Actions whose `nextAt` has come, oldest first. */
  dueActions(now: EpochMs, limit: number): Promise<readonly ActionRecord[]>;
  /** The earliest `nextAt` there is, so that the runner knows when to wake. */
  nextActionAt(): Promise<EpochMs | undefined>;

  // people
  saveUser(user: UserAccount, audit: NewAuditEntry): Promise<void>;
  findUser(
    by: { readonly id: string } | { readonly name: string },
  ): Promise<UserAccount | undefined>;
  listUsers(): Promise<readonly UserAccount[]>;
  saveCredential(credential: Credential, audit?: NewAuditEntry): Promise<void>;
  findCredential(secretHash: string): Promise<Credential | undefined>;
  listCredentials(kind: Credential['kind']): Promise<readonly Credential[]>;
  deleteCredential(id: string, audit?: NewAuditEntry): Promise<void>;

  // rules
  listRuleSettings(): Promise<readonly RuleSetting[]>;
  saveRuleSetting(setting: RuleSetting, audit: NewAuditEntry): Promise<void>;
  /** By rule and cause, since the hour of `from`, in event time. */
  ruleCounts(from: EpochMs): Promise<readonly RuleCount[]>;
  /** Of one rule by hour, oldest first. */
  ruleHours(
    ruleId: string,
    from: EpochMs,
  ): Promise<readonly (RuleCount & { readonly hour: EpochMs })[]>;
  /** Signals that were kept from alerting, newest first; the last 20,000 are kept. */
  listMuted(query: MutedQuery): Promise<Page<MutedSignal>>;
  listRuleSignals(ruleId: string, query: PageQuery): Promise<Page<Signal>>;
  /** Counts of hours before that one go. */
  forgetRuleCounts(before: EpochMs): Promise<void>;

  // settings, audit, changes
  getSetting(key: string): Promise<Json | undefined>;
  setSetting(key: string, value: Json, audit?: NewAuditEntry): Promise<void>;
  audit(entry: NewAuditEntry): Promise<void>;
  listAudit(query: PageQuery): Promise<Page<AuditEntry>>;
  /** Walks the chain; the first line that does not fit is the problem. */
  verifyAudit(): Promise<{ readonly entries: number; readonly problem?: Problem }>;
  changesSince(seq: number, limit: number): Promise<readonly Change[]>;
  /** Newest change seq. */
  lastChange(): Promise<number>;
  close(): Promise<void>;
}
