/** What a link carries: a packet of IP, and what the link says of it. */
export interface LinkFrame {
  /** Where the packet of the network begins. */
  readonly at: number;
  readonly version: 4 | 6;
  /** The innermost VLAN; undefined where there is none. */
  readonly vlan: number | undefined;
  /** Where hardware addresses of six octets stand. */
  readonly srcMacAt: number | undefined;
  readonly dstMacAt: number | undefined;
}

/** Why a frame has no packet of IP: another protocol, too short, or a link that is not known. */
export type LinkRefusal = 'other_protocol' | 'damaged' | 'unknown_link';

const MAX_TAGS = 4;
const ETHER_BYTES = 14;
const VLAN_BITS = 0x0fff;
const TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);
const PPPOE = 0x8864;
/** What PPP calls IP. */
const PPP_VERSIONS: Readonly<Record<number, 4 | 6>> = { [0x0021]: 4, [0x0057]: 6 };
const ETHER_VERSIONS: Readonly<Record<number, 4 | 6>> = { [0x0800]: 4, [0x86dd]: 6 };
/** What BSD systems and Linux call IP on the loopback. */
const FAMILY_VERSIONS: Readonly<Record<number, 4 | 6>> = { 2: 4, 10: 6, 24: 6, 28: 6, 30: 6 };
const NO_LINK = { vlan: undefined, srcMacAt: undefined, dstMacAt: undefined };
const MAC_BYTES = 6;

type Read = (view: DataView) => LinkFrame | LinkRefusal;

/** What follows a type of Ethernet, behind tags of VLANs. */
function fromEtherType(
  view: DataView,
  typeAt: number,
  macs: Omit<LinkFrame, 'at' | 'version' | 'vlan'>,
): LinkFrame | LinkRefusal {
  let at = typeAt;
  let vlan: number | undefined;
  for (let tags = 0; tags <= MAX_TAGS; tags += 1) {
    if (at + 2 > view.byteLength) return 'damaged';
    const type = view.getUint16(at);
    at += 2;
    if (type === PPPOE) return fromPppoe(view, at, { ...macs, vlan });
    const version = ETHER_VERSIONS[type];
    if (version !== undefined) return { at, version, vlan, ...macs };
    if (!TAGS.has(type)) return 'other_protocol';
    if (at + 2 > view.byteLength) return 'damaged';
    vlan = view.getUint16(at) & VLAN_BITS;
    at += 2;
  }
  return 'other_protocol';
}

function fromPppoe(
  view: DataView,
  at: number,
  link: Omit<LinkFrame, 'at' | 'version'>,
): LinkFrame | LinkRefusal {
  if (at + 8 > view.byteLength) return 'damaged';
  const version = PPP_VERSIONS[view.getUint16(at + 6)];
  return version === undefined ? 'other_protocol' : { at: at + 8, version, ...link };
}

const readEthernet: Read = (view) =>
  view.byteLength < ETHER_BYTES
    ? 'damaged'
    : fromEtherType(view, 12, { srcMacAt: MAC_BYTES, dstMacAt: 0 });

/** The first four bits of a packet of IP are its version. */
const readRaw: Read = (view) => {
  if (view.byteLength < 1) return 'damaged';
  const version = view.getUint8(0) >> 4;
  return version === 4 || version === 6 ? { at: 0, version, ...NO_LINK } : 'other_protocol';
};

/** A family of addresses in the byte order of the machine that captured. */
const readLoopback: Read = (view) => {
  if (view.byteLength < 4) return 'damaged';
  const version = FAMILY_VERSIONS[view.getUint32(0, true)] ?? FAMILY_VERSIONS[view.getUint32(0)];
  return version === undefined ? 'other_protocol' : { at: 4, version, ...NO_LINK };
};

/** Captures on all interfaces of Linux: only the sender's hardware address is kept. */
const readCooked: Read = (view) => {
  if (view.byteLength < 16) return 'damaged';
  const srcMacAt = view.getUint16(4) === MAC_BYTES ? MAC_BYTES : undefined;
  return fromEtherType(view, 14, { srcMacAt, dstMacAt: undefined });
};

const readCooked2: Read = (view) => {
  if (view.byteLength < 20) return 'damaged';
  const srcMacAt = view.getUint8(11) === MAC_BYTES ? 12 : undefined;
  const type = view.getUint16(0);
  const macs = { srcMacAt, dstMacAt: undefined };
  const version = ETHER_VERSIONS[type];
  if (version !== undefined) return { at: 20, version, vlan: undefined, ...macs };
  if (!TAGS.has(type) || view.byteLength < 24) return 'other_protocol';
  const inner = fromEtherType(view, 22, macs);
  return typeof inner === 'string' || inner.vlan !== undefined
    ? inner
    : { ...inner, vlan: view.getUint16(20) & VLAN_BITS };
};

/** Links by their numbers in the list of tcpdump. */
const LINKS: Readonly<Record<number, Read>> = {
  0: readLoopback,
  1: readEthernet,
  12: readRaw,
  14: readRaw,
  101: readRaw,
  108: readLoopback,
  113: readCooked,
  228: readRaw,
  229: readRaw,
  276: readCooked2,
};

/** Finds the packet of IP in a frame of a link; never reads outside the frame. */
export const readLink = (link: number, view: DataView): LinkFrame | LinkRefusal =>
  LINKS[link]?.(view) ?? 'unknown_link';
