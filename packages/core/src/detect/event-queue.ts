import type { Event } from '../event/event.ts';
import type { Json, JsonObject } from '../shared/json.ts';
import { Heap } from './heap.ts';

const MAX_WAITING = 20_000;

/**
 * Puts events in the order of their time: each waits `latenessMs` behind the newest one. Events of the
 * same time come out in the order of their ids, so the order they came in does not matter. When too
 * many wait, the oldest go on early; an event that is later still goes on at once.
 */
export class EventQueue {
  readonly #latenessMs: number;
  readonly #waiting = new Heap<Event>();
  #newest = Number.NEGATIVE_INFINITY;

  constructor(latenessMs: number) {
    this.#latenessMs = latenessMs;
  }

  /** Takes an event; those that are due now. */
  push(event: Event): readonly Event[] {
    if (this.#latenessMs === 0) return [event];
    this.#waiting.push(event.time, event);
    return this.advance(event.time);
  }

  /** Those that are due when the event clock has reached `time`. */
  advance(time: number): readonly Event[] {
    if (time > this.#newest) this.#newest = time;
    return this.#take(this.#newest - this.#latenessMs);
  }

  finish(): readonly Event[] {
    return this.#take(Number.POSITIVE_INFINITY);
  }

  #take(before: number): readonly Event[] {
    const due: Event[] = [];
    for (;;) {
      const { least, size } = this.#waiting;
      if (least === undefined || (least >= before && size <= MAX_WAITING)) break;
      const event = this.#waiting.pop();
      if (event) due.push(event);
    }
    return due.sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : Number(a.id > b.id)));
  }

  snapshot(): Json {
    return {
      newest: Number.isFinite(this.#newest) ? this.#newest : null,
      waiting: this.#waiting.sorted().map((event) => event as unknown as JsonObject),
    };
  }

  restore(from: Json): void {
    if (typeof from !== 'object' || from === null || Array.isArray(from)) return;
    const { newest, waiting } = from as JsonObject;
    if (typeof newest === 'number') this.#newest = newest;
    for (const json of Array.isArray(waiting) ? (waiting as readonly Json[]) : []) {
      const event = json as unknown as Event | null;
      if (typeof event?.time === 'number') this.#waiting.push(event.time, event);
    }
  }
}
