import ipaddr from 'ipaddr.js';
import type { Json } from '../shared/json.ts';

/** What no action may ever touch: an address, a CIDR range, a host or account name, and why. */
export interface NeverTouch {
  readonly value: string;
  readonly why: string;
}

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** An address or range as a range; IPv4 inside IPv6 becomes IPv4; undefined when it is neither. */
function toRange(text: string): Range | undefined {
  const bare = (text.split('%')[0] ?? '').trim();
  if (bare.includes('/'))
    return ipaddr.isValidCIDR(bare) ? unmap(ipaddr.parseCIDR(bare)) : undefined;
  if (!ipaddr.isValid(bare) || (!bare.includes(':') && bare.split('.').length !== 4))
    return undefined;
  const address = ipaddr.process(bare);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function unmap([address, bits]: [ipaddr.IPv4 | ipaddr.IPv6, number]): Range {
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96)
    return [address.toIPv4Address(), bits - 96];
  return [address, bits];
}

/** The range among all of IPv6, where IPv4 is `::ffff:0:0/96`. */
const among = ([address, bits]: Range): readonly [number[], number] =>
  address instanceof ipaddr.IPv4
    ? [address.toIPv4MappedAddress().toByteArray(), bits + 96]
    : [address.toByteArray(), bits];

/** Do two ranges share an address? One of IPv6 that is wide enough holds addresses of IPv4 as well. */
function overlap(a: Range, b: Range): boolean {
  const [[left, leftBits], [right, rightBits]] = [among(a), among(b)];
  const bits = Math.min(leftBits, rightBits);
  return left.every((byte, i) => {
    const mask =
      bits >= (i + 1) * 8 ? 0xff : bits <= i * 8 ? 0 : (0xff << (8 - (bits - i * 8))) & 0xff;
    return (byte & mask) === ((right[i] ?? 0) & mask);
  });
}

/** Canonical text of an address, or undefined when it is none. */
export function toCanonicalIp(text: string): string | undefined {
  const range = text.includes('/') ? undefined : toRange(text);
  return range?.[0].toString();
}

/** Every text inside a value: a protected thing hidden in any parameter is found. */
function listTexts(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((member) => listTexts(member as Json));
}

/** The first protected thing that one of the values is, or contains, or lies in. */
export function findProtected(
  values: Json,
  list: readonly NeverTouch[],
): { readonly hit: string; readonly rule: NeverTouch } | undefined {
  const rules = list.map((rule) => ({ rule, range: toRange(rule.value) }));
  for (const text of listTexts(values)) {
    const range = toRange(text);
    const found = rules.find(({ rule, range: barred }) => {
      if (range && barred) return overlap(range, barred);
      return text.toLowerCase() === rule.value.toLowerCase();
    });
    if (found) return { hit: text, rule: found.rule };
  }
  return undefined;
}

/** What a list of harmless things says of a text: no automation ever, or only with a person's yes. */
export interface ListedThing extends NeverTouch {
  readonly floor: 'never' | 'ask';
}

/** A text of an action that a list knows. */
export interface ListedHit {
  readonly hit: string;
  readonly rule: ListedThing;
}

/** The strictest that a lookup says of any text inside the values. */
export function findListed(
  values: Json,
  lookUp: (text: string) => ListedThing | undefined,
): ListedHit | undefined {
  let found: ListedHit | undefined;
  for (const text of listTexts(values)) {
    const rule = lookUp(text);
    if (rule?.floor === 'never') return { hit: text, rule };
    if (rule) found ??= { hit: text, rule };
  }
  return found;
}
