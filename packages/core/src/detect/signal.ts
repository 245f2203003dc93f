import type { EntityRef } from '../entity/entity.ts';
import type { Event } from '../event/event.ts';
import type { SeverityId } from '../event/severity.ts';
import type { Sighting } from '../intel/sighting.ts';
import type { Weakness } from '../intel/weakness.ts';
import type { EventId, SignalId } from '../shared/id.ts';
import type { EpochMs } from '../shared/time.ts';

/** What a signal needs to know of the rule that fired, so that it can be read without the rule. */
export interface RuleSummary {
  readonly id: string;
  readonly title: string;
  readonly author?: string;
  readonly license?: string;
  /** The name of the import the rule came with; absent for rules that come along with Cordon. */
  readonly source?: string;
  /** Sigma's word for how well tried the rule is: `stable`, `test`, `experimental` … */
  readonly status?: string;
  /** ATT&CK technique ids, upper-case: `T1110.001`. */
  readonly techniques: readonly string[];
  /** ATT&CK tactic short names: `credential-access`. */
  readonly tactics: readonly string[];
  readonly falsepositives: readonly string[];
  /** Signals with the same behaviour class speak of the same kind of trouble: `bruteforce`, `malware`, `web_attack` … */
  readonly behaviour: string;
}

/** One firing of one rule: cheap, many, immutable. Its id is derived from rule, group and last event. */
export interface Signal {
  readonly id: SignalId;
  readonly rule: RuleSummary;
  readonly severity_id: SeverityId;
  /** Time of the last event that made it fire. */
  readonly at: EpochMs;
  /** Time of the first event counted in. */
  readonly since: EpochMs;
  /** How many events were counted; `eventIds` and `offsets` hold at most the last 20. */
  readonly count: number;
  readonly eventIds: readonly EventId[];
  readonly offsets: readonly number[];
  readonly entities: readonly EntityRef[];
  readonly logsource: {
    readonly product?: string;
    readonly service?: string;
    readonly category?: string;
  };
  /** The event that made it fire was guessed at: no parser knows its record. */
  readonly isGuess?: boolean;
  /** One sentence of fact, built from the rule and the matched values; plain text, never markup. */
  readonly text: string;
  /** What matched: Sigma field -> value seen (truncated to 256 characters). */
  readonly matched: Readonly<Record<string, string>>;
  /** What intelligence says, where an indicator made it. */
  readonly intel?: Sighting;
  /** A vulnerability that it names, with what catalogues know of it. */
  readonly weakness?: Weakness;
  /** Set where a stream detector made it: evidence of the unusual, weighed by its chance `p` alone. */
  readonly anomaly?: { readonly p: number };
}

const GUESSED = 1;

/** What a signal says of the way its event was read. */
export const guessOf = ({
  confidence_id,
}: Pick<Event, 'confidence_id'>): Pick<Signal, 'isGuess'> =>
  confidence_id === GUESSED ? { isGuess: true } : {};
