import type { Event } from '../event/event.ts';
import { idOf } from '../shared/id.ts';
import { type Json, membersOf } from '../shared/json.ts';
import { toEpochMs } from '../shared/time.ts';
import { EventQueue } from './event-queue.ts';
import { guessOf, type Signal } from './signal.ts';
import type { Clue, StreamDetector } from './stream-detector.ts';

const MAX_KEPT_EVENTS = 20;
const MAX_ENTITIES = 12;
const MAX_MATCHED = 12;
const MAX_VALUE = 256;
const MAX_TEXT = 500;
/** Evidence, not a page: a person gave rules their level, nobody gave this one. */
const LOW = 2;
const LEAST_P = 1e-300;

/** What a detector cost and brought since the start. */
export interface DetectorStats {
  readonly id: string;
  readonly keys: number;
  readonly evicted: number;
  readonly signals: number;
  /** Events it broke on: a bug; it goes on with the next. */
  readonly failed: number;
}

/** All stream detectors as one: events in, signals out; each is supervised by itself. */
export interface DetectorBank {
  observe(event: Event): readonly Signal[];
  /** The event clock has reached `time` although no event says so. */
  advance(time: number): readonly Signal[];
  /** No event comes any more: what waits is looked at. */
  finish(): readonly Signal[];
  snapshot(): Json;
  restore(from: Json): void;
  stats(): readonly DetectorStats[];
}

export interface DetectorBankOptions {
  readonly detectors: readonly StreamDetector[];
  /**
   * How long events wait for earlier ones, in event time: shuffled within it they give the same
   * signals. 0 (the default): each is looked at as it comes.
   */
  readonly latenessMs?: number;
}

/** The bank over the detectors that are on. */
export const createDetectorBank = (options: DetectorBankOptions): DetectorBank => new Bank(options);

class Bank implements DetectorBank {
  readonly #slots: readonly Slot[];
  readonly #queue: EventQueue;

  constructor({ detectors, latenessMs = 0 }: DetectorBankOptions) {
    this.#slots = detectors.map((detector) => new Slot(detector));
    this.#queue = new EventQueue(latenessMs);
  }

  observe(event: Event): readonly Signal[] {
    return this.#look(this.#queue.push(event));
  }

  advance(time: number): readonly Signal[] {
    return this.#look(this.#queue.advance(time));
  }

  finish(): readonly Signal[] {
    return this.#look(this.#queue.finish());
  }

  #look(events: readonly Event[]): readonly Signal[] {
    if (events.length === 0) return NONE;
    const signals: Signal[] = [];
    for (const event of events) for (const slot of this.#slots) slot.observe(event, signals);
    return signals;
  }

  snapshot(): Json {
    const detectors = this.#slots.map(({ id, detector }) => [id, detector.snapshot()] as const);
    return { queue: this.#queue.snapshot(), detectors: Object.fromEntries(detectors) };
  }

  /** Detectors that are new or gone begin anew or are let go; the others go on. */
  restore(from: Json): void {
    const { queue, detectors } = membersOf(from);
    if (queue !== undefined) this.#queue.restore(queue);
    const saved = membersOf(detectors);
    for (const { id, detector } of this.#slots) {
      const own = saved[id];
      if (own !== undefined) detector.restore(own);
    }
  }

  stats(): readonly DetectorStats[] {
    return this.#slots.map((slot) => slot.stats());
  }
}

const NONE: readonly Signal[] = [];

/** A detector with its counts. */
class Slot {
  readonly detector: StreamDetector;
  #signals = 0;
  #failed = 0;

  constructor(detector: StreamDetector) {
    this.detector = detector;
  }

  get id(): string {
    return this.detector.rule.id;
  }

  observe(event: Event, into: Signal[]): void {
    try {
      for (const clue of this.detector.observe(event, event.time)) {
        into.push(toSignal(this.detector, clue, event));
        this.#signals += 1;
      }
    } catch {
      this.#failed += 1;
    }
  }

  stats(): DetectorStats {
    const { keys, evicted } = this.detector.stats();
    return { id: this.id, keys, evicted, signals: this.#signals, failed: this.#failed };
  }
}

/** A clue in the form rules' signals have, so that everything behind it is the same. */
function toSignal({ rule }: StreamDetector, clue: Clue, event: Event): Signal {
  const earlier = (clue.earlier ?? []).slice(1 - MAX_KEPT_EVENTS);
  const { product, service, categories } = event.provenance.logsource;
  const category = categories[0];
  return {
    id: idOf('sig', [rule.id, clue.key, event.id]),
    rule: { ...rule, status: 'experimental' },
    severity_id: LOW,
    at: event.time,
    since: toEpochMs(Math.min(clue.since, event.time)),
    count: Math.max(1, clue.count),
    eventIds: [...earlier.map(({ eventId }) => eventId), event.id],
    offsets: [...earlier.map(({ offset }) => offset), event.provenance.offset],
    entities: clue.entities.slice(0, MAX_ENTITIES),
    logsource: {
      ...(product ? { product } : {}),
      ...(service ? { service } : {}),
      ...(category ? { category } : {}),
    },
    ...guessOf(event),
    text: plain(clue.text).slice(0, MAX_TEXT),
    matched: Object.fromEntries(
      Object.entries(clue.matched)
        .slice(0, MAX_MATCHED)
        .map(([name, value]) => [name, value.slice(0, MAX_VALUE)]),
    ),
    anomaly: { p: Math.min(1, Math.max(LEAST_P, clue.p || LEAST_P)) },
  };
}

/** Control and direction characters would let a log line paint over what stands beside it. */
const plain = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
