import { setImmediate } from 'node:timers/promises';
import type { Event } from '@cordon/core';
import { type PackedEvents, unpackEvents, unpackLines } from '../packed-events.ts';
import { type EventRow, toEventRow } from './event-row.ts';

/** Events as they came, read when somebody asks: most are written to a file before anybody does. */
interface Chunk {
  readonly packed: PackedEvents;
  events?: readonly Event[];
}

/** Events that are in no file yet. They stay findable while they are being written. */
export class WaitingEvents {
  #gathered: readonly Chunk[] = [];
  #taken: readonly Chunk[] = [];

  add(packed: PackedEvents): void {
    if (packed.count > 0) this.#gathered = [...this.#gathered, { packed }];
  }

  /** Takes all there are, as rows in the order in which they came; of one offset the last. */
  async take(): Promise<readonly EventRow[]> {
    this.#taken = this.#gathered;
    this.#gathered = [];
    const rows = new Map<number, EventRow>();
    for (const { packed } of this.#taken) {
      for (const line of unpackLines(packed)) {
        const row = toEventRow(JSON.parse(line) as Event, line);
        rows.set(row.provenance.offset, row);
      }
      // Nobody waits for more than one chunk.
      await setImmediate();
    }
    return [...rows.values()];
  }

  /** What was taken is in files. */
  settle(): void {
    this.#taken = [];
  }

  /** What was taken could not be written: it waits on, before what came later. */
  putBack(): void {
    this.#gathered = [...this.#taken, ...this.#gathered];
    this.#taken = [];
  }

  /**
   * Those that are wanted. A text that every wanted event holds as a value of its own (`holding`)
   * spares reading the others.
   */
  find(isWanted: (event: Event) => boolean, holding?: string): readonly Event[] {
    const known = new Map<number, Event>();
    const value = holding === undefined ? undefined : JSON.stringify(holding);
    for (const chunk of [...this.#taken, ...this.#gathered])
      for (const event of read(chunk, value))
        if (isWanted(event)) known.set(event.provenance.offset, event);
    return [...known.values()];
  }
}

function read(chunk: Chunk, value: string | undefined): readonly Event[] {
  if (chunk.events === undefined && value !== undefined)
    return unpackLines(chunk.packed, value).map((line) => JSON.parse(line) as Event);
  chunk.events ??= unpackEvents(chunk.packed);
  return chunk.events;
}
