import type { Event } from '../event/event.ts';
import type { Json } from '../shared/json.ts';
import type { RuleCost } from './rule-ledger.ts';
import type { Signal } from './signal.ts';

/** Rules and detectors over events, in event time; the same events in the same order give the same signals. */
export interface DetectionEngine {
  /** The signals this event causes. */
  evaluate(event: Event): readonly Signal[];
  /** The event clock has reached this time although no event says so: windows may close. */
  advance(time: number): readonly Signal[];
  /** No event comes any more: what waits is counted, every window judged. */
  finish(): readonly Signal[];
  /** Windows and counters, so that a restart goes on where it stopped. */
  snapshot(): Json;
  /** Takes back a snapshot of the same rule set; windows of rules that are gone are dropped. */
  restore(snapshot: Json): void;
  /** Counts for telemetry: live groups, evictions, late events, events without the group's key. */
  stats(): {
    readonly groups: number;
    readonly evicted: number;
    readonly late: number;
    readonly ungrouped?: number;
  };
  /** What was learned of the events, to make the next start's index a good one at once. */
  profile(): Json;
  /** What each rule has cost and brought, the most costly first. */
  costs(): readonly RuleCost[];
}
