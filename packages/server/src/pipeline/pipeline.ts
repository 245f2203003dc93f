import { setTimeout } from 'node:timers/promises';
import type { Decisions, DeskCommand, EpochMs, Problem, Result, Run, Signal } from '@cordon/core';
import type { Desk, DeskOutcome, PipelineView } from '../ports.ts';
import type { LetterSelection } from '../store/lists.ts';
import type { PackedRecords } from '../store/packed-records.ts';
import type { BatchCommit, RetryCommit } from '../store/ports.ts';
import { toStoreError } from '../store/store-error.ts';
import { type Order, ThinkerLost, type Thought } from '../thinking/thinker.ts';
import { CommitLine } from './commit-line.ts';
import { saveAct } from './desk-act.ts';
import { EventCarrier } from './event-carrier.ts';
import { toFatalLetter, toSetAside } from './fatal-letter.ts';
import { FatalRecords } from './fatal-records.ts';
import { Gate } from './gate.ts';
import type { PipelineDeps } from './pipeline-deps.ts';
import { replay } from './replay.ts';
import { type Retried, type RetryDeps, retryLetters } from './retry.ts';
import { SnapshotKeeper } from './snapshot-keeper.ts';

/*
 * The one loop: takes a batch from the record log as it stands there, has it thought about, commits
 * everything it led to in one transaction, goes on. Nothing calls back. People's acts take their turn
 * between two batches. After a restart, or when the thinker is lost, the loop first warms up: it
 * re-reads what the last snapshot had not seen yet and decides nothing, since all of it is already in
 * the state store.
 */

/** Small enough that a batch is thought about in some tens of milliseconds: a block waits for two. */
const BATCH_RECORDS = 500;
/** Whoever is far behind has more to gain from fewer commits than from short batches. */
const MOST_BATCH_RECORDS = 2_000;
const FAR_BEHIND_RECORDS = 4 * MOST_BATCH_RECORDS;
/** A commit costs the same for one record as for many: batches that are not full keep this distance. */
const GATHER_MS = 10;
const RETRY_MS = 1_000;
/** When nothing came for so long, what closes on silence is looked at. */
const QUIET_MS = 5_000;
/** Records may come so late: what closes on silence waits as long behind the clock. */
const LATE_MS = 60_000;
const PROBLEMS_KEPT = 20;

function passWhenStale(error: unknown): void {
  if (toStoreError(error).problem.code !== 'stale_revision') throw error;
}

/** The loop and the desk where people's acts queue for their turn. */
export class Pipeline implements Desk {
  private readonly deps: PipelineDeps;
  private readonly line = new CommitLine();
  /** Closed while what was known is not back yet. */
  private readonly restored = new Gate();
  private readonly warmed = new Gate();
  private committedOffset = 0;
  /** Records below it are in the thinker's hands. */
  private nextOffset = 0;
  private isReplaying = true;
  private isStopped = false;
  /** The batch that was asked last. */
  private last: Promise<unknown> = Promise.resolve();
  private readonly problems: Problem[] = [];
  private readonly carrier: EventCarrier;
  private readonly snapshots: SnapshotKeeper;
  private readonly fatal: FatalRecords;
  private readonly ended = new AbortController();
  private retrying: Promise<unknown> = Promise.resolve();

  constructor(deps: PipelineDeps) {
    this.deps = deps;
    const { events, now } = deps;
    this.fatal = new FatalRecords(deps.state);
    this.snapshots = new SnapshotKeeper({ ...deps, commit: (write) => this.commit(write) });
    this.carrier = new EventCarrier({
      events,
      now,
      onFailure: (error) => this.sitOut('Events could not be written', error, this.ended.signal),
    });
  }

  /** Resolves when the signal aborts and what was read is committed. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.ended.abort(), { once: true });
    const carrying = this.carrier.run(signal);
    while (!signal.aborted) await this.live(signal);
    await this.line.settled();
    await this.snapshots.settled();
    for (const gate of [this.restored, this.warmed]) gate.release();
    await carrying;
    await this.carrier.finish();
  }

  view(): PipelineView {
    const { log, events, thinker, rules } = this.deps;
    const { groups, evicted, late, detectors } = thinker.standing();
    return {
      head: log.head(),
      committedOffset: this.committedOffset,
      eventStoreOffset: events.durableOffset(),
      lagRecords: log.head() - this.committedOffset,
      isReplaying: this.isReplaying,
      detection: { rules: rules?.() ?? 0, groups, evicted, late, detectors },
      problems: [...log.repairs, ...this.problems],
    };
  }

  async act(command: DeskCommand, actor: string): Promise<Result<DeskOutcome>> {
    await this.restored.pass();
    const at = this.deps.now();
    return this.line.take(
      () => this.deps.thinker.act(command, { actor, at }),
      (decided) => saveAct(this.deps.state, command, { actor, at, decided }),
    );
  }

  /** Runs dead letters again, from the record log; what was set aside takes its new end. */
  retry(
    selection: LetterSelection & { readonly cursor?: string },
    actor: string,
  ): Promise<Retried> {
    return retryLetters(this.retryDeps(), selection, actor);
  }

