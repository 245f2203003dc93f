import {
  type Analysis,
  type Analyst,
  type Decider,
  type EntityQuestion,
  type EntityView,
  type EpochMs,
  type Json,
  type JsonObject,
  type RawRecord,
  type RuleCost,
  type Signal,
  toEpochMs,
} from '@cordon/core';
import { toDeadLetters } from '../pipeline/books.ts';
import { packEvents } from '../store/packed-events.ts';
import { type PackedRecords, unpackRecords } from '../store/packed-records.ts';
import { analyseInSlices } from './in-slices.ts';
import { packSnapshot, unpackSnapshot } from './packed-snapshot.ts';
import type {
  Memory,
  Order,
  SecondThought,
  Standing,
  Thinker,
  Thought,
  Warmed,
} from './thinker.ts';
import { toThought } from './to-thought.ts';

/** The engines that think, with what puts other ones in force. */
export interface Mind {
  readonly decider: Decider;
  /** The one in force. */
  analyst(): Analyst;
  standing(): Standing;
  costs(): readonly RuleCost[];
  /** Throws when it cannot; what was before stays then. */
  apply(order: Order): Promise<void> | void;
}

/** Engines without rules to set and intelligence to take: other content makes another analyst. */
export function createMind(given: {
  readonly decider: Decider;
  readonly makeAnalyst: () => Analyst;
}): Mind {
  let analyst = given.makeAnalyst();
  return {
    decider: given.decider,
    analyst: () => analyst,
    standing: () => NOTHING_YET,
    costs: () => [],
    apply(order) {
      if (order.kind === 'content') analyst = succeed(given.makeAnalyst(), analyst);
    },
  };
}

export const NOTHING_YET: Standing = {
  groups: 0,
  evicted: 0,
  late: 0,
  detectors: [],
  matches: { found: 0, signals: 0, repeated: 0, passedOver: 0 },
};

/** Thinks in this thread. */
export const createLocalThinker = (mind: Mind): Thinker => new LocalThinker(mind);

class LocalThinker implements Thinker {
  private readonly mind: Mind;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(mind: Mind) {
    this.mind = mind;
  }

  restore(from: Memory): Promise<void> {
    return this.inTurn(() => {
      const analyst = this.mind.analyst();
      const saved = from.snapshot === undefined ? undefined : toSaved(from.snapshot);
      if (saved?.detection !== undefined) analyst.restoreDetection(saved.detection);
      if (saved?.enrichment !== undefined) analyst.restoreEnrichment(saved.enrichment);
      analyst.restoreReading(saved?.reading);
      const { learnt, ...stored } = from;
      const lessons = learnt === undefined ? {} : { learnt: JSON.parse(learnt) as Json };
      this.mind.decider.restore({ ...stored, ...lessons, snapshot: saved?.decider ?? null });
    });
  }

  warm(packed: PackedRecords, from: Parameters<Thinker['warm']>[1]) {
    return this.inTurn(() => {
      const warmed = this.mind.analyst().warm(unpackRecords(packed), from.snapshotOffset);
      this.mind.decider.drain();
      return toWarmed({
        events: warmed.events.filter(({ provenance }) => provenance.offset >= from.eventOffset),
        setAside: warmed.setAside.filter(({ record }) => record.offset >= from.eventOffset),
      });
    });
  }

  think(packed: PackedRecords) {
    return this.inTurn(async () => {
      const records = unpackRecords(packed);
      return toThought(await analyseInSlices(this.mind.analyst(), records), records);
    });
  }

  async snapshot() {
    return packSnapshot(await this.inTurn(() => this.mind.analyst().snapshot()));
  }

  reread(records: readonly RawRecord[]) {
    return this.inTurn(() => toWarmed(this.mind.analyst().warm(records, Number.POSITIVE_INFINITY)));
  }

  thinkAgain(records: readonly RawRecord[]): Promise<SecondThought> {
    return this.inTurn(async () => {
      const analysis = this.mind.analyst().analyse(records);
      const thought = await this.withSnapshot(toThought(analysis, records));
      return { ...thought, outcomes: analysis.outcomes };
    });
  }

  settle(time: EpochMs): Promise<Thought> {
    return this.inTurn(() => {
      const analysis = this.mind.analyst().settle(toEpochMs(time));
      const thought = toThought(analysis, []);
      return isNothing(analysis) ? thought : this.withSnapshot(thought);
    });
  }

  consider(signals: readonly Signal[]): Promise<Thought> {
    return this.inTurn(() => {
      const { decider } = this.mind;
      for (const signal of signals) decider.consider(signal);
      const nothing = { outcomes: [], setAside: [], events: [], muted: [] };
      return this.withSnapshot(toThought({ ...nothing, signals, decisions: decider.drain() }, []));
    });
  }

  act(...[command, by]: Parameters<Thinker['act']>) {
    return this.inTurn(() => this.mind.decider.act(command, by));
  }

  describe(question: EntityQuestion): Promise<EntityView> {
    return this.inTurn(() => this.mind.decider.describeEntity(question));
  }

  order(order: Order): Promise<void> {
    return this.inTurn(() => this.mind.apply(order));
  }

  standing(): Standing {
    return this.mind.standing();
  }

  costs() {
    return this.inTurn(() => this.mind.costs());
  }

  async close(): Promise<void> {
    await this.turn;
  }

  private async withSnapshot(thought: Thought): Promise<Thought> {
    return { ...thought, snapshot: await packSnapshot(this.mind.analyst().snapshot()) };
  }

  private inTurn<T>(work: () => Promise<T> | T): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }
}

function toWarmed({ events, setAside }: Pick<Analysis, 'events' | 'setAside'>): Warmed {
  const { unfit: _told, ...packed } = packEvents(events);
  return { events: packed, unread: toDeadLetters(setAside) };
}

const isNothing = ({ signals, muted, decisions }: Analysis): boolean =>
  [signals, muted, decisions.alerts, decisions.incidents].every(({ length }) => length === 0);

interface Saved {
  readonly detection?: Json;
  readonly decider?: Json;
  readonly enrichment?: Json;
  readonly reading?: Json;
}
const toSaved = (text: string): Saved => unpackSnapshot(text) as JsonObject as Saved;

/** What one analyst held open goes over to the next. Throws when the next cannot take it. */
export function succeed(next: Analyst, before: Analyst): Analyst {
  const { detection, reading } = before.snapshot() as unknown as Saved;
  if (detection !== undefined) next.restoreDetection(detection);
  next.restoreReading(reading);
  return next;
}
