/*
 * The catalogue: everything the server says to its operator, by name. One entry writes one JSON line
 * on stderr and, where something is counted, moves one counter. No code but this writes to a log.
 */
import { type Problem, printProblem } from '@cordon/core';
import pino from 'pino';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** What the server can say. Values of fields never hold a secret or the text of a record. */
export interface Telemetry {
  /** Where metrics are read from. */
  readonly registry: Registry;
  serverListens(fields: { readonly url: string }): void;
  serverStops(fields: { readonly reason: string }): void;
  storeRepaired(fields: { readonly problem: Problem }): void;
  sourceReported(fields: { readonly sourceId: string; readonly problem: Problem }): void;
  /** The disk takes records again after it had refused them. */
  intakeResumed(): void;
  /** Records or events past their retention were removed. */
  retired(fields: {
    readonly store: 'records' | 'events';
    readonly files: number;
    readonly bytes: number;
  }): void;
  problemRaised(fields: { readonly part: string; readonly problem: Problem }): void;
  requestServed(fields: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly tookMs: number;
  }): void;
  requestFailed(fields: {
    readonly route: string;
    readonly requestId: string;
    readonly error: unknown;
  }): void;
  /** A connection that never became a request: too slow, too long, no HTTP. */
  clientRefused(fields: { readonly reason: string }): void;
  loginRefused(fields: {
    readonly peer: string;
    readonly reason: 'wrong_password' | 'throttled';
  }): void;
  recordsIngested(fields: { readonly sourceId: string; readonly count: number }): void;
  ingestRefused(fields: { readonly sourceId: string; readonly reason: string }): void;
  /** A bug outside any request. */
  bugSeen(fields: { readonly part: string; readonly error: unknown }): void;
}

export interface TelemetryOptions {
  /** debug, info, warn, error, silent. */
  readonly level: string;
  /** Where lines go; stderr without it. */
  readonly write?: (line: string) => void;
  /** Process metrics (memory, event loop lag); off in tests. */
  readonly processMetrics?: boolean;
}

/** Opens the catalogue. */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  const registry = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register: registry, prefix: 'cordon_' });
  const log = createLog(options);
  return { registry, ...serverEntries(log, registry), ...requestEntries(log, registry) };
}

type Log = pino.Logger;

function createLog({ level, write }: TelemetryOptions): Log {
  const destination = write ? { write } : pino.destination({ dest: 2, sync: true });
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

function serverEntries(log: Log, registry: Registry) {
  const problems = counterOf(
    registry,
    ['cordon_problems_raised_total', 'Problems by part and code.'],
    ['part', 'code'],
  );
  const retired = counterOf(
    registry,
    ['cordon_retired_bytes_total', 'Bytes removed because their retention had ended.'],
    ['store'],
  );
  return {
    serverListens: (fields) => log.info(fields, 'The server listens.'),
    serverStops: (fields) => log.info(fields, 'The server stops.'),
    storeRepaired: ({ problem }) =>
      log.warn(problemFields(problem), 'A store was repaired when it was opened.'),
    sourceReported: ({ sourceId, problem }) => {
      problems.inc({ part: 'source', code: problem.code });
      log.warn({ sourceId, ...problemFields(problem) }, 'A source reported a problem.');
    },
    intakeResumed: () => log.info('Records are taken again.'),
    retired: ({ store, files, bytes }) => {
      retired.inc({ store }, bytes);
      log.info({ store, files, bytes }, 'What was past its retention was removed.');
    },
    problemRaised: ({ part, problem }) => {
      problems.inc({ part, code: problem.code });
      log.warn({ part, ...problemFields(problem) }, 'A problem was raised.');
    },
    bugSeen: ({ part, error }) => log.error({ part, err: error }, 'Cordon made a mistake.'),
  } satisfies Partial<Telemetry>;
}

function requestEntries(log: Log, registry: Registry) {
  const took = new Histogram({
    name: 'cordon_http_request_seconds',
    help: 'Time to answer, by route.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.3, 1, 3],
    registers: [registry],
  });
  const refused = counterOf(
    registry,
    ['cordon_logins_refused_total', 'Log-ins refused, by reason.'],
    ['reason'],
  );
  const broken = counterOf(
    registry,
    ['cordon_http_connections_refused_total', 'Connections that brought no request, by reason.'],
    ['reason'],
  );
  const ingested = counterOf(
    registry,
    ['cordon_ingest_records_total', 'Records taken by HTTP push.'],
    ['source'],
  );
  const turnedAway = counterOf(
    registry,
    ['cordon_ingest_refused_total', 'Pushes not taken, by reason.'],
    ['reason'],
  );
  return {
    requestServed: ({ method, route, status, tookMs }) => {
      took.observe({ method, route, status }, tookMs / 1000);
      log.debug({ method, route, status, tookMs }, 'A request was answered.');
    },
    requestFailed: ({ route, requestId, error }) =>
      log.error({ route, requestId, err: error }, 'A request failed by a mistake of Cordon.'),
    clientRefused: ({ reason }) => {
      broken.inc({ reason });
      log.debug({ reason }, 'A connection brought no request.');
    },
    loginRefused: ({ peer, reason }) => {
      refused.inc({ reason });
      log.warn({ peer, reason }, 'A log-in was refused.');
    },
    recordsIngested: ({ sourceId, count }) => ingested.inc({ source: sourceId }, count),
    ingestRefused: ({ sourceId, reason }) => {
      turnedAway.inc({ reason });
      const level = reason === 'throttled' ? 'debug' : 'warn';
      log[level]({ sourceId, reason }, 'Pushed records were not taken.');
    },
  } satisfies Partial<Telemetry>;
}

const counterOf = (
  registry: Registry,
  [name, help]: readonly [string, string],
  labelNames: string[],
) => new Counter({ name, help, labelNames, registers: [registry] });

const problemFields = (problem: Problem) => ({
  code: problem.code,
  problem: printProblem(problem),
  retryable: problem.retryable,
});
