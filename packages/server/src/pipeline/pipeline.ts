import { setTimeout } from 'node:timers/promises';
import type {
  Analysis,
  Analyst,
  Decider,
  DeskCommand,
  EpochMs,
  Event,
  Incident,
  Json,
  Problem,
  RawRecord,
  Result,
  Run,
  Signal,
} from '@cordon/core';
import type { Desk, PipelineView } from '../ports.ts';
import type {
  BatchCommit,
  EventStore,
  LetterSelection,
  RecordLog,
  RetryCommit,
  StateStore,
} from '../store/ports.ts';
import { toStoreError } from '../store/store-error.ts';
import { toDeadLetters, toTallies } from './books.ts';
import { EventCarrier } from './event-carrier.ts';
import { analyseInSlices } from './in-slices.ts';
import { type Retried, type RetryDeps, retryLetters } from './retry.ts';

/*
 * The one loop: reads a batch from the record log, thinks, commits everything it led to in one
 * transaction, goes on. Nothing calls back. People's acts take their turn between two batches.
 * After a restart the loop first warms up: it re-reads what the last snapshot had not seen yet,
 * brings the windows back and decides nothing, since all of it is already in the state store.
 */

const BATCH_RECORDS = 1_000;
const SNAPSHOT_EVERY_RECORDS = 50_000;
const SNAPSHOT_EVERY_MS = 5_000;
/** A commit costs the same for one record as for many: batches that are not full keep this distance. */
const GATHER_MS = 10;
const RETRY_MS = 1_000;
/** When nothing came for so long, what closes on silence is looked at. */
const QUIET_MS = 5_000;
/** Records may come so late: what closes on silence waits as long behind the clock. */
const LATE_MS = 60_000;
const PROBLEMS_KEPT = 20;

const PAST_TENSE: Readonly<Record<DeskCommand['kind'], string>> = {
  close_incident: 'incident_closed',
  reopen_incident: 'incident_reopened',
  assign_incident: 'incident_assigned',
  unassign_incident: 'incident_unassigned',
  close_alert: 'alert_closed',
  reopen_alert: 'alert_reopened',
};

export interface PipelineDeps {
  readonly log: RecordLog;
  readonly state: StateStore;
  readonly events: EventStore;
  readonly analyst: Analyst;
  readonly decider: Decider;
  readonly engineStats: () => PipelineView['detection'];
  /** Playbooks that apply to an incident that changed. */
  readonly selectRuns: (incident: Incident, at: EpochMs) => readonly Run[];
  /** Tells the runner that there may be work. */
  readonly onRuns: () => void;
  readonly now: () => EpochMs;
  readonly onProblem: (problem: Problem) => void;
  /** Told of every batch once it is committed. */
  readonly onBatch?: (records: readonly RawRecord[], analysis: Analysis) => void;
  /** Told of what dead letters that were run again led to. */
  readonly onRetry?: (analysis: Analysis) => void;
  /** How long to wait before a failed commit is tried again; default 1 s. */
  readonly retryMs?: number;
  /** How long nothing must have come before what closes on silence is looked at; default 5 s. */
  readonly quietMs?: number;
}

function passWhenStale(error: unknown): void {
  if (toStoreError(error).problem.code !== 'stale_revision') throw error;
}

/** The loop and the desk where people's acts queue for their turn. */
export class Pipeline implements Desk {
  private readonly deps: PipelineDeps;
  private analyst: Analyst;
  private committedOffset = 0;
  private snapshotOffset = 0;
  private snapshotAt = 0;
  private isReplaying = true;
  private turn: Promise<unknown> = Promise.resolve();
  private readonly problems: Problem[] = [];
  private readonly carrier: EventCarrier;
  private readonly ended = new AbortController();

  constructor(deps: PipelineDeps) {
    this.deps = deps;
    this.analyst = deps.analyst;
    const { events, now } = deps;
    this.carrier = new EventCarrier({
      events,
      now,
      onFailure: (error) => this.sitOut('Events could not be written', error, this.ended.signal),
    });
  }

  /** Resolves when the signal aborts and what was read is committed. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.ended.abort(), { once: true });
    await this.restore();
    const carrying = this.carrier.run(signal);
    await this.warmUp(signal);
    while (!signal.aborted) await this.step(signal);
    await carrying;
    await this.inTurn(() => this.carrier.finish());
  }

  view(): PipelineView {
    const { log, events, engineStats } = this.deps;
    return {
      head: log.head(),
      committedOffset: this.committedOffset,
      eventStoreOffset: events.durableOffset(),
      lagRecords: log.head() - this.committedOffset,
      isReplaying: this.isReplaying,
      detection: engineStats(),
      problems: [...log.repairs, ...this.problems],
    };
  }

  act(command: DeskCommand, actor: string): Promise<Result<Incident | undefined>> {
    return this.inTurn(async () => {
      const at = this.deps.now();
      const decided = this.deps.decider.act(command, { actor, at });
      if (!decided.ok) return decided;
      const { alerts, incidents } = decided.value;
      const { kind, ...data } = command;
      const subject = 'incidentId' in command ? command.incidentId : command.alertId;
      const audit = { at, actor, what: PAST_TENSE[kind], subject, data };
      await this.deps.state.saveDecisions({ alerts, incidents, audit });
      return { ok: true, value: incidents.find((incident) => incident.id === subject) };
    });
  }

  /** Runs dead letters again, from the record log; what was set aside takes its new end. */
  retry(
    selection: LetterSelection & { readonly cursor?: string },
    actor: string,
  ): Promise<Retried> {
    return retryLetters(this.retryDeps(), selection, actor);
  }

