import { setTimeout } from 'node:timers/promises';
import type {
  Analysis,
  Analyst,
  Decider,
  Event,
  Incident,
  Json,
  Problem,
  RawRecord,
  Run,
} from '@cordon/core';
import type { Desk, PipelineView } from '../ports.ts';
import type { DeadLetter, EventStore, RecordLog, StateStore, Tally } from '../store/ports.ts';

/*
 * The one loop: reads a batch from the record log, thinks, commits everything it led to in one
 * transaction, goes on. Nothing calls back. People's acts take their turn between two batches.
 * After a restart the loop first warms up: it re-reads what the last snapshot had not seen yet,
 * brings the windows back and decides nothing, since all of it is already in the state store.
 */

const BATCH_RECORDS = 1_000;
const SNAPSHOT_EVERY_RECORDS = 50_000;
const SNAPSHOT_EVERY_MS = 5_000;
const EVENT_FLUSH_RECORDS = 50_000;
const EVENT_FLUSH_MS = 10_000;
const RETRY_MS = 1_000;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal }).catch(() => undefined);

export interface PipelineDeps {
  readonly log: RecordLog;
  readonly state: StateStore;
  readonly events: EventStore;
  readonly analyst: Analyst;
  readonly decider: Decider;
  readonly engineStats: () => PipelineView['detection'];
  /** Playbooks that apply to an incident that changed. */
  readonly selectRuns: (incident: Incident, at: number) => readonly Run[];
  /** Tells the runner that there may be work. */
  readonly onRuns: () => void;
  readonly now: () => number;
  readonly onProblem: (problem: Problem) => void;
}

export interface Pipeline extends Desk {
  /** Resolves when the signal aborts and the last batch is committed. */
  run(signal: AbortSignal): Promise<void>;
  view(): PipelineView;
}

