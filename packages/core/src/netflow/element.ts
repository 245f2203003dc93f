/** How the octets of an information element are read (RFC 7011, section 6.1). */
export type ElementKind =
  | 'unsigned'
  | 'signed'
  | 'float'
  | 'bool'
  | 'ip'
  | 'mac'
  | 'text'
  | 'octets'
  | 'seconds'
  | 'millis'
  | 'ntp';

/** An information element: the name it gets in a record, and how it is read. */
export interface Element {
  readonly name: string;
  readonly kind: ElementKind;
}

const of = (kind: ElementKind, names: Readonly<Record<number, string>>) =>
  Object.entries(names).map(([id, name]): readonly [number, Element] => [
    Number(id),
    { name, kind },
  ]);

/*
 * What most exporters send, by the numbers of IANA's registry. What records of every version have in common is
 * named alike; the rest keeps the name of the registry.
 */
const ELEMENTS: ReadonlyMap<number, Element> = new Map([
  ...of('unsigned', {
    1: 'bytes',
    2: 'packets',
    3: 'flows',
    4: 'protocol_number',
    5: 'tos',
    6: 'tcp_flags',
    7: 'src_port',
    9: 'src_mask',
    10: 'in_interface',
    11: 'dst_port',
    13: 'dst_mask',
    14: 'out_interface',
    16: 'src_as',
    17: 'dst_as',
    19: 'postMCastPacketDeltaCount',
    20: 'postMCastOctetDeltaCount',
    21: 'end_uptime',
    22: 'start_uptime',
    23: 'postOctetDeltaCount',
    24: 'postPacketDeltaCount',
    25: 'minimumIpTotalLength',
    26: 'maximumIpTotalLength',
    29: 'src_mask6',
    30: 'dst_mask6',
    31: 'flowLabelIPv6',
    32: 'icmp_type_code',
    34: 'sampling_interval',
    35: 'samplingAlgorithm',
    36: 'flowActiveTimeout',
    37: 'flowIdleTimeout',
    38: 'engineType',
    39: 'engineId',
    40: 'exportedOctetTotalCount',
    41: 'exportedMessageTotalCount',
    42: 'exportedFlowRecordTotalCount',
    48: 'sampler_id',
    49: 'samplerMode',
    50: 'sampler_interval',
    52: 'minimumTTL',
    53: 'maximumTTL',
    54: 'fragmentIdentification',
    55: 'postIpClassOfService',
    58: 'vlan',
    59: 'postVlanId',
    60: 'ip_version',
    61: 'flow_direction',
    70: 'mplsTopLabelStackSection',
    85: 'bytes_total',
    86: 'packets_total',
    88: 'fragmentOffset',
    89: 'forwarding_status',
    95: 'application_id',
    128: 'bgpNextAdjacentAsNumber',
    129: 'bgpPrevAdjacentAsNumber',
    130: 'exporterIPv4Address',
    136: 'flow_end_reason',
    138: 'observationPointId',
    139: 'icmp_type_code6',
    141: 'lineCardId',
    144: 'exportingProcessId',
    145: 'templateId',
    148: 'flow_id',
    149: 'observationDomainId',
    158: 'start_delta',
    159: 'end_delta',
    161: 'flow_duration',
    164: 'ignoredPacketTotalCount',
    165: 'ignoredOctetTotalCount',
    166: 'notSentFlowTotalCount',
    167: 'notSentPacketTotalCount',
    168: 'notSentOctetTotalCount',
    176: 'icmp_type',
    177: 'icmp_code',
    178: 'icmp_type6',
    179: 'icmp_code6',
    180: 'udp_src_port',
    181: 'udp_dst_port',
    182: 'tcp_src_port',
    183: 'tcp_dst_port',
    192: 'ipTTL',
    224: 'ipTotalLength',
    227: 'nat_src_port',
    228: 'nat_dst_port',
    229: 'natOriginatingAddressRealm',
    230: 'natEvent',
    231: 'bytes',
    232: 'reply_bytes',
    233: 'firewall_event',
    234: 'ingressVRFID',
    235: 'egressVRFID',
    239: 'biflowDirection',
    243: 'dot1qVlanId',
    244: 'dot1qPriority',
    256: 'ethernetType',
    298: 'packets',
    299: 'reply_packets',
    302: 'selector_id',
    304: 'selectorAlgorithm',
    305: 'sampling_packets',
    306: 'sampling_space',
    309: 'samplingSize',
    310: 'samplingPopulation',
    352: 'layer2OctetDeltaCount',
    361: 'portRangeStart',
    362: 'portRangeEnd',
  }),
  ...of('ip', {
    8: 'src_ip',
    12: 'dst_ip',
    15: 'next_hop',
    18: 'bgp_next_hop',
    27: 'src_ip',
    28: 'dst_ip',
    62: 'next_hop',
    63: 'bgp_next_hop',
    131: 'exporterIPv6Address',
    225: 'nat_src_ip',
    226: 'nat_dst_ip',
    281: 'nat_src_ip',
    282: 'nat_dst_ip',
  }),
  ...of('mac', { 56: 'src_mac', 57: 'postDestinationMac', 80: 'dst_mac', 81: 'postSourceMac' }),
  ...of('text', {
    82: 'interfaceName',
    83: 'interfaceDescription',
    84: 'samplerName',
    94: 'applicationDescription',
    96: 'application_name',
    147: 'wlanSSID',
    236: 'VRFname',
    335: 'selectorName',
    371: 'user_name',
    459: 'http_method',
    460: 'http_host',
    461: 'http_path',
    468: 'http_user_agent',
  }),
  ...of('seconds', { 150: 'start_time', 151: 'end_time', 322: 'observationTimeSeconds' }),
  ...of('millis', {
    152: 'start_time',
    153: 'end_time',
    160: 'init_time',
    323: 'event_time',
  }),
  ...of('ntp', { 154: 'start_time', 155: 'end_time', 156: 'start_time', 157: 'end_time' }),
]);

/** The numbers of what flows in the other direction (RFC 5103). */
const REVERSE_ENTERPRISE = 29_305;
/** NetFlow v9 names what an option speaks of by numbers of its own. */
const V9_SCOPES = ['', 'system', 'interface', 'lineCard', 'cache', 'template'];

/** What an element is: IANA's, its reverse, or an enterprise's own, which is kept as hexadecimal text. */
export function elementOf(id: number, enterprise: number): Element {
  if (enterprise === 0) return ELEMENTS.get(id) ?? { name: `element_${id}`, kind: 'octets' };
  const forward = enterprise === REVERSE_ENTERPRISE ? ELEMENTS.get(id) : undefined;
  if (forward) return { name: `reply_${forward.name}`, kind: forward.kind };
  return { name: `enterprise_${enterprise}_${id}`, kind: 'octets' };
}

/** What a scope of a NetFlow v9 option is. */
export const scopeOf = (id: number): Element => ({
  name: `scope_${V9_SCOPES[id] || id}`,
  kind: 'octets',
});
