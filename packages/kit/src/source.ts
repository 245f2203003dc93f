import type { EpochMs, Problem } from '@cordon/core';
import type { Static, TObject } from 'typebox';

/** A record as a source received it, verbatim. */
export interface ReceivedRecord {
  readonly bytes: Uint8Array;
  readonly receivedAt: EpochMs;
  readonly peer?: string;
  /** Parser ids to try, in order, when the sender said what it sends. */
  readonly parsers?: readonly string[];
  /** What the sender calls it, where it has a name for it: one that comes again is counted, not taken. */
  readonly senderId?: string;
}

/** Where a source puts what it receives. The sink belongs to the server; a source never closes it. */
export interface Sink {
  /**
   * Resolves when the records are durable on disk; only then may the sender be told. Waits while the
   * queue or the disk is full; rejects with a `SinkRefused` at the stop or on a failure that trying
   * again cannot mend: nothing was taken.
   * Back-pressure: await it before reading more from a sender that can wait.
   */
  accept(records: readonly ReceivedRecord[]): Promise<void>;
  /** For senders that cannot wait (UDP): takes what fits now, counts the rest as refused; never blocks. */
  offer(records: readonly ReceivedRecord[]): void;
  /** What did not enter and only the source can see (kernel counters, over-long lines, what came again), by reason. */
  lost(reason: 'dropped_udp' | 'refused' | 'duplicate', detail: string, count: number): void;
  /** Something a person should know of; the source goes on. */
  report(problem: Problem): void;
}

/** Thrown by `Sink.accept`: nothing was taken. */
export class SinkRefused extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** What a running source is given. */
export interface SourceContext<C> {
  readonly sourceId: string;
  readonly config: C;
  readonly sink: Sink;
  /** Small durable state of this source (read positions); written before `save` resolves. */
  readonly memory: { load(): Promise<unknown>; save(state: unknown): Promise<void> };
  readonly now: () => EpochMs;
  /** Ends the source: it closes its sockets, waits for accepted records and resolves within 1 s. */
  readonly signal: AbortSignal;
  /** Called once when the source receives, with where (`udp://127.0.0.1:5514`). */
  readonly ready: (where: string) => void;
}

/** A way in. `run` resolves when the signal aborts, rejects when it cannot start (port taken). */
export interface SourceDefinition<S extends TObject = TObject> {
  readonly id: string;
  readonly title: string;
  readonly config: S;
  readonly run: (context: SourceContext<Static<S>>) => Promise<void>;
}

/** Declares a source; the schema is its parser, form and reference page. */
export const defineSource = <S extends TObject>(
  definition: SourceDefinition<S>,
): SourceDefinition<S> => definition;