function tallyOf(analysis: Analysis): readonly Tally[] {
  const counts = new Map<string, Tally>();
  for (const { sourceId, outcome, reason } of analysis.outcomes) {
    const key = `${sourceId}\0${outcome}\0${reason}`;
    counts.set(key, { sourceId, outcome, reason, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}

const toDeadLetters = (analysis: Analysis): readonly DeadLetter[] =>
  analysis.setAside.map(({ record, stage, problem }) => ({
    offset: record.offset,
    sourceId: record.sourceId,
    at: record.receivedAt,
    stage,
    problem,
  }));

export function createPipeline(deps: PipelineDeps): Pipeline {
  const { log, state, events, analyst, decider } = deps;
  let committedOffset = 0;
  let snapshotOffset = 0;
  let snapshotAt = 0;
  let flushedAt = 0;
  let isReplaying = true;
  let turn: Promise<unknown> = Promise.resolve();
  const problems: Problem[] = [];

  /** Batches and people's acts, one after the other. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };

  const note = (problem: Problem): void => {
    problems.push(problem);
    if (problems.length > 20) problems.shift();
    deps.onProblem(problem);
  };

  const dueSnapshot = (nextOffset: number, isIdle: boolean): Json | undefined => {
    const pending = nextOffset - snapshotOffset;
    const isDue =
      pending >= SNAPSHOT_EVERY_RECORDS || (isIdle && deps.now() - snapshotAt >= SNAPSHOT_EVERY_MS);
    return pending > 0 && isDue ? analyst.snapshot() : undefined;
  };

  const flushEvents = async (isIdle: boolean): Promise<void> => {
    const pending = committedOffset - events.durableOffset();
    const isDue =
      pending >= EVENT_FLUSH_RECORDS ||
      (isIdle && pending > 0) ||
      deps.now() - flushedAt >= EVENT_FLUSH_MS;
    if (!isDue || pending === 0) return;
    flushedAt = deps.now();
    await events.flush();
  };

  const commit = async (records: readonly RawRecord[]): Promise<void> => {
    const analysis = analyst.analyse(records);
    const nextOffset = (records.at(-1)?.offset ?? committedOffset - 1) + 1;
    const isIdle = nextOffset >= log.head();
    const snapshot = dueSnapshot(nextOffset, isIdle);
    const at = deps.now();
    const runs = analysis.decisions.incidents.flatMap((incident) => deps.selectRuns(incident, at));
    await state.commitBatch({
      committedOffset: nextOffset,
      tallies: tallyOf(analysis),
      deadLetters: toDeadLetters(analysis),
      signals: analysis.signals,
      outcomes: analysis.decisions.outcomes,
      alerts: analysis.decisions.alerts,
      incidents: analysis.decisions.incidents,
      runs,
      ...(snapshot === undefined ? {} : { snapshot }),
    });
    committedOffset = nextOffset;
    if (snapshot !== undefined) {
      snapshotOffset = nextOffset;
      snapshotAt = deps.now();
    }
    events.add(analysis.events);
    if (runs.length > 0) deps.onRuns();
    await flushEvents(isIdle);
  };

  const restore = async (): Promise<void> => {
    const saved = await state.loadPipelineState();
    committedOffset = saved.committedOffset;
    const snapshot = saved.snapshot?.state as { detection: Json; decider: Json } | undefined;
    snapshotOffset = Math.max(saved.snapshot?.offset ?? 0, log.tail());
    if (snapshot) analyst.restoreDetection(snapshot.detection);
    decider.restore({
      snapshot: snapshot?.decider ?? null,
      alerts: saved.alerts,
      incidents: saved.incidents,
      lastIncidentNumber: saved.lastIncidentNumber,
    });
  };

  /** Re-reads what the snapshot or the event store has not seen; what is committed is not decided again. */
  const warmUp = async (signal: AbortSignal): Promise<void> => {
    let offset = Math.max(log.tail(), snapshotOffset);
    while (offset < committedOffset && !signal.aborted) {
      const records = await log.read(offset, Math.min(BATCH_RECORDS, committedOffset - offset));
      const last = records.at(-1);
      if (last === undefined) break;
      const warmed: readonly Event[] = analyst.warm(records);
      events.add(warmed.filter((event) => event.provenance.offset >= events.durableOffset()));
      offset = last.offset + 1;
    }
    decider.drain();
    isReplaying = false;
  };

  const step = async (signal: AbortSignal): Promise<void> => {
    const records = await log.read(committedOffset, BATCH_RECORDS);
    if (records.length === 0) await log.waitPast(committedOffset, signal);
    else await inTurn(() => commit(records));
  };

  /** A full disk or a lost engine stops nothing: the batch is still in the log and is tried again. */
  const stepSafely = async (signal: AbortSignal): Promise<void> => {
    try {
      await step(signal);
    } catch (error) {
      note({
        code: 'commit_failed',
        detail: `A batch could not be committed: ${error instanceof Error ? error.message : String(error)}.`,
        hint: 'Nothing is lost: it is tried again every second. Check free disk space and the data folder.',
        retryable: true,
      });
      await pause(RETRY_MS, signal);
    }
  };

  return {
    async run(signal) {
      await restore();
      await warmUp(signal);
      while (!signal.aborted) await stepSafely(signal);
      await inTurn(() => events.flush());
    },
    act: (command, actor) =>
      inTurn(async () => {
        const at = deps.now();
        const decided = decider.act(command, {
          actor,
          at: at as Parameters<Decider['act']>[1]['at'],
        });
        if (!decided.ok) return decided;
        const { alerts, incidents } = decided.value;
        const subject = 'incidentId' in command ? command.incidentId : command.alertId;
        const { kind, ...data } = command;
        await state.saveDecisions({
          alerts,
          incidents,
          audit: {
            at: at as Incident['firstAt'],
            actor,
            what: PAST_TENSE[kind],
            subject,
            data: data as Json,
          },
        });
        return {
          ok: true,
          value: incidents.find((incident) => incident.id === subject) ?? incidents[0],
        };
      }),
    view: () => ({
      head: log.head(),
      committedOffset,
      eventStoreOffset: events.durableOffset(),
      lagRecords: log.head() - committedOffset,
      isReplaying,
      detection: deps.engineStats(),
      problems: [...log.repairs, ...problems],
    }),
  };
}

const PAST_TENSE = {
  close_incident: 'incident_closed',
  reopen_incident: 'incident_reopened',
  assign_incident: 'incident_assigned',
  close_alert: 'alert_closed',
  reopen_alert: 'alert_reopened',
} as const;
