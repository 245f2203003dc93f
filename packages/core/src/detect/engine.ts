import type { Event } from '../event/event.ts';
import type { Json } from '../shared/json.ts';
import type { Signal } from './signal.ts';

/** Rules and detectors over events, in event time; the same events in the same order give the same signals. */
export interface DetectionEngine {
  /** The signals this event causes. */
  evaluate(event: Event): readonly Signal[];
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
}
