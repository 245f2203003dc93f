import type { AutonomousSystem, GeoLocation } from '../enrich/geo.ts';
import type { EventId } from '../shared/id.ts';
import type { JsonObject } from '../shared/json.ts';
import type { EpochMs } from '../shared/time.ts';
import type { Observable } from './observable.ts';
import type { SeverityId } from './severity.ts';

/*
 * One thing that happened, normalised: an OCSF 1.5 event class object with OCSF's own spelling.
 * Hand-written because it is the hot path; only the attributes that Cordon reads are typed, any
 * other OCSF attribute may be present. The record itself is kept verbatim in the record log.
 */

export interface Endpoint {
  readonly ip?: string;
  readonly port?: number;
  readonly hostname?: string;
  readonly domain?: string;
  readonly mac?: string;
  /** Added by enrichment, like `location` and `autonomous_system`. */
  readonly owner?: User;
  readonly location?: GeoLocation;
  readonly autonomous_system?: AutonomousSystem;
}

export interface User {
  readonly name?: string;
  readonly uid?: string;
  readonly domain?: string;
  readonly type?: string;
  readonly email_addr?: string;
  /** Department, added by enrichment. */
  readonly org?: { readonly ou_name?: string };
}

export interface File {
  readonly path?: string;
  readonly name?: string;
  readonly hashes?: readonly { readonly algorithm: string; readonly value: string }[];
}

export interface Process {
  readonly pid?: number;
  readonly uid?: string;
  readonly name?: string;
  readonly cmd_line?: string;
  readonly file?: File;
  readonly user?: User;
  readonly parent_process?: Process;
}

export interface Device {
  readonly hostname?: string;
  readonly ip?: string;
  readonly uid?: string;
  /** Added by enrichment. */
  readonly owner?: User;
}

/** What enrichment knows of one value of the event, OCSF's enrichment object. */
export interface Enrichment {
  /** Path of the attribute that was looked up. */
  readonly name: string;
  readonly value: string;
  readonly type: 'asset' | 'identity' | 'dhcp_lease' | 'first_seen' | 'registered_domain';
  readonly provider: string;
  readonly data: JsonObject;
}

export interface Logsource {
  readonly product?: string;
  /** Every product that may have written it, where the record does not tell which; holds `product`. */
  readonly products?: readonly string[];
  readonly service?: string;
  /** An event may belong to several Sigma categories at once. */
  readonly categories: readonly string[];
}

/** How an event's time was settled whose record did not say it, or could not be right. */
export interface EventTiming {
  /** `neighbour`: as the record that its source sent just before; `receipt`: when it was received. */
  readonly from: 'neighbour' | 'receipt';
  /** What the record has where a time should be: no date of the calendar, or one that cannot be. */
  readonly unusable?: string;
}

/** Where an event came from: the record, the parser, and what the parser read before mapping. */
export interface Provenance {
  readonly offset: number;
  readonly sourceId: string;
  /** Where the record began in its file, when that file has no lines. */
  readonly byte?: number;
  readonly parserId: string;
  readonly logsource: Logsource;
  /** The record's own fields under its own names (what Sigma rules of that product speak of). */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Set when the record was longer than what is parsed: only so many characters of it were read. */
  readonly readChars?: number;
  /** Fields that the record does not have itself: earlier records of its session told them. */
  readonly fromSession?: readonly string[];
  /** Set when `time` is not the record's own. */
  readonly timing?: EventTiming;
}

export interface Event {
  readonly id: EventId;
  /** When it happened, by the record's own clock. */
  readonly time: EpochMs;
  readonly class_uid: number;
  readonly activity_id: number;
  readonly severity_id: SeverityId;
  /** OCSF status_id: 1 success, 2 failure. */
  readonly status_id?: 0 | 1 | 2 | 99;
  /** How sure it is that the record was understood: 1 where it was guessed at, by names and words alone. */
  readonly confidence_id?: number;
  readonly message?: string;
  /** How often it happened, when one record stands for several. */
  readonly count?: number;
  readonly device?: Device;
  readonly src_endpoint?: Endpoint;
  readonly dst_endpoint?: Endpoint;
  readonly actor?: { readonly user?: User; readonly process?: Process };
  readonly user?: User;
  readonly process?: Process;
  readonly file?: File;
  readonly url?: {
    readonly path?: string;
    readonly query_string?: string;
    readonly hostname?: string;
    /** Registered domain, added by enrichment. */
    readonly domain?: string;
    readonly url_string?: string;
  };
  readonly http_request?: {
    readonly http_method?: string;
    readonly user_agent?: string;
    readonly referrer?: string;
    readonly length?: number;
  };
  readonly http_response?: { readonly code?: number; readonly length?: number };
  readonly query?: { readonly hostname?: string; readonly type?: string };
  readonly rcode?: string;
  readonly connection_info?: { readonly protocol_name?: string; readonly direction?: string };
  readonly traffic?: { readonly bytes_in?: number; readonly bytes_out?: number };
  readonly api?: {
    readonly operation?: string;
    readonly service?: { readonly name?: string };
    readonly response?: { readonly error?: string };
  };
  readonly cloud?: { readonly account?: { readonly uid?: string }; readonly region?: string };
  readonly finding_info?: {
    readonly uid?: string;
    readonly title?: string;
    readonly types?: readonly string[];
  };
  readonly session?: { readonly uid?: string };
  readonly auth_protocol?: string;
  readonly logon_type?: string;
  /** What enrichment added that has no attribute of its own. */
  readonly enrichments?: readonly Enrichment[];
  readonly observables: readonly Observable[];
  readonly provenance: Provenance;
}
