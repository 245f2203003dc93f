import type { EntityRef } from '../entity/entity.ts';
import type { Event } from '../event/event.ts';
import type { Json } from '../shared/json.ts';
import type { EpochMs } from '../shared/time.ts';
import type { RuleSummary } from './signal.ts';

/*
 * What rules cannot express: counts, rates, novelty. A stream detector keeps a bounded state for each
 * key and says how unlikely what it sees would be if nothing were wrong. That is evidence, not a page:
 * triage weighs it by its p-value (docs/detectors.md), and by itself it hardly ever makes an incident.
 */

/** Something a detector noticed; `createDetectorBank` makes a signal of it. */
export interface Clue {
  /** What it is about, in the detector's own words: one signal for each key and last event. */
  readonly key: string;
  /** Chance to see this, or more, when nothing is wrong; above 0 and at most 1. */
  readonly p: number;
  /** One sentence of fact with the figures it rests on; plain text, attacker-controlled words are cut. */
  readonly text: string;
  /** Time of the first event it rests on. */
  readonly since: EpochMs;
  /** How many events it rests on. */
  readonly count: number;
  /** Who and what it is about; canonical ids (`entitiesOf` gives those of an event). */
  readonly entities: readonly EntityRef[];
  /** Figures and values: name -> value, at most 12 are kept. */
  readonly matched: Readonly<Record<string, string>>;
  /** Events it rests on besides the last one, at most 19 are kept. */
  readonly earlier?: readonly { readonly eventId: Event['id']; readonly offset: number }[];
}

/** How a detector introduces itself; `id` is `detector:<name>`, `<name>` its folder. */
export type DetectorRule = Pick<
  RuleSummary,
  'title' | 'techniques' | 'tactics' | 'falsepositives' | 'behaviour'
> & { readonly id: `detector:${string}` };

/**
 * One detector with its state. The contract (`detector.contract.test.ts` holds every one to it):
 * - Events come in the order of event time; one that is later than the lateness may come all the same.
 *   Time is the event's; there is no clock and no chance.
 * - Memory is bounded; what had to go is counted in `stats().evicted`.
 * - Nothing an event may hold makes it throw. It keeps no event, only what it read of it.
 * - `restore(snapshot())` on a fresh one goes on with the same clues; what is no snapshot changes nothing. What a
 *   snapshot gave stays as it was, whatever is observed afterwards.
 * - The same trouble does not give a clue with every event: say it once, again when it got worse.
 */
export interface StreamDetector {
  readonly rule: DetectorRule;
  /** What this event shows. `time` is the event's own. */
  observe(event: Event, time: EpochMs): readonly Clue[];
  snapshot(): Json;
  restore(from: Json): void;
  /** Keys held now, and keys that had to go since the start. */
  stats(): { readonly keys: number; readonly evicted: number };
}

/** A number that can be set in cordon.yml under `detectors.<name>`. */
export interface DetectorParameter {
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
  /** One sentence, with the unit. */
  readonly description: string;
}

/** A detector as it is registered in `detectors.ts`. */
export interface DetectorDefinition<P extends string = string> {
  /** Kebab-case; the folder, the key in cordon.yml, the end of its rule's id. */
  readonly name: string;
  /** One sentence for the reference. */
  readonly description: string;
  readonly parameters: Readonly<Record<P, DetectorParameter>>;
  create(parameters: Readonly<Record<P, number>>): StreamDetector;
}

/** Keeps the names of the parameters together with what is made of them. */
export const defineDetector = <P extends string>(
  definition: DetectorDefinition<P>,
): DetectorDefinition => definition as unknown as DetectorDefinition;

/** Settings of the detectors, by name; what is left out has its default. */
export type DetectorSettings = Readonly<
  Record<string, { readonly enabled?: boolean } & Readonly<Record<string, number | boolean>>>
>;
