import type { Service, Target } from '../diagnose/target.ts';
import type { EpochMs } from '../shared/time.ts';

/** What a check asks: a protocol of the doctor's, or one of those it does not walk. */
export const CHECK_KINDS = [
  'ping',
  'tcp',
  'tls',
  'dns',
  'http',
  'https',
  'smtp',
  'ssh',
  'ldap',
  'ntp',
  'postgres',
  'mysql',
  'redis',
  'snmp',
] as const;
export type CheckKind = (typeof CHECK_KINDS)[number];

/** `unknown`: the check itself could not be made, which says nothing about what is checked. */
export type CheckState = 'ok' | 'warn' | 'fail' | 'unknown';

/** What must hold beyond an answer. What is not said is not asked for. */
export interface Expectations {
  /** HTTP answers that are well; 200 to 399 otherwise. */
  readonly statuses?: readonly number[];
  /** What the body of an HTTP answer must hold. */
  readonly body?: string;
  /** An answer that takes longer is a warning. */
  readonly slowMs?: number;
  /** A certificate that ends sooner is a warning, in days. */
  readonly daysLeft?: number;
  /** TLS versions that may be accepted and no other. */
  readonly tlsVersions?: readonly string[];
  /** The application protocol that TLS must agree on. */
  readonly alpn?: string;
  /** Is a chain that is not trusted well, where the house has an authority of its own? */
  readonly isUntrustedWell?: boolean;
  /** Addresses that a name must have, no more and no fewer. */
  readonly addresses?: readonly string[];
  /** How far a clock may be off. */
  readonly offsetMs?: number;
}

/** Something that is asked again and again. */
export interface Check {
  readonly id: string;
  readonly kind: CheckKind;
  /** The machine or service it speaks of, as entities name it. */
  readonly asset: string;
  readonly host: string;
  /** 0 where the kind has none. */
  readonly port: number;
  readonly path: string;
  readonly everyMs: number;
  /** So many readings alike in a row, and its state is that. */
  readonly confirmCount: number;
  /** Ids of checks that must be well for this one to be. */
  readonly dependsOn: readonly string[];
  readonly expect: Expectations;
}

/** One answer of a check. */
export interface CheckReading {
  readonly at: EpochMs;
  readonly state: CheckState;
  /** How long the answer took; absent where there was none. */
  readonly ms?: number;
  /** What was seen, one sentence. */
  readonly text: string;
}

/** What the doctor would be asked about a check; undefined for a kind that has no port. */
export function toDiagnosisTarget({ kind, host, port, path }: Check): Target | undefined {
  if (port === 0 || kind === 'ntp' || kind === 'dns' || kind === 'snmp') return undefined;
  return { host, port, service: SERVICE_OF[kind] ?? 'tcp', path };
}

const SERVICE_OF: Partial<Readonly<Record<CheckKind, Service>>> = {
  tls: 'tls',
  http: 'http',
  https: 'https',
  smtp: 'smtp',
  ssh: 'ssh',
  postgres: 'postgres',
  mysql: 'mysql',
  redis: 'redis',
};
