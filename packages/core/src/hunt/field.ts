import { nearestOf } from '../sigma/field.ts';

/** What a field holds. A `list` fulfils a test when one of its texts does. */
export type HuntKind = 'text' | 'number' | 'time' | 'list';

/** A field that a hunt may name. */
export interface HuntField {
  /** As it is written. */
  readonly name: string;
  readonly kind: HuntKind;
  /** Where it lies in the event. A record's own field is the last step, dots and all. */
  readonly path: readonly string[];
}

const USER = ['name', 'uid', 'domain', 'email_addr', 'type'];
const ENDPOINT = ['ip', 'hostname', 'domain', 'mac'];
const PROCESS = ['name', 'uid', 'cmd_line', 'file.path', 'file.name', 'user.name'];

const under = (root: string, names: readonly string[]) => names.map((name) => `${root}.${name}`);

const TEXTS: readonly string[] = [
  'message',
  'id',
  ...under('device', ['hostname', 'ip', 'uid']),
  ...under('src_endpoint', ENDPOINT),
  ...under('dst_endpoint', ENDPOINT),
  ...under('user', USER),
  ...under('actor.user', USER),
  ...under('process', PROCESS),
  ...under('process.parent_process', PROCESS),
  ...under('actor.process', PROCESS),
  ...under('file', ['path', 'name']),
  ...under('url', ['path', 'query_string', 'hostname', 'url_string']),
  ...under('http_request', ['http_method', 'user_agent', 'referrer']),
  ...under('query', ['hostname', 'type']),
  'rcode',
  ...under('connection_info', ['protocol_name', 'direction']),
  ...under('api', ['operation', 'service.name', 'response.error']),
  ...under('cloud', ['account.uid', 'region']),
  ...under('finding_info', ['uid', 'title']),
  'session.uid',
  'auth_protocol',
  'logon_type',
];

const NUMBERS: readonly string[] = [
  'class_uid',
  'activity_id',
  'severity_id',
  'status_id',
  'count',
  'src_endpoint.port',
  'dst_endpoint.port',
  'process.pid',
  'process.parent_process.pid',
  'actor.process.pid',
  ...under('http_request', ['length']),
  ...under('http_response', ['code', 'length']),
  ...under('traffic', ['bytes_in', 'bytes_out']),
];

/** Names of ours for where an event came from. */
const ORIGIN: readonly HuntField[] = [
  { name: 'source', kind: 'text', path: ['provenance', 'sourceId'] },
  { name: 'parser', kind: 'text', path: ['provenance', 'parserId'] },
  { name: 'product', kind: 'text', path: ['provenance', 'logsource', 'product'] },
  { name: 'service', kind: 'text', path: ['provenance', 'logsource', 'service'] },
  { name: 'category', kind: 'list', path: ['provenance', 'logsource', 'categories'] },
  { name: 'record', kind: 'number', path: ['provenance', 'offset'] },
];

/** Every address, account and host that an event speaks of, wherever it stands. */
export const ANYWHERE = ['any.ip', 'any.user', 'any.host'] as const;

const toField =
  (kind: HuntKind) =>
  (name: string): HuntField => ({ name, kind, path: name.split('.') });

/** Every field a hunt may name but the records' own, which begin with `fields.`. */
export const HUNT_FIELDS: readonly HuntField[] = [
  { name: 'time', kind: 'time', path: ['time'] },
  ...TEXTS.map(toField('text')),
  ...NUMBERS.map(toField('number')),
  ...ANYWHERE.map(toField('list')),
  ...ORIGIN,
];

const BY_NAME: ReadonlyMap<string, HuntField> = new Map(
  HUNT_FIELDS.map((field) => [field.name, field]),
);
const OWN = 'fields.';

/** The field of that name, or undefined. `fields.EventID` is the record's own `EventID`. */
export function huntField(name: string): HuntField | undefined {
  if (!name.startsWith(OWN)) return BY_NAME.get(name);
  const own = name.slice(OWN.length);
  return own === '' ? undefined : { name, kind: 'text', path: ['provenance', 'fields', own] };
}

/** The name of a field that is nearest to one that is not there. */
export const nearestHuntField = (name: string): string => nearestOf(name, [...BY_NAME.keys()]);
