import {
  type EpochMs,
  err,
  foldRoom,
  type IncidentId,
  objectionTo,
  ok,
  type Result,
  type Room,
  type RoomAct,
  type RoomLine,
} from '@cordon/core';
import { createTurnstile } from '../runner/desk.ts';
import type { StateStore } from '../store/ports.ts';
import { type ReadRoom, readLines, readRoom, toEntry, toLine } from './read-room.ts';

export interface RoomBookDeps {
  readonly store: Pick<StateStore, 'appendToRoom' | 'readRoom' | 'getIncident'>;
  readonly now: () => EpochMs;
  /** Called after lines were written. */
  readonly onWritten: (incidentId: IncidentId, lines: readonly RoomLine[]) => void;
}

/** Writes lines, each checked against what stands; one writer at a time. */
export class RoomBook {
  readonly #deps: RoomBookDeps;
  readonly #turn = createTurnstile();

  constructor(deps: RoomBookDeps) {
    this.#deps = deps;
  }

  /** For whoever is to be told whether the chain holds. */
  read(incidentId: IncidentId): Promise<ReadRoom> {
    return readRoom(this.#deps.store, incidentId);
  }

  lines(incidentId: IncidentId): Promise<readonly RoomLine[]> {
    return readLines(this.#deps.store, incidentId);
  }

  /** What stands there. */
  async room(incidentId: IncidentId): Promise<Room> {
    return foldRoom(await this.lines(incidentId));
  }

  /** One line, or the problem that keeps it out. */
  async write(incidentId: IncidentId, act: RoomAct, by: string): Promise<Result<RoomLine>> {
    const written = await this.writeAll(incidentId, [act], by);
    if (!written.ok) return written;
    const [line] = written.value;
    if (line === undefined) throw new Error('an act that was written is a line');
    return ok(line);
  }

  /** All of them or none. */
  writeAll(
    incidentId: IncidentId,
    acts: readonly RoomAct[],
    by: string,
  ): Promise<Result<readonly RoomLine[]>> {
    return this.#turn(async () => {
      const { store, now, onWritten } = this.#deps;
      const lines = await this.lines(incidentId);
      const problem = acts.flatMap((act) => objectionTo(act, by, lines) ?? [])[0];
      if (problem) return err(problem);
      const author = { actor: by, at: now() };
      const entries = await store.appendToRoom(
        incidentId,
        acts.map((act) => toEntry(incidentId, act, author)),
      );
      const written = entries.map(toLine);
      onWritten(incidentId, written);
      return ok(written);
    });
  }
}
