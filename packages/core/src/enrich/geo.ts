/** Where an address is, in OCSF's words. */
export interface GeoLocation {
  readonly city?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  readonly continent?: string;
  readonly lat?: number;
  readonly long?: number;
}

/** Who announces an address. */
export interface AutonomousSystem {
  readonly number?: number;
  readonly name?: string;
}

/** What a database tells of an address. */
export interface GeoFacts {
  readonly location?: GeoLocation;
  readonly autonomous_system?: AutonomousSystem;
}

/** Looks an address of the internet up; never waits. */
export interface GeoLookup {
  find(ip: string): GeoFacts | undefined;
}
