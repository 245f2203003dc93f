/** A packet of IP without what it carries. */
export interface NetworkPacket {
  readonly protocol: number;
  readonly src: Uint8Array;
  readonly dst: Uint8Array;
  /** Octets of the packet as the network counts them: head and body, without the link. */
  readonly wireBytes: number;
  /** What it carries, as far as it was captured. */
  readonly bodyAt: number;
  readonly bodyEnd: number;
  /** A part of a larger packet, with what joins the parts. */
  readonly fragment: { readonly id: number; readonly isFirst: boolean } | undefined;
}

const V4_BYTES = 20;
const V6_BYTES = 40;
const MAX_EXTENSIONS = 8;
const OFFSET_BITS = 0x1fff;
const MORE_BIT = 0x2000;
/** Heads between IPv6 and what it carries: hop-by-hop, routing, fragment, authentication, destination, mobility. */
const EXTENSIONS: ReadonlySet<number> = new Set([0, 43, 44, 51, 60, 135]);
const FRAGMENT = 44;
const AUTHENTICATION = 51;

const bytesAt = (view: DataView, at: number, length: number) =>
  new Uint8Array(view.buffer, view.byteOffset + at, length);

/** Reads IPv4; undefined when it does not fit its own lengths. */
export function readIpv4(view: DataView, at: number): NetworkPacket | undefined {
  if (at + V4_BYTES > view.byteLength) return undefined;
  const headBytes = (view.getUint8(at) & 15) * 4;
  const named = view.getUint16(at + 2);
  // A card that cuts segments itself leaves the length to be filled in.
  const wireBytes = named === 0 ? view.byteLength - at : named;
  if (headBytes < V4_BYTES || wireBytes < headBytes) return undefined;
  const offset = view.getUint16(at + 6);
  const isFirst = (offset & OFFSET_BITS) === 0;
  const isPart = !isFirst || (offset & MORE_BIT) !== 0;
  return {
    protocol: view.getUint8(at + 9),
    src: bytesAt(view, at + 12, 4),
    dst: bytesAt(view, at + 16, 4),
    wireBytes,
    bodyAt: Math.min(at + headBytes, view.byteLength),
    bodyEnd: Math.min(at + wireBytes, view.byteLength),
    fragment: isPart ? { id: view.getUint16(at + 4), isFirst } : undefined,
  };
}

/** Reads IPv6 with its extension headers; undefined when it does not fit its own lengths. */
export function readIpv6(view: DataView, at: number): NetworkPacket | undefined {
  if (at + V6_BYTES > view.byteLength) return undefined;
  const named = view.getUint16(at + 4);
  const wireBytes = named === 0 ? view.byteLength - at : named + V6_BYTES;
  const bodyEnd = Math.min(at + wireBytes, view.byteLength);
  const { protocol, bodyAt, fragment } = skipExtensions(view, at, bodyEnd);
  return {
    protocol,
    src: bytesAt(view, at + 8, 16),
    dst: bytesAt(view, at + 24, 16),
    wireBytes,
    bodyAt: Math.min(bodyAt, bodyEnd),
    bodyEnd,
    fragment,
  };
}

function skipExtensions(view: DataView, at: number, end: number) {
  let protocol = view.getUint8(at + 6);
  let bodyAt = at + V6_BYTES;
  let fragment: NetworkPacket['fragment'];
  for (let seen = 0; seen < MAX_EXTENSIONS; seen += 1) {
    if (!EXTENSIONS.has(protocol) || bodyAt + 8 > end) break;
    const length = view.getUint8(bodyAt + 1);
    const isFragment = protocol === FRAGMENT;
    if (isFragment) {
      const isFirst = view.getUint16(bodyAt + 2) >> 3 === 0;
      fragment = { id: view.getUint32(bodyAt + 4), isFirst };
    }
    const bytes = isFragment
      ? 8
      : protocol === AUTHENTICATION
        ? (length + 2) * 4
        : (length + 1) * 8;
    protocol = view.getUint8(bodyAt);
    bodyAt += bytes;
    if (fragment && !fragment.isFirst) break;
  }
  return { protocol, bodyAt, fragment };
}
