import type { EpochMs } from '../shared/time.ts';
import type { Service } from './target.ts';

/*
 * What is asked and what was seen. A test reads; it changes nothing and goes to nobody but the target, the
 * resolvers and the gateways on the way.
 */

/** Where a test runs: at whoever cannot reach the target, or at the target itself. */
export type Place = 'from' | 'target';

export type Test =
  | { readonly kind: 'own-actions'; readonly host: string; readonly addresses: readonly string[] }
  | { readonly kind: 'resolve'; readonly host: string }
  | {
      readonly kind: 'connect';
      readonly address: string;
      readonly port: number;
    }
  | { readonly kind: 'route'; readonly address: string; readonly at: Place }
  | { readonly kind: 'ping'; readonly address: string }
  | { readonly kind: 'trace'; readonly address: string; readonly port: number }
  | { readonly kind: 'path-mtu'; readonly address: string }
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'limits'; readonly at: Place }
  | {
      readonly kind: 'talk';
      readonly address: string;
      readonly port: number;
      readonly service: Service;
    }
  | {
      readonly kind: 'tls';
      readonly address: string;
      readonly port: number;
      readonly serverName: string;
    }
  | {
      readonly kind: 'http';
      readonly address: string;
      readonly port: number;
      readonly host: string;
      readonly path: string;
      readonly isTls: boolean;
    }
  | {
      readonly kind: 'clock';
      readonly address: string;
      readonly port: number;
      readonly isTls: boolean;
    };

export type TestKind = Test['kind'];

export type Asked = 'answers' | 'no-name' | 'no-address' | 'server-failure' | 'refused' | 'silent';

/** What one resolver said. */
export interface ResolverAnswer {
  readonly server: string;
  readonly said: Asked;
  readonly addresses: readonly string[];
  /** With checking of signatures switched off, asked only after a server failure. */
  readonly saidUnchecked?: Asked;
  /** Extended error (RFC 8914), in words. */
  readonly extended?: string;
}

export interface ResolveFact {
  /** What programs of this machine get, hosts file included. */
  readonly system: {
    readonly said: Asked;
    readonly addresses: readonly string[];
    readonly ms: number;
  };
  readonly resolvers: readonly ResolverAnswer[];
  /** From the hosts file; empty where it says nothing. */
  readonly hostsFile: readonly string[];
}

export type Connected =
  | 'open'
  | 'refused'
  | 'silent'
  | 'no-network'
  | 'no-host'
  | 'forbidden-here'
  | 'no-local-port'
  | 'no-descriptor'
  | 'reset';

export interface ConnectFact {
  readonly outcome: Connected;
  readonly ms: number;
}

export interface RouteFact {
  readonly outcome: 'route' | 'none' | 'unreachable' | 'prohibited' | 'blackhole';
  readonly device?: string;
  readonly gateway?: string;
  readonly source?: string;
  readonly isLinkUp: boolean;
  /** Of the next hop (the gateway, or the target where it is on the link). */
  readonly neighbour: 'reachable' | 'failed' | 'unknown';
}

export interface PingFact {
  readonly sent: number;
  readonly received: number;
  readonly rttMs: number;
  /** An error that came back, and who sent it. */
  readonly error?: {
    readonly kind: 'host-unreachable' | 'net-unreachable' | 'prohibited' | 'ttl-exceeded';
    readonly by: string;
  };
}

export interface TraceFact {
  /** Who answered, hop by hop; undefined where nobody did. */
  readonly hops: readonly (string | undefined)[];
  /** The same machine answered at two distances: packets go round. */
  readonly isLoop: boolean;
}

export interface PathMtuFact {
  /** Largest whole packet that came through with "do not fragment", in bytes. */
  readonly passedBytes: number;
  /** Smallest that did not; undefined where all sizes up to the link's came through. */
  readonly lostBytes?: number;
  /** Did anybody say that the packet was too large? */
  readonly isToldTooLarge: boolean;
}

export interface ListeningFact {
  /** Addresses somebody listens on at the port. */
  readonly addresses: readonly string[];
  /** Connections waiting to be accepted, and how many may. */
  readonly waiting?: number;
  readonly backlog?: number;
}

