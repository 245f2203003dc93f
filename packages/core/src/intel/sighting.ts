import type { EpochMs } from '../shared/time.ts';
import type { IndicatorType, Tlp } from './indicator.ts';

/** What intelligence says of a value that was seen: carried by a signal and by the alert it makes. */
export interface Sighting {
  readonly type: IndicatorType;
  readonly value: string;
  readonly label: string;
  /** Ids of the feeds that say so. */
  readonly feeds: readonly string[];
  /** What is left of it at the time of the event, 0 to 100. */
  readonly confidence: number;
  readonly tlp?: Tlp;
  readonly validFrom?: EpochMs;
  readonly validUntil?: EpochMs;
  readonly reference?: string;
  /** Lists of harmless things that name the same value. */
  readonly warninglists: readonly { readonly name: string; readonly isIdentifier: boolean }[];
}
