import { toAddress, toAddressWithPort, toCanonical } from './canonical.ts';
import type { IndicatorType } from './indicator.ts';

/** What a value of a MISP attribute gives: one thing, several, or why none. */
export type ReadValue =
  | readonly {
      readonly type: IndicatorType;
      readonly value: string;
      readonly port?: number;
    }[]
  | string;

type Reader = (value: string) => ReadValue;

const as =
  (type: IndicatorType): Reader =>
  (text) => {
    const value = toCanonical(type, text);
    return value === undefined ? `bad_value ${type}` : [{ type, value }];
  };

const address: Reader = (text) => {
  const found = toAddress(text);
  return found ? [found] : 'bad_value ip';
};

const addressWithPort: Reader = (text) => {
  const [first = '', second] = text.split('|');
  const found = second === undefined ? toAddressWithPort(first) : undefined;
  if (found) return [{ type: 'ip', ...found }];
  const alone = toAddress(first);
  const port = Number(second);
  if (!alone) return 'bad_value ip';
  return [port > 0 && port < 65_536 && alone.type === 'ip' ? { ...alone, port } : alone];
};

/** Of `a|b` one half by one reader. */
const half =
  (at: 0 | 1, read: Reader): Reader =>
  (text) =>
    read(text.split('|')[at] ?? '');

/** `domain|ip`: either is bad. */
const both: Reader = (text) => {
  const [left = '', right = ''] = text.split('|');
  const parts = [as('domain')(left), address(right)];
  const good = parts.flatMap((part) => (typeof part === 'string' ? [] : part));
  return good.length > 0 ? good : 'bad_value domain|ip';
};

const EXACT_DIGESTS = [
  'md5',
  'sha1',
  'sha224',
  'sha256',
  'sha384',
  'sha512',
  'sha512/224',
  'sha512/256',
  'sha3-224',
  'sha3-256',
  'sha3-384',
  'sha3-512',
  'authentihash',
];
const EMAILS = ['email', 'email-src', 'email-dst', 'email-reply-to', 'eppn', 'target-email'];

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...EXACT_DIGESTS.map((type) => [type, as('hash')] as const),
  ...EXACT_DIGESTS.map((type) => [`filename|${type}`, half(1, as('hash'))] as const),
  ['malware-sample', half(1, as('hash'))],
  ...EMAILS.map((type) => [type, as('email')] as const),
  ['ip-src', address],
  ['ip-dst', address],
  ['ip-src|port', addressWithPort],
  ['ip-dst|port', addressWithPort],
  ['domain', as('domain')],
  ['hostname', as('hostname')],
  ['hostname|port', half(0, as('hostname'))],
  ['domain|ip', both],
  ['url', as('url')],
  ['filename', as('file_name')],
  ['regkey', as('registry_key')],
  ['regkey|value', half(0, as('registry_key'))],
  ['mutex', as('mutex')],
  ['process-state', as('process')],
  ['user-agent', as('user_agent')],
  ['ja3-fingerprint-md5', as('ja3')],
  ['x509-fingerprint-md5', as('certificate')],
  ['x509-fingerprint-sha1', as('certificate')],
  ['x509-fingerprint-sha256', as('certificate')],
  ['vulnerability', as('cve')],
]);

/** Reads the value of a MISP attribute of that type. */
export function readMispValue(type: string, value: string): ReadValue {
  const reader = READERS.get(type);
  return reader === undefined ? `type ${type.slice(0, 40)}` : reader(value.trim());
}

/** Our types that a MISP type stands for: what a warninglist is about. */
export function typesOfMisp(type: string): readonly IndicatorType[] {
  const [last = ''] = type.split('|').slice(-1);
  if (/^(md5|sha\d|authentihash)/.test(last)) return ['hash'];
  if (type === 'domain|ip') return ['domain', 'hostname', 'ip', 'cidr'];
  if (type.startsWith('ip-') || type === 'ip') return ['ip', 'cidr'];
  if (/^(domain|hostname)/.test(type)) return ['domain', 'hostname'];
  if (type === 'url' || type === 'uri' || type === 'link') return ['url'];
  if (EMAILS.includes(type) || type.startsWith('whois-registrant-email')) return ['email'];
  if (type.startsWith('x509-')) return ['certificate'];
  if (type.startsWith('filename')) return ['file_name'];
  if (type.startsWith('user-agent')) return ['user_agent'];
  return [];
}
