/** A kind of input that is fuzzed: the tests that hold its properties. */
export interface Kind {
  readonly id: string;
  readonly title: string;
  readonly file: string;
  /** Only the tests whose names match; all of the file without it. */
  readonly tests?: string;
}

/** How one property fared. */
export interface Fared {
  readonly name: string;
  readonly seed: number;
  readonly runs: number;
  readonly seconds: number;
  readonly slowest: { readonly ms: number; readonly input: string };
  /** What the process held at most, above what it held before. */
  readonly grewBytes: number;
  /** The smallest input that breaks it. */
  readonly failure?: { readonly input: string; readonly shrinks: number; readonly why: string };
}

/** Where a property is just now; what is left of one that hangs. */
export interface Place {
  readonly name: string;
  readonly run: number;
  readonly bytes: number;
}

/** Everything that can be fuzzed; a new reader of outside input gets its line here. */
export const KINDS: readonly Kind[] = [
  {
    id: 'formats',
    title: 'the forms of records: CEF, LEEF, key=value, CSV, XML, W3C, audit',
    file: 'packages/core/src/normalise/readers.property.test.ts',
  },
  {
    id: 'parsers',
    title: 'records of every bundled parser, changed, cut and mixed',
    file: 'tools/fuzz/parsers.test.ts',
  },
  {
    id: 'rules',
    title: 'Sigma rules, changed, and events against them',
    file: 'tools/fuzz/rules.test.ts',
  },
  {
    id: 'evtx',
    title: 'Windows event log files',
    file: 'packages/core/src/evtx/evtx-reader.test.ts',
    tests: 'for any bytes',
  },
  {
    id: 'netflow',
    title: 'datagrams of NetFlow and IPFIX',
    file: 'packages/core/src/netflow/flow-reader.test.ts',
    tests: 'hostile input',
  },
  {
    id: 'pcap',
    title: 'packet captures',
    file: 'packages/core/src/pcap/capture.property.test.ts',
  },
  {
    id: 'stix',
    title: 'STIX bundles and patterns',
    file: 'packages/core/src/intel/readers.property.test.ts',
    tests: 'STIX',
  },
  {
    id: 'misp',
    title: 'MISP events, manifests and warninglists',
    file: 'packages/core/src/intel/readers.property.test.ts',
    tests: 'MISP',
  },
  {
    id: 'reports',
    title: 'reports in prose',
    file: 'packages/core/src/intel/readers.property.test.ts',
    tests: 'reports',
  },
  {
    id: 'syslog',
    title: 'streams of syslog over TCP, wherever they are cut',
    file: 'packages/extensions/src/sources/syslog/framing.test.ts',
    tests: 'wherever',
  },
  {
    id: 'drop-ins',
    title: 'what senders put on the wire: protobuf, Snappy, bulk, HEC, OTLP, Loki',
    file: 'packages/server/src/api/drop-in/wire.test.ts',
  },
  {
    id: 'conservation',
    title: 'histories of intake and pipeline: every record has one end',
    file: 'packages/server/src/pipeline/intake-conservation.test.ts',
  },
  {
    id: 'ledger',
    title: 'histories of actions: nothing done blindly, twice, or for too long',
    file: 'packages/server/src/runner/history.test.ts',
  },
];
