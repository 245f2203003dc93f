import ipaddr from 'ipaddr.js';

const ZERO = 48;
const OCTETS = 4;

/** The 32 bits of an IPv4 address as written; undefined for anything else. */
function readV4(text: string): number | undefined {
  let bits = 0;
  let from = 0;
  for (let at = 1; at <= OCTETS; at += 1) {
    const end = at === OCTETS ? text.length : text.indexOf('.', from);
    const octet = readOctet(text, from, end);
    if (octet === undefined) return undefined;
    bits = ((bits << 8) | octet) >>> 0;
    from = end + 1;
  }
  return bits;
}

/** One to three digits between two places. */
function readOctet(text: string, from: number, end: number): number | undefined {
  if (end <= from || end > from + 3) return undefined;
  let octet = 0;
  for (let at = from; at < end; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    octet = 10 * octet + digit;
  }
  return octet > 255 ? undefined : octet;
}

/** The addresses whose bits under the mask are those of the network. */
interface V4Range {
  readonly mask: number;
  readonly network: number;
}

/**
 * Is an address in one of the ranges (CIDR, or a single address)? IPv4 is read once and compared as
 * bits; IPv6 by ipaddr.js, where an IPv4 address inside IPv6 counts as IPv4. What is no address is
 * in no range.
 */
export function compileRanges(ranges: readonly string[]): (text: string) => boolean {
  const v4: V4Range[] = [];
  const v6: ((text: string) => boolean)[] = [];
  for (const range of ranges) {
    const [base = '', bits] = range.split('/');
    const address = readV4(base);
    if (address === undefined) v6.push(compileV6(base, bits === undefined ? 128 : Number(bits)));
    else v4.push(toV4Range(address, bits === undefined ? 32 : Number(bits)));
  }
  return (text) => {
    const address = readV4(text) ?? (text.includes(':') ? mappedV4(text) : undefined);
    if (address === undefined) return v6.some((test) => test(text));
    for (const { mask, network } of v4) if ((address & mask) >>> 0 === network) return true;
    return false;
  };
}

function toV4Range(address: number, length: number): V4Range {
  const mask = length === 0 ? 0 : (-1 << (32 - length)) >>> 0;
  return { mask, network: (address & mask) >>> 0 };
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
