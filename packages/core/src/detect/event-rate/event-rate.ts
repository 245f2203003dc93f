import type { EntityRef } from '../../entity/entity.ts';
import { canonicalUser } from '../../entity/resolve.ts';
import type { Event } from '../../event/event.ts';
import { SeriesMonitor, type SeriesReading } from '../../series/series-monitor.ts';
import type { Json } from '../../shared/json.ts';
import { HOUR_MS, MINUTE_MS, toEpochMs } from '../../shared/time.ts';
import { type Clue, defineDetector, type StreamDetector } from '../stream-detector.ts';

const MAX_KEY = 256;
const MAX_REFS = 5;
/** A pause longer than this many slots is not counted as silence: the machine was off, or not watched. */
const MAX_PAUSE = 288;
/** Rises smaller than these are not worth a word, however even the rate was before. */
const LEAST_COUNT = 20;
const LEAST_RATIO = 2;

interface Options {
  readonly slotMs: number;
  readonly learnCount: number;
  readonly maxKeys: number;
}

interface Ref {
  readonly eventId: Event['id'];
  readonly offset: number;
}

/** Events of one machine or account, of all kinds or of one, by slots of time. */
interface Rate {
  readonly entity: EntityRef;
  readonly series: SeriesMonitor;
  slot: number;
  count: number;
  refs: Ref[];
}

/** How many events a machine or an account brings, in all and of each kind, against what it usually brings. */
export const eventRate = defineDetector({
  name: 'event-rate',
  description: 'A machine or an account brings far more events than it used to.',
  parameters: {
    slot_minutes: {
      default: 5,
      minimum: 1,
      maximum: 60,
      description: 'Events are counted over so many minutes.',
    },
    learn_hours: {
      default: 48,
      minimum: 1,
      maximum: 720,
      description: 'So long a machine is watched before anything is said of it.',
    },
    max_keys: {
      default: 200,
      minimum: 10,
      maximum: 10_000,
      description: 'Machines and accounts, each with its kinds, that are watched at once.',
    },
  },
  create: ({ slot_minutes, learn_hours, max_keys }) =>
    new EventRate({
      slotMs: slot_minutes * MINUTE_MS,
      learnCount: Math.ceil((learn_hours * HOUR_MS) / (slot_minutes * MINUTE_MS)),
      maxKeys: Math.floor(max_keys),
    }),
});

/**
 * A series for each key. A slot is judged when the key's next event falls into a later one; slots in
 * between count as none. Who is known keeps its place: a new key waits until one was silent for as long as it
 * takes to learn, so that a flood of names cannot make it forget.
 */
class EventRate implements StreamDetector {
  readonly rule = {
    id: 'detector:event-rate',
    title: 'More events than usual',
    techniques: [],
    tactics: [],
    falsepositives: ['A new application, a backup or a test of load'],
    behaviour: 'policy',
  } as const;
  readonly #options: Options;
  readonly #rates = new Map<string, Rate>();
  #evicted = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  observe(event: Event, time: number): readonly Clue[] {
    const entity = subjectOf(event);
    if (entity === undefined) return [];
    const slot = Math.floor(time / this.#options.slotMs);
    const name = `${entity.kind}:${entity.id}`;
    const own = this.#count(name, entity, { event, slot });
    const kind = `${name}|${event.class_uid}.${event.status_id ?? 0}`;
    return [...own, ...this.#count(kind, entity, { event, slot })];
  }

  #count(key: string, entity: EntityRef, now: { readonly event: Event; readonly slot: number }) {
    const rate = this.#rates.get(key) ?? this.#admit(key, entity, now.slot);
    if (rate === undefined) return [];
    if (now.slot < rate.slot - MAX_PAUSE) startAnew(rate, now.slot);
    if (now.slot < rate.slot) return [];
    const clues = now.slot > rate.slot ? this.#close(key, rate, now.slot) : [];
    rate.count += repeatsOf(now.event);
    rate.refs.push({ eventId: now.event.id, offset: now.event.provenance.offset });
    if (rate.refs.length > MAX_REFS) rate.refs.shift();
    return clues;
  }

