/** The head of a datagram of flows. */
export interface FlowHeader {
  readonly version: 5 | 9 | 10;
  /** Octets of the head itself. */
  readonly length: number;
  /** Where the datagram ends by its own word. */
  readonly end: number;
  readonly exportedAt: number;
  readonly uptime?: number;
  readonly sequence: number;
  readonly domain: number;
  /** Records it says to have; IPFIX does not. */
  readonly count?: number;
  readonly samplingRate: number;
}

const V5_HEAD = 24;
const V5_RECORD = 48;
const V9_HEAD = 20;
const IPFIX_HEAD = 16;
const SAMPLING_BITS = 0x3fff;

/** Reads the head, or says why these are no flows. */
export function readFlowHeader(view: DataView): FlowHeader | string {
  if (view.byteLength < 2) return 'the datagram is empty';
  const version = view.getUint16(0);
  if (version === 5) return readV5(view);
  if (version === 9) return readV9(view);
  if (version === 10) return readIpfix(view);
  return `version ${version} is none of 5, 9 and 10`;
}

function readV5(view: DataView): FlowHeader | string {
  if (view.byteLength < V5_HEAD) return 'the datagram ends inside its head';
  const count = view.getUint16(2);
  const end = V5_HEAD + count * V5_RECORD;
  if (count === 0 || end > view.byteLength)
    return `the datagram is too short for the ${count} flows it names`;
  return {
    version: 5,
    length: V5_HEAD,
    end,
    count,
    uptime: view.getUint32(4),
    exportedAt: view.getUint32(8) * 1_000 + Math.floor(view.getUint32(12) / 1e6),
    sequence: view.getUint32(16),
    domain: view.getUint16(20),
    samplingRate: Math.max(1, view.getUint16(22) & SAMPLING_BITS),
  };
}

function readV9(view: DataView): FlowHeader | string {
  if (view.byteLength < V9_HEAD) return 'the datagram ends inside its head';
  return {
    version: 9,
    length: V9_HEAD,
    end: view.byteLength,
    count: view.getUint16(2),
    uptime: view.getUint32(4),
    exportedAt: view.getUint32(8) * 1_000,
    sequence: view.getUint32(12),
    domain: view.getUint32(16),
    samplingRate: 1,
  };
}

function readIpfix(view: DataView): FlowHeader | string {
  if (view.byteLength < IPFIX_HEAD) return 'the datagram ends inside its head';
  const end = view.getUint16(2);
  if (end < IPFIX_HEAD || end > view.byteLength)
    return `the datagram has ${view.byteLength} octets and names ${end}`;
  return {
    version: 10,
    length: IPFIX_HEAD,
    end,
    exportedAt: view.getUint32(4) * 1_000,
    sequence: view.getUint32(8),
    domain: view.getUint32(12),
    samplingRate: 1,
  };
}

const fieldsOf = (pairs: readonly (readonly [number, number])[]) => pairs;
/** The fixed layout of a flow of NetFlow v5, in elements of v9; 0 is padding. */
export const V5_FIELDS = fieldsOf([
  [8, 4],
  [12, 4],
  [15, 4],
  [10, 2],
  [14, 2],
  [2, 4],
  [1, 4],
  [22, 4],
  [21, 4],
  [7, 2],
  [11, 2],
  [0, 1],
  [6, 1],
  [4, 1],
  [5, 1],
  [16, 2],
  [17, 2],
  [9, 1],
  [13, 1],
  [0, 2],
]);
