import type { EpochMs } from '../shared/time.ts';
import type { Envelope } from './envelope.ts';
import { type Fields, readField } from './map-attributes.ts';
import { readTime } from './read-time.ts';

/**
 * What a shipper put around a line: the line and, as a syslog header would say it, who wrote it where
 * and when. Beats, Logstash, Fluent Bit, rsyslog, Docker, journald, Splunk HEC, OpenTelemetry, Loki.
 */
export interface Carried {
  readonly text: string;
  readonly outer: Omit<Envelope, 'message'>;
}

/** Where a kind of shipper keeps things; the first field with a value counts. */
interface Carrier {
  /** All of these must be there. */
  readonly marks: readonly (readonly string[])[];
  readonly text: readonly string[];
  readonly host: readonly string[];
  readonly program: readonly string[];
  readonly time: readonly string[];
}

const LOKI: Carrier = {
  marks: [['stream'], ['timestamp'], ['line']],
  text: ['line'],
  host: ['stream.host', 'stream.hostname', 'stream.node_name', 'stream.instance'],
  program: [
    'metadata.syslog_identifier',
    'stream.syslog_identifier',
    'stream.app',
    'stream.service_name',
  ],
  time: ['timestamp'],
};

const OTLP: Carrier = {
  marks: [['resource'], ['scope'], ['body']],
  text: ['body'],
  host: ['resource.host.name', 'resource.k8s.node.name', 'attributes.host.name'],
  program: ['attributes.appname', 'attributes.syslog.appname', 'resource.service.name'],
  time: ['time_unix_nano', 'observed_time_unix_nano'],
};

const HEC: Carrier = {
  marks: [['event'], ['time', 'host', 'source', 'index', 'fields']],
  text: ['event'],
  host: ['host', 'fields.host'],
  program: ['fields.program', 'fields.process'],
  time: ['time'],
};

const JOURNAL: Carrier = {
  marks: [['MESSAGE'], ['__REALTIME_TIMESTAMP', '_HOSTNAME', 'SYSLOG_IDENTIFIER']],
  text: ['MESSAGE'],
  host: ['_HOSTNAME'],
  program: ['SYSLOG_IDENTIFIER', '_COMM'],
  time: ['_SOURCE_REALTIME_TIMESTAMP', '__REALTIME_TIMESTAMP'],
};

const SHIPPER: Carrier = {
  marks: [
    ['message', 'log', 'msg', 'event.original'],
    ['@timestamp', 'timereported', 'timestamp', 'time', 'date', 'stream'],
  ],
  text: ['message', 'log', 'msg', 'event.original'],
  host: [
    'host.name',
    'host.hostname',
    'hostname',
    'host',
    'fromhost',
    'kubernetes.host',
    'agent.hostname',
  ],
  program: [
    'process.name',
    'log.syslog.appname',
    'programname',
    'app-name',
    'syslogtag',
    'syslog-tag',
    'tag',
    'ident',
    'program',
  ],
  time: ['@timestamp', 'timereported', 'timestamp', 'time', 'date'],
};

const CARRIERS: readonly Carrier[] = [LOKI, OTLP, HEC, JOURNAL, SHIPPER];

/** The line that a JSON object carries; undefined when it is no shipper's. */
export function readCarrier(json: Fields, receivedAt: EpochMs): Carried | undefined {
  const carrier = CARRIERS.find(({ marks }) =>
    marks.every((names) => names.some((name) => readField(json, name) !== undefined)),
  );
  if (!carrier) return undefined;
  const text = toText(firstOf(json, carrier.text));
  if (text === undefined) return undefined;
  const timestamp = firstOf(json, carrier.time);
  const { program, pid } = toProgram(firstOf(json, carrier.program));
  return {
    text,
    outer: {
      time: readTime(timestamp, receivedAt),
      timestamp: String(timestamp ?? ''),
      host: toHost(firstOf(json, carrier.host)),
      program,
      ...(pid === undefined ? {} : { pid }),
    },
  };
}

/** containerd and CRI-O: time, stream, whether the line is whole. */
const CRI = /^(\d{4}-\d\d-\d\dT\S{8,24}) std(?:out|err) [FP] /;
/** Docker Compose: the service, which is no program, and its number. */
const COMPOSE = /^[a-z0-9][\w.-]{0,62}-\d{1,4} +\| (?:(\d{4}-\d\d-\d\dT[\d:.]{8,18}Z) )?/;

/** The line that a container runtime wrote with its own words before it; undefined when it is none. */
export function readCarrierLine(text: string, receivedAt: EpochMs): Carried | undefined {
  const cri = CRI.exec(text);
  const compose = cri ? null : COMPOSE.exec(text);
  const head = (cri ?? compose)?.[0];
  if (head === undefined) return undefined;
  const timestamp = cri?.[1] ?? compose?.[1];
  return {
    text: text.slice(head.length),
    outer: {
      time: readTime(timestamp, receivedAt),
      timestamp: timestamp ?? '-',
      host: '',
      program: '',
    },
  };
}

const firstOf = (json: Fields, names: readonly string[]): unknown =>
  names.map((name) => readField(json, name)).find((value) => value !== undefined);

function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : undefined;
}

const toHost = (value: unknown): string =>
  typeof value === 'string' && /^[\w.:%-]{1,255}$/.test(value) ? value : '';

/** `sshd`, `sshd[7]`, `sshd[7]:`; what is no name is none. */
function toProgram(value: unknown): { readonly program: string; readonly pid?: string } {
  const text = typeof value === 'string' ? value : '';
  const [, program = '', pid] = /^([\w./@-]{1,128})(?:\[(\d{1,10})\])?:?$/.exec(text) ?? [];
  return { program: program.slice(program.lastIndexOf('/') + 1), ...(pid ? { pid } : {}) };
}
