import type { ObservableType } from '../event/observable.ts';

/** How a value is brought to the type that an OCSF attribute has. */
export type AttributeKind = 'text' | 'int' | 'bool' | 'ip' | 'name' | 'list' | 'hashes';

/** What an attribute takes. */
export interface Attribute {
  readonly kind: AttributeKind;
  /** The observable that a value of this attribute is, where it is worth pivoting on. */
  readonly observable?: ObservableType;
}

const text: Attribute = { kind: 'text' };
const int: Attribute = { kind: 'int' };
const bool: Attribute = { kind: 'bool' };
const email: Attribute = { kind: 'text', observable: 'email' };
const list: Attribute = { kind: 'list' };
const ip: Attribute = { kind: 'ip', observable: 'ip' };
const hostname: Attribute = { kind: 'name', observable: 'hostname' };
const userName: Attribute = { kind: 'text', observable: 'user' };
const path: Attribute = { kind: 'text', observable: 'file_name' };
const hashes: Attribute = { kind: 'hashes', observable: 'hash' };

function endpoint(at: string): Record<string, Attribute> {
  return {
    [`${at}.ip`]: ip,
    [`${at}.port`]: int,
    [`${at}.hostname`]: hostname,
    [`${at}.domain`]: text,
    [`${at}.uid`]: text,
    [`${at}.mac`]: { kind: 'text', observable: 'mac' },
    [`${at}.owner.name`]: text,
    [`${at}.location.country`]: text,
    [`${at}.location.city`]: text,
    [`${at}.autonomous_system.number`]: int,
    [`${at}.autonomous_system.name`]: text,
  };
}

function user(at: string): Record<string, Attribute> {
  return {
    [`${at}.name`]: userName,
    [`${at}.uid`]: text,
    [`${at}.domain`]: text,
    [`${at}.type`]: text,
    [`${at}.email_addr`]: email,
    [`${at}.org.ou_name`]: text,
  };
}

function file(at: string): Record<string, Attribute> {
  return { [`${at}.path`]: path, [`${at}.name`]: text, [`${at}.hashes`]: hashes };
}

function process(at: string): Record<string, Attribute> {
  return {
    [`${at}.pid`]: int,
    [`${at}.uid`]: text,
    [`${at}.name`]: { kind: 'text', observable: 'process' },
    [`${at}.cmd_line`]: { kind: 'text', observable: 'command_line' },
    ...file(`${at}.file`),
    ...user(`${at}.user`),
  };
}

/** Every attribute of an OCSF 1.5 event that a parser may fill, by its path. */
export const ATTRIBUTES: Readonly<Record<string, Attribute>> = {
  activity_id: int,
  severity_id: int,
  status_id: int,
  status_detail: text,
  status_code: text,
  message: text,
  count: int,
  duration: int,
  start_time: int,
  end_time: int,
  action_id: int,
  disposition_id: int,
  confidence_id: int,
  risk_score: int,
  is_mfa: bool,
  app_name: text,
  'actor.app_name': text,
  'metadata.event_code': text,
  'metadata.log_name': text,
  'metadata.product.name': text,
  'metadata.product.vendor_name': text,
  'metadata.uid': text,
  'device.hostname': hostname,
  'device.ip': ip,
  'device.uid': text,
  'device.owner.name': text,
  ...endpoint('src_endpoint'),
  ...endpoint('dst_endpoint'),
  ...user('actor.user'),
  ...process('actor.process'),
  ...user('user'),
  ...process('process'),
  ...process('process.parent_process'),
  ...file('file'),
  ...file('module.file'),
  'reg_key.path': text,
  'reg_value.path': text,
  'reg_value.data': text,
  'script.script_content': text,
  'script.uid': text,
  'job.name': text,
  'job.cmd_line': { kind: 'text', observable: 'command_line' },
  'service.name': text,
  'group.name': text,
  'url.path': text,
  'url.query_string': text,
  'url.hostname': hostname,
  'url.domain': text,
  'url.url_string': { kind: 'text', observable: 'url' },
  'http_request.http_method': text,
  'http_request.user_agent': text,
  'http_request.referrer': text,
  'http_request.length': int,
  'http_request.uid': text,
  'http_request.x_forwarded_for': list,
  'http_response.code': int,
  'http_response.length': int,
  'email.uid': text,
  smtp_hello: text,
  'query.hostname': hostname,
  'query.type': text,
  rcode: text,
  answers: list,
  'connection_info.protocol_name': text,
  'connection_info.direction': text,
  'connection_info.uid': text,
  'connection_info.protocol_num': int,
  'connection_info.tcp_flags': int,
  'traffic.bytes_in': int,
  'traffic.bytes_out': int,
  'traffic.packets_in': int,
  'traffic.packets_out': int,
  'tls.version': text,
  'tls.cipher': text,
  'tls.sni': hostname,
  'tls.ja3_hash.value': text,
  'tls.certificate.subject': text,
  'tls.certificate.issuer': text,
  'api.operation': text,
  'api.service.name': text,
  'api.request.uid': text,
  'api.response.code': int,
  'api.response.error': text,
  'api.response.message': text,
  'cloud.account.uid': text,
  'cloud.region': text,
  'cloud.provider': text,
  'resource.name': text,
  'resource.uid': text,
  'resource.type': text,
  'entity.name': text,
  'entity.uid': text,
  'entity.type': text,
  'policy.name': text,
  privileges: list,
  'query_info.query_string': text,
  'database.name': text,
  'email.from': email,
  'email.to': list,
  'email.subject': text,
  'email.message_uid': text,
  'email.size': int,
  direction_id: int,
  share: text,
  'compliance.status': text,
  'compliance.control': text,
  'finding_info.uid': text,
  'finding_info.title': text,
  'finding_info.types': list,
  'finding_info.desc': text,
  'finding_info.product_uid': text,
  'session.uid': text,
  auth_protocol: text,
  logon_type: text,
};

