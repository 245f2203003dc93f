/** A vulnerability that a signal names, with what is known of it. */
export interface Weakness {
  /** `CVE-2021-44228`. */
  readonly cve: string;
  /** What it is in, where somebody saw it exploited (CISA KEV). */
  readonly exploited?: string;
  /** The chance that it is exploited within 30 days (FIRST EPSS), 0 to 1. */
  readonly chance?: number;
  /** What a vendor or a database advises (CSAF, OSV). */
  readonly advised?: string;
  readonly feeds: readonly string[];
}

const gravityOf = ({ exploited, chance = 0 }: Weakness): number => Number(!!exploited) + chance;

/** The graver of two: one that is exploited before one that may be. */
export const graver = (a: Weakness | undefined, b: Weakness | undefined): Weakness | undefined =>
  a && b ? (gravityOf(b) > gravityOf(a) ? b : a) : (a ?? b);
