import { entry } from './cause-entry.ts';

/** Causes on the way to a port. */
export const CAUSES_OF_PATH = {
  'own-block': entry('own-action', [
    'an action of Cordon holds it back',
    'undo the action {action}',
    'cordon diagnose {target}',
  ]),

  'name-unknown': entry('names', [
    'the name does not exist',
    'correct the name, or add its record',
    'dig +short {host}',
  ]),
  'no-address-record': entry('names', [
    'the name has no address',
    'add an A or AAAA record',
    'dig +short {host} A; dig +short {host} AAAA',
  ]),
  'lookup-broken': entry('names', [
    "the resolvers know the name, this machine's own way of looking up does not",
    'see /etc/nsswitch.conf and the local resolver service',
    'getent hosts {host}; dig @{resolver} {host}',
  ]),
  'no-resolver': entry('names', [
    'no resolver is configured',
    'name a resolver in /etc/resolv.conf or the network settings',
    'getent hosts {host}',
  ]),
  'resolver-silent': entry('names', [
    'no resolver answers',
    'start or reach the resolver {resolver}, or configure another',
    'dig @{resolver} {host}',
  ]),
  'resolver-failure': entry('names', [
    'the resolver cannot find it out',
    "look at the zone's own servers: one is gone or answers for another zone",
    'dig @{resolver} {host}; dig +trace {host}',
  ]),
  'resolver-refuses': entry('names', [
    'the resolver refuses to answer',
    'allow this network at {resolver}, or use the resolver meant for it',
    'dig @{resolver} {host}',
  ]),
  'dnssec-bogus': entry('names', [
    'the signatures of the zone do not hold',
    'have the zone signed again, or its DS record corrected',
    'dig +cd @{resolver} {host}; dig @{resolver} {host}',
  ]),
  'resolvers-disagree': entry('names', [
    'the resolvers know different addresses',
    'clear the cache of {resolver}, or correct its zone',
    'dig @{resolver} +short {host}',
  ]),
  'hosts-file': entry('names', [
    'the hosts file names another address',
    'remove the line for {host} from the hosts file',
    'getent hosts {host}',
  ]),
  'dead-first-resolver': entry('names', [
    'a configured resolver is dead and every lookup waits for it',
    'remove {resolver} from the configuration',
    'dig @{resolver} {host}',
  ]),

  'link-down': entry('link', [
    'the network link is down',
    'bring {device} up',
    'ip link show {device}',
  ]),
  'no-route': entry('route', [
    'there is no route',
    'add a route to {address}, or a default route',
    'ip route get {address}',
  ]),
  'route-blackhole': entry('route', [
    'a route throws the packets away',
    'remove the blackhole, unreachable or prohibit route',
    'ip route get {address}',
  ]),
  'gateway-gone': entry('link', [
    'the next hop {gateway} does not answer',
    'start the gateway, or correct the route to it',
    'ip neigh show {gateway}; ping {gateway}',
  ]),
  'host-gone': entry('link', [
    'no machine answers at the address',
    'start the machine, or correct the address',
    'ping {address}',
  ]),
  'routing-loop': entry('route', [
    'packets go round in a circle',
    'correct the route on {hop}',
    'traceroute {address}',
  ]),
  'beyond-router': entry('route', [
    'a router on the way knows no way on',
    'give {hop} a route to {address}',
    'traceroute {address}',
  ]),
  'no-return-path': entry('route', [
    'the way back is missing or another one',
    'give the target a route back to {source}',
    'ip route get {source}',
  ]),
  'packet-loss': entry('link', [
    'packets are lost on the way',
    'look at errors of the links on the way',
    'ping -c 50 {address}',
  ]),
  'ipv6-broken': entry('route', [
    'IPv6 is announced but does not work',
    'repair IPv6, or take the AAAA record away',
    'ping -6 {host}',
  ]),

  'local-firewall': entry('firewall', [
    'a filter on this machine forbids it',
    'allow {address} port {port} in the local filter',
    'nft list ruleset',
  ]),
  'firewall-drops': entry('firewall', [
    'a filter drops it without a word',
    'allow port {port} where the path ends ({hop})',
    'nc -vz {address} {port}',
  ]),
  'firewall-rejects': entry('firewall', [
    'a filter rejects it',
    'allow port {port} at {hop}',
    'nc -vz {address} {port}',
  ]),

  'mtu-black-hole': entry('mtu', [
    'large packets vanish',
    'let "packet too big" through, or clamp the segment size to {mtu}',
    'ping -M do -s {payload} {address}',
  ]),

  'not-listening': entry('tcp', [
    'nothing listens at the port',
    'start the service, or correct the port',
    'ss -ltn "sport = :{port}"',
  ]),
  'listens-locally': entry('tcp', [
    'the service listens only for its own machine',
    'let it listen on {address}',
    'ss -ltn "sport = :{port}"',
  ]),
  'backlog-full': entry('tcp', [
    'connections wait to be accepted and the queue is full',
    'the service is stuck or too slow: restart it, or raise its backlog',
    'ss -ltn "sport = :{port}"',
  ]),
  'ports-exhausted': entry('tcp', [
    'this machine has no local port left',
    'close or reuse connections; widen net.ipv4.ip_local_port_range',
    'ss -s',
  ]),
  'descriptors-exhausted': entry('tcp', [
    'this machine has no file descriptor left',
    'find who leaks them, or raise the limit',
    'cat /proc/sys/fs/file-nr',
  ]),
  'conntrack-full': entry('tcp', [
    'the table of tracked connections is full',
    'raise nf_conntrack_max, or see who opens so many',
    'cat /proc/sys/net/netfilter/nf_conntrack_count',
  ]),
  'reset-early': entry('tcp', [
    'the connection is reset as soon as it is used',
    'look at the log of the service and of what stands before it',
    'nc -v {address} {port}',
  ]),
  'service-hangs': entry('service', [
    'it accepts and never answers',
    'the service is stuck: look at its threads and what it waits for',
    'nc -v {address} {port}',
  ]),
  'closes-at-once': entry('service', [
    'it accepts and closes at once',
    'look at the log of the service: a limit, an access list, a crash',
    'nc -v {address} {port}',
  ]),
} as const;