  /** Puts something else in force between two batches; rejects when it cannot, and the old one stays. */
  order(order: Order): Promise<void> {
    return this.line.take(
      () => this.deps.thinker.order(order),
      async () => {
        // A replay must not read with the new parsers what the old ones left unread.
        if (order.kind === 'content') this.snapshots.demand();
      },
    );
  }

  /**
   * Takes signals that no new record brought, between two batches; resolves when what they led to is
   * on disk. Ones that were taken before change nothing.
   */
  async consider(signals: readonly Signal[]): Promise<void> {
    await this.warmed.pass();
    await this.line.take(
      () => this.deps.thinker.consider(signals),
      (thought) => this.commitMore(thought),
    );
  }

  /** From what is on disk until the signal aborts or the thinker is lost. */
  private async live(signal: AbortSignal): Promise<void> {
    this.restored.close();
    this.warmed.close();
    this.isReplaying = true;
    this.last = Promise.resolve();
    try {
      const snapshotOffset = await this.restore();
      this.restored.release();
      await this.replay(snapshotOffset, signal);
      this.isReplaying = false;
      this.warmed.release();
      while (!signal.aborted) await this.step(signal);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ThinkerLost)) throw error;
      // Nothing of what it answered is left in the line when the next one begins.
      await this.line.settled();
      await this.isolate(error);
      await this.sitOut('What thinks about records was lost', error, signal);
    }
  }

  /** From where on records bring back what was known. */
  private async restore(): Promise<number> {
    const { state, log, thinker } = this.deps;
    await this.fatal.load();
    const { committedOffset, snapshot, ...saved } = await state.loadPipelineState();
    this.committedOffset = committedOffset;
    this.nextOffset = committedOffset;
    const snapshotOffset = Math.max(snapshot?.offset ?? 0, log.tail());
    this.snapshots.begin(snapshotOffset);
    await thinker.restore({ ...saved, ...(snapshot ? { snapshot: snapshot.text } : {}) });
    return snapshotOffset;
  }

  private replay(snapshotOffset: number, signal: AbortSignal): Promise<void> {
    const { deps, carrier, fatal, committedOffset } = this;
    const commit = (write: () => Promise<void>) => this.commit(write);
    return replay({ ...deps, carrier, fatal, commit }, { snapshotOffset, committedOffset }, signal);
  }

  /** Finds out over which record the thinker was lost, when it was lost over it before. */
  private async isolate({ offset }: ThinkerLost): Promise<void> {
    const lost = { from: this.committedOffset, to: this.nextOffset };
    const fatal = this.fatal.blame(offset, lost);
    if (fatal !== undefined) await this.commit(() => this.fatal.keep(fatal));
  }

  /** The next record is fatal: it ends as a dead letter without being thought about. */
  private async setAside(signal: AbortSignal): Promise<void> {
    await this.last;
    const fromOffset = this.nextOffset;
    const record = await this.reading(() => this.deps.log.get(fromOffset), signal);
    if (record === undefined) return;
    const committedOffset = fromOffset + 1;
    await this.line.take(
      async () => toSetAside(toFatalLetter(record)),
      (thought) => this.take(thought, { fromOffset, committedOffset }),
    );
    this.nextOffset = committedOffset;
  }

  private async step(signal: AbortSignal): Promise<void> {
    if (this.batchSize() === 0) return this.setAside(signal);
    const packed = await this.read(signal);
    if (packed === undefined) return;
    const fromOffset = this.nextOffset;
    this.nextOffset = packed.first + packed.count;
    const asked = this.line.take(
      () => this.deps.thinker.think(packed),
      (thought) => this.take(thought, { fromOffset, committedOffset: packed.first + packed.count }),
    );
    asked.catch(() => undefined);
    const isQuiet = this.nextOffset >= this.deps.log.head();
    this.snapshots.after({ offset: this.nextOffset, committed: asked, isQuiet });
    // One is thought about while the one before is written, and no more.
    const before = this.last;
    this.last = asked;
    await before;
    if (packed.count < BATCH_RECORDS)
      await setTimeout(GATHER_MS, undefined, { signal }).catch(() => undefined);
  }

  /** How many records the next batch takes; 0: the next one must not be thought about. */
  private batchSize(): number {
    const isFar = this.deps.log.head() - this.nextOffset >= FAR_BEHIND_RECORDS;
    return this.fatal.batchAt(this.nextOffset, isFar ? MOST_BATCH_RECORDS : BATCH_RECORDS);
  }

  /** The next batch; undefined when none came for a while, or it could not be read. */
  private read(signal: AbortSignal): Promise<PackedRecords | undefined> {
    return this.reading(async () => {
      const packed = await this.deps.log.readPacked(this.nextOffset, this.batchSize());
      if (packed !== undefined) return packed;
      await this.last;
      await this.rest(signal);
      return undefined;
    }, signal);
  }

  /** Undefined when the record log could not be read. */
  private async reading<T>(
    read: () => Promise<T | undefined>,
    signal: AbortSignal,
  ): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      if (error instanceof ThinkerLost) throw error;
      if (!signal.aborted) await this.sitOut('The record log could not be read', error, signal);
      return undefined;
    }
  }

  /** Waits for records. While none come, time goes on: windows that close on silence are judged. */
  private async rest(signal: AbortSignal): Promise<void> {
    const { log, thinker, now, quietMs = QUIET_MS } = this.deps;
    const turn = AbortSignal.any([signal, AbortSignal.timeout(quietMs)]);
    await log.waitPast(this.nextOffset, turn);
    if (signal.aborted || log.head() > this.nextOffset) return;
    await this.line.take(
      () => thinker.settle((now() - LATE_MS) as EpochMs),
      async (thought) => {
        // What was found goes with a snapshot of the state after it: a restart finds nothing twice.
        if (thought.snapshot !== undefined) await this.commitMore(thought);
      },
    );
  }

  /** What was thought once is committed until it is on disk: thinking twice would count twice. */
  private async take(
    thought: Thought,
    range: Pick<BatchCommit, 'fromOffset' | 'committedOffset'>,
  ): Promise<void> {
    await this.commitBatch({ ...this.toCommit(thought), ...range });
    this.committedOffset = range.committedOffset;
    this.deps.onBatch?.(thought.ends, range.committedOffset);
    await this.carrier.add(thought.events);
  }

  /** What no record led to. */
  private commitMore(thought: Thought): Promise<void> {
    return this.commitBatch({ ...this.toCommit(thought), committedOffset: this.committedOffset });
  }

  private async commitBatch(batch: BatchCommit): Promise<void> {
    await this.commit(() => this.deps.state.commitBatch(batch));
    if (batch.runs.length > 0) this.deps.onRuns();
  }

  /** Tries until it is on disk; when the end comes first nothing is committed any more. */
  private async commit(write: () => Promise<void>): Promise<void> {
    const { signal } = this.ended;
    while (!this.isStopped) {
      try {
        await write();
        return;
      } catch (error) {
        if (signal.aborted) this.isStopped = true;
        else await this.sitOut('A batch could not be committed', error, signal);
      }
    }
    throw new Error('The server stopped before it was written.');
  }

  private toCommit(thought: Thought): Omit<BatchCommit, 'fromOffset' | 'committedOffset'> {
    const { tallies, deadLetters, signals, muted, decisions, snapshot } = thought;
    const runs = this.selectRuns(decisions);
    const more = snapshot === undefined ? {} : { snapshot };
    const writtenAt = this.deps.now();
    return { tallies, deadLetters, signals, muted, ...decisions, runs, writtenAt, ...more };
  }

  private retryDeps(): RetryDeps {
    const { deps, carrier, line } = this;
    return {
      ...deps,
      hands: {
        alone: (work) => this.alone(work),
        keepEvents: async (records) => {
          const { events, unread } = await deps.thinker.reread(records);
          deps.events.addPacked(events);
          await carrier.finish();
          return unread;
        },
        thinkAgain: (records, commit) => line.take(() => deps.thinker.thinkAgain(records), commit),
        selectRuns: (decisions) => this.selectRuns(decisions),
        commit: (retry) => this.commitRetry(retry),
      },
    };
  }

  /** Runs of letters again, one after the other. */
  private async alone<T>(work: () => Promise<T>): Promise<T> {
    await this.warmed.pass();
    const result = this.retrying.then(work);
    this.retrying = result.catch(() => undefined);
    return result;
  }

  private async commitRetry(retry: RetryCommit): Promise<void> {
    const { state } = this.deps;
    // Letters are read and settled in one turn: where they are gone, an earlier try went through.
    await this.commit(() => state.commitRetry(retry).catch(passWhenStale));
    if (retry.runs.length > 0) this.deps.onRuns();
  }

  private selectRuns({ incidents }: Pick<Decisions, 'incidents'>): readonly Run[] {
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
