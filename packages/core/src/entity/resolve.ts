import ipaddr from 'ipaddr.js';
import type { EntityRef } from './entity.ts';

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const PLAIN_IPV4 = new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`);
/** What every form of an address looks like; the library finds out about host names by throwing, which is slow. */
const ADDRESS_LIKE = /^[0-9a-fx]*[.:][0-9a-fx.:]*(?:%\w+)?$/i;

/** Canonical text of an address (IPv4 inside IPv6 unwrapped, lower case, shortest), or undefined. */
export function canonicalIp(text: string): string | undefined {
  if (PLAIN_IPV4.test(text)) return text;
  const bare = text.trim().replace(/^\[|\]$/g, '');
  if (PLAIN_IPV4.test(bare)) return bare;
  if (!ADDRESS_LIKE.test(bare) || !ipaddr.isValid(bare)) return undefined;
  return ipaddr.process(bare).toString();
}

/** Is the address one that a stranger on the internet can have (neither private nor reserved)? */
export function isExternalIp(text: string): boolean {
  const ip = canonicalIp(text);
  if (ip === undefined) return false;
  return PLAIN_IPV4.test(ip) ? isExternalIpv4(ip) : EXTERNAL_RANGES.has(ipaddr.parse(ip).range());
}

/** The same for dotted decimals, twenty times as quick: every event asks. A test holds the two together. */
function isExternalIpv4(ip: string): boolean {
  const first = ip.indexOf('.');
  const second = ip.indexOf('.', first + 1);
  const a = Number(ip.slice(0, first));
  const b = Number(ip.slice(first + 1, second));
  if (a === 0 || a === 10 || a === 127 || (a >= 224 && a < 240)) return false;
  if (a === 100) return b < 64 || b > 127;
  if (a === 169) return b !== 254;
  if (a === 172) return b < 16 || b > 31;
  if (a === 192) return b !== 168 && EXTERNAL_RANGES.has(ipaddr.parse(ip).range());
  return ip !== '255.255.255.255';
}

/** Documentation ranges count as external: they only occur in drills and examples. */
const EXTERNAL_RANGES: ReadonlySet<string> = new Set([
  'unicast',
  'reserved',
  '6to4',
  'teredo',
  'rfc6052',
]);

/** Does the address say nothing about another machine (loopback, unspecified, link-local)? */
export function isOwnAddress(text: string): boolean {
  const ip = canonicalIp(text);
  return ip === undefined || OWN_RANGES.has(ipaddr.parse(ip).range());
}

const OWN_RANGES: ReadonlySet<string> = new Set(['loopback', 'unspecified', 'linkLocal']);

/** Is `ip` the same as `pattern`, or inside it where it is a CIDR range? A bad pattern matches nothing. */
export function isInCidr(ip: string, pattern: string): boolean {
  const address = canonicalIp(ip);
  if (!address) return false;
  if (!pattern.includes('/')) return canonicalIp(pattern) === address;
  if (!ipaddr.isValidCIDR(pattern)) return false;
  const [range, bits] = ipaddr.parseCIDR(pattern);
  const parsed = ipaddr.parse(address);
  return parsed.kind() === range.kind() && parsed.match([range, bits]);
}

/**
 * One name for a host however it is written: lower case, first label (`WS5.corp.local` and `ws5`
 * are one host, as NetBIOS and Active Directory have it); an address stays an address.
 */
export function canonicalHost(text: string): string {
  const trimmed = text.trim().replace(/\.$/, '').toLowerCase();
  const ip = canonicalIp(trimmed);
  if (ip) return ip;
  return trimmed.split('.')[0] || trimmed;
}

/** One name for an account: lower case, `DOMAIN\user` and `user@domain` reduced to the user. */
export function canonicalUser(text: string): string {
  const lower = text.trim().toLowerCase();
  const afterSlash = lower.slice(lower.lastIndexOf('\\') + 1);
  return afterSlash.split('@')[0] || afterSlash;
}

/** The reference with its canonical id; a host that is named by an address becomes that address. */
export function canonicalEntity(ref: EntityRef): EntityRef {
  switch (ref.kind) {
    case 'host': {
      const ip = canonicalIp(ref.id);
      return ip ? { ...ref, kind: 'ip', id: ip } : withId(ref, canonicalHost(ref.id));
    }
    case 'ip':
      return withId(ref, canonicalIp(ref.id) ?? ref.id);
    case 'domain':
      return withId(ref, ref.id.trim().replace(/\.$/, '').toLowerCase());
    case 'user':
    case 'process':
    case 'file':
    case 'url':
    case 'session':
    case 'cloud_resource':
    case 'message':
      return ref;
  }
}

const withId = (ref: EntityRef, id: string): EntityRef => (id === ref.id ? ref : { ...ref, id });

/** Canonical and without repetition; the first role that is not `related` stays. At most `cap`. */
export function mergeEntities(refs: readonly EntityRef[], cap: number): readonly EntityRef[] {
  const merged: EntityRef[] = [];
  for (const raw of refs) {
    const ref = canonicalEntity(raw);
    if (ref.id === '' || ref.id === '-') continue;
    const place = merged.findIndex(({ kind, id }) => id === ref.id && kind === ref.kind);
    const there = merged[place];
    if (!there && merged.length < cap) merged.push(ref);
    else if (there?.role === 'related' && ref.role !== 'related') merged[place] = ref;
  }
  return merged;
}

/** Accounts that every machine has; sharing one of them ties nothing together. */
export function isCommonAccount(user: string): boolean {
  const name = canonicalUser(user);
  return (
    name === '' ||
    name === '-' ||
    name.endsWith('$') ||
    COMMON_ACCOUNTS.has(name) ||
    COMMON_PREFIX.test(name)
  );
}

const COMMON_ACCOUNTS: ReadonlySet<string> = new Set([
  'system',
  'local service',
  'network service',
  'localsystem',
  'anonymous logon',
  'root',
  'nobody',
  'unknown',
  'n/a',
  'none',
  'invalid user',
]);
const COMMON_PREFIX = /^(dwm|umfd)-\d+$/;
