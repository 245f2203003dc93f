/** What the header of a Zeek TSV log told; one per source. */
export interface ZeekHeader {
  readonly separator: string;
  readonly setSeparator: string;
  readonly empty: string;
  readonly unset: string;
  readonly path: string;
  readonly fields: readonly string[];
  readonly types: readonly string[];
}

const FRESH: ZeekHeader = {
  separator: '\t',
  setSeparator: ',',
  empty: '(empty)',
  unset: '-',
  path: '',
  fields: [],
  types: [],
};
const MAX_FIELDS = 512;

/** Is this a line of a Zeek header or footer? */
export function isZeekHeader(text: string): boolean {
  return /^#(separator|set_separator|empty_field|unset_field|path|open|close|fields|types)\b/.test(
    text,
  );
}

/** The header with one more of its lines read; `#separator` starts a new one. */
export function readZeekHeader(before: ZeekHeader | undefined, line: string): ZeekHeader {
  const header = before ?? FRESH;
  if (line.startsWith('#separator '))
    return { ...FRESH, separator: decodeHex(line.slice(11).trim()) };
  const [name, ...values] = line.slice(0, 65_536).split(header.separator);
  const [first = ''] = values;
  switch (name) {
    case '#set_separator':
      return { ...header, setSeparator: decodeHex(first) };
    case '#empty_field':
      return { ...header, empty: first };
    case '#unset_field':
      return { ...header, unset: first };
    case '#path':
      return { ...header, path: first };
    case '#fields':
      return { ...header, fields: values.slice(0, MAX_FIELDS) };
    case '#types':
      return { ...header, types: values.slice(0, MAX_FIELDS) };
    default:
      return header;
  }
}

function decodeHex(text: string): string {
  return text.replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** The fields of a data line, unset ones left out; undefined when it does not fit the header. */
export function readZeekLine(
  header: ZeekHeader,
  line: string,
): Record<string, unknown> | undefined {
  const values = line.split(header.separator);
  if (values.length !== header.fields.length) return undefined;
  const fields: Record<string, unknown> = { _path: header.path };
  for (const [at, value] of values.entries()) {
    if (value === header.unset) continue;
    const type = header.types[at] ?? 'string';
    fields[header.fields[at] ?? ''] = readValue(header, type, value);
  }
  return fields;
}

function readValue(header: ZeekHeader, type: string, value: string): unknown {
  if (/^(set|vector)\[/.test(type))
    return value === header.empty ? [] : value.split(header.setSeparator);
  return value === header.empty ? '' : value;
}

/** A key that only records of that log have, for JSON logs that do not name their log. */
const TELLING: readonly (readonly [key: string, path: string])[] = [
  ['conn_state', 'conn'],
  ['trans_id', 'dns'],
  ['qtype_name', 'dns'],
  ['trans_depth', 'http'],
  ['auth_attempts', 'ssh'],
  ['kex_alg', 'ssh'],
  ['note', 'notice'],
  ['cipher', 'ssl'],
  ['established', 'ssl'],
  ['reply_code', 'ftp'],
  ['stratum', 'ntp'],
  ['named_pipe', 'dce_rpc'],
  ['tunnel_type', 'tunnel'],
  ['certificate.version', 'x509'],
  ['request_type', 'kerberos'],
  ['server_nb_computer_name', 'ntlm'],
  ['security_protocol', 'rdp'],
  ['mailfrom', 'smtp'],
  ['msg_types', 'dhcp'],
  ['seen_bytes', 'files'],
  ['compile_ts', 'pe'],
  ['issuerNameHash', 'ocsp'],
  ['certificate.serial', 'x509'],
  ['bytes_recv', 'stats'],
  ['percent_lost', 'capture_loss'],
];
/** Keys that only together tell of a log. */
const TELLING_PAIRS: readonly (readonly [keys: readonly string[], path: string])[] = [
  [['name', 'notice', 'ts'], 'weird'],
  [['node', 'filter', 'init'], 'packet_filter'],
  [['host', 'software_type'], 'software'],
];
/** Whatever log it is, its records are about a connection. */
const ANY_CONNECTION = 'connection';

/**
 * A Zeek record written as JSON, with its log's name as `_path` and the dots of `id.orig_h` put back;
 * undefined when it is none.
 */
export function readZeekJson(
  json: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
  if (!('ts' in json) || 'class_uid' in json) return undefined;
  const path =
    json['_path'] ??
    json['@stream'] ??
    TELLING.find(([key]) => key in json)?.[1] ??
    TELLING_PAIRS.find(([keys]) => keys.every((key) => key in json))?.[1] ??
    ('uid' in json && 'id.orig_h' in json ? ANY_CONNECTION : undefined);
  if (typeof path !== 'string') return undefined;
  const fields: Record<string, unknown> = { ...json, _path: path };
  for (const name of ['orig_h', 'orig_p', 'resp_h', 'resp_p']) {
    const value = json[`id_${name}`];
    if (value !== undefined) fields[`id.${name}`] = value;
  }
  return fields;
}