export interface LimitsFact {
  readonly localPorts: { readonly used: number; readonly size: number };
  readonly conntrack?: { readonly used: number; readonly max: number };
  readonly descriptors: { readonly used: number; readonly max: number };
}

/** The first words of a service that speaks before or without TLS. */
export interface TalkFact {
  readonly outcome: 'greets' | 'refuses' | 'silent' | 'closed' | 'reset' | 'other-protocol';
  /** What it said, one line, cut. */
  readonly text: string;
  /** A reason the protocol has a name for. */
  readonly reason?:
    | 'too-many-connections'
    | 'not-allowed-from-here'
    | 'starting-up'
    | 'login-method'
    | 'algorithms'
    | 'old-version'
    | 'needs-password'
    | 'busy'
    | 'speaks-tls';
}

export interface Certificate {
  readonly names: readonly string[];
  readonly issuer: string;
  readonly subject: string;
  readonly notBefore: EpochMs;
  readonly notAfter: EpochMs;
  readonly chainLength: number;
  readonly isSelfSigned: boolean;
}

export type TlsOutcome =
  | 'ok'
  | 'not-tls'
  | 'silent'
  | 'reset'
  | 'closed'
  | 'alert-version'
  | 'alert-handshake'
  | 'alert-name'
  | 'alert-certificate-required'
  | 'alert-other';

/** One handshake with the usual settings and, where it failed, others that tell why. */
export interface TlsFact {
  readonly outcome: TlsOutcome;
  readonly detail: string;
  readonly certificate?: Certificate;
  /** Why the chain is not trusted, in OpenSSL's word; undefined where it is. */
  readonly distrust?: string;
  readonly isNameCovered: boolean;
  /** Protocol versions that were accepted when asked for alone. */
  readonly versions?: readonly string[];
  /** The application protocol that was agreed on. */
  readonly alpn?: string;
  /** Does it work without naming the server? */
  readonly worksUnnamed?: boolean;
  /** Does it work with ciphers and curves that are off by default? */
  readonly worksWithOld?: boolean;
}

export type HttpOutcome =
  | 'answer'
  | 'silent'
  | 'reset'
  | 'closed'
  | 'not-http'
  | 'needs-tls'
  | 'cut-off'
  | 'redirects-forever'
  | 'http2-only';

export interface HttpFact {
  readonly outcome: HttpOutcome;
  readonly status?: number;
  readonly ms: number;
  /** Where redirects led, in order. */
  readonly redirects: readonly string[];
  readonly server?: string;
  /** Does the body hold what was looked for? Absent where nothing was. */
  readonly hasBody?: boolean;
  /** Of `WWW-Authenticate`, `Retry-After`, `Via`: what says why. */
  readonly headers: Readonly<Record<string, string>>;
  /** A redirect whose next place could not be reached. */
  readonly brokenRedirect?: string;
}

export interface ClockFact {
  readonly localAt: EpochMs;
  /** Local clock less the other's, in milliseconds; undefined where nobody told a time. */
  readonly offsetMs?: number;
  readonly toldBy: string;
}

export interface OwnAction {
  readonly id: string;
  readonly verb: string;
  readonly target: string;
  readonly at: EpochMs;
  readonly reason: string;
}

interface Results {
  readonly 'own-actions': readonly OwnAction[];
  readonly resolve: ResolveFact;
  readonly connect: ConnectFact;
  readonly route: RouteFact;
  readonly ping: PingFact;
  readonly trace: TraceFact;
  readonly 'path-mtu': PathMtuFact;
  readonly listening: ListeningFact;
  readonly limits: LimitsFact;
  readonly talk: TalkFact;
  readonly tls: TlsFact;
  readonly http: HttpFact;
  readonly clock: ClockFact;
}

/** What a test of a kind tells. */
export type ResultOf<K extends TestKind> = Results[K];

/** A test with what it told, or why it could not be made: no view at that place, a tool that is missing. */
export type Fact = {
  [K in TestKind]: {
    readonly test: Extract<Test, { kind: K }>;
    readonly result: ResultOf<K> | undefined;
    /** Why there is no result. */
    readonly missing?: string;
  };
}[TestKind];