  /**
   * Takes another analyst between two batches; open windows go over to it. When it cannot take them,
   * the one that was there stays and the promise rejects.
   */
  replaceAnalyst(make: () => Analyst): Promise<void> {
    return this.inTurn(async () => {
      const next = make();
      const { detection, reading } = this.analyst.snapshot() as {
        readonly detection: Json;
        readonly reading?: Json;
      };
      next.restoreDetection(detection);
      next.restoreReading(reading);
      this.analyst = next;
      // A replay must not read with the new parsers what the old ones left unread.
      this.snapshotOffset = Number.NEGATIVE_INFINITY;
    });
  }

  /**
   * Takes signals that no new record brought, between two batches; resolves when what they led to is
   * on disk. Ones that were taken before change nothing.
   */
  consider(signals: readonly Signal[]): Promise<void> {
    return this.inTurn(async () => {
      const { decider, state, onRuns } = this.deps;
      for (const signal of signals) decider.consider(signal);
      const decisions = decider.drain();
      const runs = this.selectRuns(decisions.incidents);
      const { committedOffset } = this;
      const nothing = { tallies: [], deadLetters: [], muted: [] };
      const snapshot = this.analyst.snapshot();
      const batch = { committedOffset, ...nothing, signals, ...decisions, runs, snapshot };
      const isDone = await this.commit(() => state.commitBatch(batch), this.ended.signal);
      if (!isDone) throw new Error('The server stopped before it was written.');
      this.snapshotOffset = committedOffset;
      if (runs.length > 0) onRuns();
    });
  }

  /** Batches and people's acts, one after the other. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async restore(): Promise<void> {
    const { state, log, decider } = this.deps;
    const saved = await state.loadPipelineState();
    const snapshot = saved.snapshot?.state as
      | { detection: Json; decider: Json; enrichment?: Json; reading?: Json }
      | undefined;
    this.committedOffset = saved.committedOffset;
    this.snapshotOffset = Math.max(saved.snapshot?.offset ?? 0, log.tail());
    if (snapshot) this.analyst.restoreDetection(snapshot.detection);
    this.analyst.restoreReading(snapshot?.reading);
    if (snapshot?.enrichment !== undefined) this.analyst.restoreEnrichment(snapshot.enrichment);
    decider.restore({
      snapshot: snapshot?.decider ?? null,
      alerts: saved.alerts,
      incidents: saved.incidents,
      lastIncidentNumber: saved.lastIncidentNumber,
    });
  }

  /** Re-reads what the snapshot or the event store has not seen; decides none of it again. */
  private async warmUp(signal: AbortSignal): Promise<void> {
    const { log, events, decider } = this.deps;
    const fromSnapshot = this.snapshotOffset;
    let offset = Math.max(log.tail(), Math.min(fromSnapshot, events.durableOffset()));
    while (offset < this.committedOffset && !signal.aborted) {
      const records = await log.read(
        offset,
        Math.min(BATCH_RECORDS, this.committedOffset - offset),
      );
      const last = records.at(-1);
      if (last === undefined) break;
      const parsed = this.analyst.warm(records, fromSnapshot);
      const durable = events.durableOffset();
      await this.carrier.add(parsed.filter((event: Event) => event.provenance.offset >= durable));
      offset = last.offset + 1;
    }
    decider.drain();
    this.isReplaying = false;
  }

  private async step(signal: AbortSignal): Promise<void> {
    const { log } = this.deps;
    try {
      const records = await log.read(this.committedOffset, BATCH_RECORDS);
      if (records.length === 0) {
        await this.rest(signal);
        return;
      }
      await this.inTurn(() => this.take(records, signal));
      if (records.length < BATCH_RECORDS) await setTimeout(GATHER_MS, undefined, { signal });
    } catch (error) {
      if (signal.aborted) return;
      await this.sitOut('The record log could not be read', error, signal);
    }
  }

