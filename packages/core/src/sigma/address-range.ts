import ipaddr from 'ipaddr.js';

const V4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** The 32 bits of an IPv4 address as written; undefined for anything else. */
function readV4(text: string): number | undefined {
  const [, a, b, c, d] = V4.exec(text) ?? [];
  if (d === undefined) return undefined;
  const parts = [Number(a), Number(b), Number(c), Number(d)];
  if (parts.some((part) => part > 255)) return undefined;
  return parts.reduce((bits, part) => ((bits << 8) | part) >>> 0, 0);
}

/**
 * Is an address in the range (CIDR, or a single address)? IPv4 is compared as bits; IPv6 by
 * ipaddr.js, where an IPv4 address inside IPv6 counts as IPv4. What is no address is in no range.
 */
export function compileRange(range: string): (text: string) => boolean {
  const [base = '', bits] = range.split('/');
  const v4 = readV4(base);
  if (v4 === undefined) return compileV6(base, bits === undefined ? 128 : Number(bits));
  const length = bits === undefined ? 32 : Number(bits);
  const mask = length === 0 ? 0 : (-1 << (32 - length)) >>> 0;
  const network = (v4 & mask) >>> 0;
  return (text) => {
    const address = readV4(text) ?? (text.includes(':') ? mappedV4(text) : undefined);
    return address !== undefined && (address & mask) >>> 0 === network;
  };
}

/** The IPv4 address inside an IPv6 one. */
function mappedV4(text: string): number | undefined {
  if (!text.includes('.') && !/^[:0]*:ffff:/i.test(text)) return undefined;
  return ipaddr.isValid(text) ? readV4(ipaddr.process(text).toString()) : undefined;
}

function compileV6(base: string, length: number): (text: string) => boolean {
  const network = ipaddr.parse(base);
  return (text) => {
    if (!text.includes(':') || !ipaddr.isValid(text)) return false;
    const address = ipaddr.process(text);
    return address.kind() === network.kind() && address.match([network, length]);
  };
}

const V4_NETWORK_BITS = 24;
const V6_NETWORK_BITS = 48;

/**
 * The network that an address is usually rented together with: the /24 of IPv4, the /48 of IPv6, as
 * `203.0.113.0/24`. Undefined for what is no address.
 */
export function networkOf(text: string): string | undefined {
  const v4 = readV4(text) ?? (text.includes(':') ? mappedV4(text) : undefined);
  if (v4 !== undefined)
    return `${v4 >>> 24}.${(v4 >>> 16) & 255}.${(v4 >>> 8) & 255}.0/${V4_NETWORK_BITS}`;
  if (!text.includes(':') || !ipaddr.IPv6.isValid(text)) return undefined;
  const cidr = `${ipaddr.IPv6.parse(text).toString()}/${V6_NETWORK_BITS}`;
  return `${ipaddr.IPv6.networkAddressFromCIDR(cidr).toString()}/${V6_NETWORK_BITS}`;
}
