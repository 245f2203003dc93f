import { type Known, NOTHING_KNOWN } from '../enrich/known.ts';
import type { VerdictKind } from '../triage/alert.ts';

/** Something known to be harmless; what matches closes by itself, with the reason. */
export interface BenignRule {
  readonly id: string;
  /** Shown as the reason of the closing. */
  readonly reason: string;
  /** All that is given must match. Names may carry `*`; `ip` may be a CIDR range. An empty match matches nothing. */
  readonly match: {
    readonly rule?: string;
    readonly behaviour?: string;
    readonly user?: string;
    readonly ip?: string;
    readonly cidr?: string;
    readonly host?: string;
  };
  /** Only between these hours of the day, UTC: `{ from: 22, to: 4 }` runs over midnight. */
  readonly hours?: { readonly from: number; readonly to: number };
  /** Default `benign`: a true alarm with a legitimate cause. */
  readonly verdict?: Extract<VerdictKind, 'benign' | 'false_positive'>;
}

/** How much rests on a machine; tier 0 is what the whole house rests on (directory, backup, hypervisor). */
export interface AssetRule {
  readonly tier: 0 | 1 | 2 | 3;
  /** Host names with `*`, addresses or CIDR ranges. */
  readonly match: readonly string[];
}

/** What decides, where a house differs from the defaults. Times in milliseconds of event time. */
export interface DeciderConfig {
  readonly benign?: readonly BenignRule[];
  readonly assets?: readonly AssetRule[];
  /** Accounts with rights over the whole house, with `*`. */
  readonly privileged?: readonly string[];
  /** What inventories and memory tell; asked anew for each incident. */
  readonly known?: Known;
  /** A signal after so long a silence starts a new alert. Default 1 h. */
  readonly quietGapMs?: number;
  /** How long an address alone ties alerts together. Default 1 h. */
  readonly addressWindowMs?: number;
  /** How long a host, an account or a causal link ties alerts together. Default 24 h. */
  readonly causalWindowMs?: number;
  /** An alert at or above this probability starts an incident. Default 0.3, and 0.5 once verdicts have set the odds. */
  readonly incidentP?: number;
  /** An alert below this probability, at most medium and without company, closes by itself. Default 0.05. */
  readonly closeP?: number;
}

/** The configuration with every default filled in. */
export type DeciderSettings = Required<Omit<DeciderConfig, 'incidentP'>> &
  Pick<DeciderConfig, 'incidentP'>;

const HOUR = 3_600_000;

/** Fills in the defaults. */
export function toDeciderSettings(config: DeciderConfig): DeciderSettings {
  return {
    benign: config.benign ?? [],
    assets: config.assets ?? [],
    privileged: config.privileged ?? [],
    known: config.known ?? NOTHING_KNOWN,
    quietGapMs: config.quietGapMs ?? HOUR,
    addressWindowMs: config.addressWindowMs ?? HOUR,
    causalWindowMs: config.causalWindowMs ?? 24 * HOUR,
    ...(config.incidentP === undefined ? {} : { incidentP: config.incidentP }),
    closeP: config.closeP ?? 0.05,
  };
}