/** The OCSF 1.5 event classes that parsers may make, by class_uid. */
export const EVENT_CLASSES: Readonly<Record<number, string>> = {
  0: 'base_event',
  1001: 'file_activity',
  1002: 'kernel_extension_activity',
  1003: 'kernel_activity',
  1004: 'memory_activity',
  1005: 'module_activity',
  1006: 'scheduled_job_activity',
  1007: 'process_activity',
  1008: 'event_log_activity',
  1009: 'script_activity',
  2002: 'vulnerability_finding',
  2003: 'compliance_finding',
  2004: 'detection_finding',
  2005: 'incident_finding',
  2006: 'data_security_finding',
  3001: 'account_change',
  3002: 'authentication',
  3003: 'authorize_session',
  3004: 'entity_management',
  3005: 'user_access',
  3006: 'group_management',
  4001: 'network_activity',
  4002: 'http_activity',
  4003: 'dns_activity',
  4004: 'dhcp_activity',
  4005: 'rdp_activity',
  4006: 'smb_activity',
  4007: 'ssh_activity',
  4008: 'ftp_activity',
  4009: 'email_activity',
  4013: 'ntp_activity',
  4014: 'tunnel_activity',
  5001: 'inventory_info',
  5002: 'config_state',
  5003: 'user_inventory',
  5004: 'patch_state',
  5006: 'kernel_object_query',
  5007: 'file_query',
  5008: 'folder_query',
  5009: 'admin_group_query',
  5010: 'job_query',
  5011: 'module_query',
  5012: 'network_connection_query',
  5013: 'networks_query',
  5014: 'peripheral_device_query',
  5015: 'process_query',
  5016: 'service_query',
  5017: 'session_query',
  5018: 'user_query',
  5019: 'device_config_state_change',
  5020: 'software_info',
  5021: 'osint_inventory_info',
  5022: 'startup_item_query',
  6001: 'web_resources_activity',
  6002: 'application_lifecycle',
  6003: 'api_activity',
  6005: 'datastore_activity',
  6006: 'file_hosting',
  6007: 'scan_activity',
  6008: 'application_error',
  201001: 'registry_key_activity',
  201002: 'registry_value_activity',
  201003: 'windows_resource_activity',
  201004: 'windows_service_activity',
};

/** The known name nearest to a wrong one (Levenshtein distance), if one is near enough to be meant. */
export function nearestName(wrong: string, known: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(wrong.length / 3));
  let best: string | undefined;
  let least = limit + 1;
  for (const name of known) {
    const distance = editDistance(wrong.slice(0, 80), name);
    if (distance < least) [best, least] = [name, distance];
  }
  return best;
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const swap = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