  /** Waits for records. While none come, time goes on: windows that close on silence are judged. */
  private async rest(signal: AbortSignal): Promise<void> {
    const { log, quietMs = QUIET_MS } = this.deps;
    const turn = AbortSignal.any([signal, AbortSignal.timeout(quietMs)]);
    await log.waitPast(this.committedOffset, turn);
    if (signal.aborted || log.head() > this.committedOffset) return;
    await this.inTurn(() => this.settle(signal));
  }

  /** What was found goes with a snapshot of the state after it: a restart finds nothing twice. */
  private async settle(signal: AbortSignal): Promise<void> {
    const analysis = this.analyst.settle(this.deps.now() - LATE_MS);
    const { signals, muted, decisions } = analysis;
    if ([signals, muted, decisions.alerts, decisions.incidents].every(({ length }) => length === 0))
      return;
    const { fromOffset: _, ...commit } = this.toCommit(analysis, this.committedOffset);
    const batch = { ...commit, snapshot: this.takeSnapshot(this.committedOffset) };
    const isDone = await this.commit(() => this.deps.state.commitBatch(batch), signal);
    if (isDone && batch.runs.length > 0) this.deps.onRuns();
  }

  /** Thinks once, then commits that same result until it is on disk: thinking twice would count twice. */
  private async take(records: readonly RawRecord[], signal: AbortSignal): Promise<void> {
    const analysis = await analyseInSlices(this.analyst, records);
    const batch = this.toCommit(analysis, (records.at(-1)?.offset ?? 0) + 1);
    const isDone = await this.commit(() => this.deps.state.commitBatch(batch), signal);
    if (!isDone) return;
    this.committedOffset = batch.committedOffset;
    if (batch.runs.length > 0) this.deps.onRuns();
    this.deps.onBatch?.(records, analysis);
    await this.carrier.add(analysis.events);
  }

  /** Tries until it is on disk; false when the end came first. */
  private async commit(write: () => Promise<void>, signal: AbortSignal): Promise<boolean> {
    for (;;) {
      try {
        await write();
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        await this.sitOut('A batch could not be committed', error, signal);
      }
    }
  }

  private toCommit(analysis: Analysis, committedOffset: number): BatchCommit {
    const { decisions, signals, muted } = analysis;
    const snapshot = this.dueSnapshot(committedOffset);
    return {
      fromOffset: this.committedOffset,
      committedOffset,
      tallies: toTallies(analysis.outcomes),
      deadLetters: toDeadLetters(analysis.setAside),
      signals,
      muted,
      ...decisions,
      runs: this.selectRuns(decisions.incidents),
      ...(snapshot === undefined ? {} : { snapshot }),
    };
  }

  private dueSnapshot(nextOffset: number): Json | undefined {
    const pending = nextOffset - this.snapshotOffset;
    const isQuiet = nextOffset >= this.deps.log.head();
    const isOld = this.deps.now() - this.snapshotAt >= SNAPSHOT_EVERY_MS;
    if (pending < SNAPSHOT_EVERY_RECORDS && !(isQuiet && isOld)) return undefined;
    return this.takeSnapshot(nextOffset);
  }

  private takeSnapshot(nextOffset: number): Json {
    this.snapshotOffset = nextOffset;
    this.snapshotAt = this.deps.now();
    return this.analyst.snapshot();
  }

  private retryDeps(): RetryDeps {
    const { deps, carrier } = this;
    return {
      ...deps,
      hands: {
        analyst: () => this.analyst,
        inTurn: (work) => this.inTurn(work),
        keepEvents: async (events) => {
          deps.events.add(events);
          await carrier.finish();
        },
        selectRuns: ({ decisions }) => this.selectRuns(decisions.incidents),
        commit: (retry) => this.commitRetry(retry),
        snapshot: () => this.analyst.snapshot(),
      },
    };
  }

  private async commitRetry(retry: RetryCommit): Promise<void> {
    const { state } = this.deps;
    const isDone = await this.commit(
      // Letters are read and settled in one turn: where they are gone, an earlier try went through.
      () => state.commitRetry(retry).catch(passWhenStale),
      this.ended.signal,
    );
    if (!isDone) throw new Error('The server stopped before it was written; nothing was moved.');
    if (retry.runs.length > 0) this.deps.onRuns();
  }

  private selectRuns(incidents: readonly Incident[]): readonly Run[] {
    const at = this.deps.now();
    return incidents.flatMap((incident) => this.deps.selectRuns(incident, at));
  }

  private async sitOut(what: string, error: unknown, signal: AbortSignal): Promise<void> {
    const problem: Problem = {
      code: 'commit_failed',
      detail: `${what}: ${error instanceof Error ? error.message : String(error)}.`,
      hint: 'Nothing is lost: it is tried again every second. Check the free disk space and the data folder.',
      retryable: true,
    };
    this.problems.push(problem);
    if (this.problems.length > PROBLEMS_KEPT) this.problems.shift();
    this.deps.onProblem(problem);
    await setTimeout(this.deps.retryMs ?? RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}
