import type { Term } from './indicator.ts';

const BY_PATH: Readonly<Record<string, Term['type']>> = {
  'ipv4-addr:value': 'ip',
  'ipv6-addr:value': 'ip',
  'network-traffic:src_ref.value': 'ip',
  'network-traffic:dst_ref.value': 'ip',
  'network-traffic:src_port': 'port',
  'network-traffic:dst_port': 'port',
  'domain-name:value': 'domain',
  'domain-name:resolves_to_refs.value': 'ip',
  'url:value': 'url',
  'email-addr:value': 'email',
  'email-message:from_ref.value': 'email',
  'email-message:sender_ref.value': 'email',
  'file:name': 'file_name',
  'file:parent_directory_ref.path': 'file_path',
  'directory:path': 'file_path',
  'process:name': 'process',
  'process:image_ref.name': 'process',
  'process:binary_ref.name': 'process',
  'process:command_line': 'command_line',
  'windows-registry-key:key': 'registry_key',
  'mutex:name': 'mutex',
  'x509-certificate:serial_number': 'certificate',
  'network-traffic:extensions.http-request-ext.request_header.User-Agent': 'user_agent',
  'software:cpe': 'text',
};
const HASHES = /^(?:file|artifact|process|email-message)\b.*\bhashes\./;
const CERTIFICATE_HASHES = /^x509-certificate:hashes\./;
/** Similarity digests and import hashes say "alike", not "the same". */
const INEXACT = /ssdeep|tlsh|sdhash|imphash|vhash/i;

/**
 * The type of value that an object path of a pattern speaks of; undefined when no event carries it.
 * `list[*]` and `list[0]` are read as "any of the list".
 */
export function typeOfPath(path: string): Term['type'] | undefined {
  const plain = path.replaceAll(/\[[^\]]*\]/g, '');
  if (INEXACT.test(plain)) return undefined;
  if (CERTIFICATE_HASHES.test(plain)) return 'certificate';
  if (HASHES.test(plain)) return 'hash';
  const type = Object.hasOwn(BY_PATH, plain) ? BY_PATH[plain] : undefined;
  return type === 'text' ? undefined : type;
}