  /** The oldest goes only when it was silent for long; otherwise the new one is turned away. */
  #admit(key: string, entity: EntityRef, slot: number): Rate | undefined {
    if (this.#rates.size >= this.#options.maxKeys) {
      this.#evicted += 1;
      const [oldest] = this.#rates;
      if (oldest === undefined || slot - oldest[1].slot < this.#options.learnCount)
        return undefined;
      this.#rates.delete(oldest[0]);
    }
    const series = new SeriesMonitor({ learnCount: this.#options.learnCount });
    const rate: Rate = { entity, series, slot, count: 0, refs: [] };
    this.#rates.set(key, rate);
    return rate;
  }

  #close(key: string, rate: Rate, next: number): readonly Clue[] {
    const { slotMs } = this.#options;
    const reading = rate.series.observe(rate.count, rate.slot * slotMs);
    const clues = isRise(reading, rate.count) ? [this.#toClue(key, rate, reading)] : [];
    const pause = next - rate.slot - 1;
    for (let nth = 1; nth <= pause && pause <= MAX_PAUSE; nth += 1)
      rate.series.observe(0, (rate.slot + nth) * slotMs);
    startAnew(rate, next);
    this.#rates.delete(key);
    this.#rates.set(key, rate);
    return clues;
  }

  #toClue(key: string, { entity, slot, count, refs }: Rate, { p, expected }: SeriesReading): Clue {
    const { slotMs } = this.#options;
    const kind = key.slice(`${entity.kind}:${entity.id}|`.length);
    const what = kind === '' ? 'events' : `events of class ${kind.split('.')[0]}`;
    const usual = Math.round(expected * 10) / 10;
    return {
      key,
      p,
      text: `${entity.id} brought ${count} ${what} in ${slotMs / MINUTE_MS} minutes, where about ${usual} were usual just before.`,
      since: toEpochMs(slot * slotMs),
      count,
      entities: [entity],
      matched: { count: String(count), usual: String(usual) },
      earlier: refs,
    };
  }

  snapshot(): Json {
    return [...this.#rates].map(([key, { entity, series, slot, count, refs }]) => [
      key,
      entity as unknown as Json,
      series.snapshot(),
      slot,
      count,
      [...refs] as unknown as Json,
    ]);
  }

  restore(from: Json): void {
    for (const row of Array.isArray(from) ? (from as readonly Json[]) : []) {
      if (!Array.isArray(row)) continue;
      const [key, entity, series, slot, count, refs] = row as readonly Json[];
      if (typeof key !== 'string' || typeof slot !== 'number' || typeof count !== 'number')
        continue;
      const rate = this.#admit(key, entity as unknown as EntityRef, slot);
      if (rate === undefined) return;
      rate.series.restore(series ?? null);
      rate.count = count;
      rate.refs = Array.isArray(refs) ? (refs as unknown as Ref[]) : [];
    }
  }

  stats() {
    return { keys: this.#rates.size, evicted: this.#evicted };
  }
}

/** Also where one event came with a clock days ahead: the next one brings the key back. */
function startAnew(rate: Rate, slot: number): void {
  rate.slot = slot;
  rate.count = 0;
  rate.refs = [];
}

const isRise = ({ isAlarm, expected }: SeriesReading, count: number): boolean =>
  isAlarm && count >= LEAST_COUNT && count >= LEAST_RATIO * expected;

/** The machine it happened on; without one, the account that acted. */
function subjectOf({ device, actor, user }: Event): EntityRef | undefined {
  const host = device?.hostname ?? device?.ip;
  if (host) return { kind: 'host', id: host.toLowerCase().slice(0, MAX_KEY), role: 'target' };
  const name = actor?.user?.name ?? user?.name;
  return name
    ? { kind: 'user', id: canonicalUser(name.slice(0, MAX_KEY)), role: 'actor' }
    : undefined;
}

/** How often it happened; a record that says nonsense counts once. */
const repeatsOf = ({ count }: Event): number =>
  count !== undefined && Number.isSafeInteger(count) && count > 0 ? Math.min(count, 1e6) : 1;
