/*
 * Every cause the doctor can name, with its layer, what it means, what to do and how to see that it helped.
 * `{…}` is filled in from the fault; the command is for a person to read and run, never run by Cordon.
 */

export type Layer =
  | 'own-action'
  | 'names'
  | 'route'
  | 'link'
  | 'firewall'
  | 'mtu'
  | 'tcp'
  | 'tls'
  | 'http'
  | 'auth'
  | 'service';

export interface CauseEntry {
  readonly layer: Layer;
  readonly title: string;
  readonly fix: string;
  readonly confirm: string;
}

type Sentences = readonly [title: string, fix: string, confirm: string];

const entry = (layer: Layer, [title, fix, confirm]: Sentences): CauseEntry => ({
  layer,
  title,
  fix,
  confirm,
});

export const CAUSES = {
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
  'path-silent': entry('route', [
    'nothing comes back from the address',
    'look where the path ends ({hop}): a filter there, or the machine is down',
    'traceroute {address}',
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
  refused: entry('tcp', [
    'the connection is refused',
    'see at the target whether something listens on port {port}; if so, a filter rejects it',
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

  'not-tls': entry('tls', [
    'the port does not speak TLS',
    'use the port for TLS, or the protocol without it',
    'openssl s_client -connect {address}:{port}',
  ]),
  'tls-version': entry('tls', [
    'both sides have no TLS version in common',
    'let the server speak TLS 1.2 or newer (it speaks {versions})',
    'openssl s_client -connect {address}:{port} -tls1_2',
  ]),
  'tls-parameters': entry('tls', [
    'both sides have no cipher or curve in common',
    'allow modern ciphers and curves at the server',
    'openssl s_client -connect {address}:{port}',
  ]),
  'tls-name-refused': entry('tls', [
    'the server does not know the name',
    'add {host} to the server, or use the name it has',
    'openssl s_client -connect {address}:{port} -servername {host}',
  ]),
  'sni-filtered': entry('tls', [
    'something cuts the connection because of the name in it',
    'ask who filters by name on the way',
    'openssl s_client -connect {address}:{port} -noservername',
  ]),
  'client-certificate': entry('tls', [
    'the server wants a client certificate',
    'give the client its certificate',
    'openssl s_client -connect {address}:{port} -cert FILE',
  ]),
  'tls-fails': entry('tls', [
    'the handshake fails',
    'look at the log of the server: {detail}',
    'openssl s_client -connect {address}:{port}',
  ]),
  'certificate-expired': entry('tls', [
    'the certificate has expired',
    'renew it',
    'openssl s_client -connect {address}:{port} | openssl x509 -noout -dates',
  ]),
  'certificate-not-yet': entry('tls', [
    'the certificate is not valid yet',
    'use one that is valid now',
    'openssl s_client -connect {address}:{port} | openssl x509 -noout -dates',
  ]),
  'certificate-name': entry('tls', [
    'the certificate is for another name',
    'use one of {names}, or a certificate for {host}',
    'openssl s_client -connect {address}:{port} -servername {host}',
  ]),
  'certificate-self-signed': entry('tls', [
    'the certificate is signed by itself',
    'use one of a known authority, or trust this one',
    'openssl s_client -connect {address}:{port}',
  ]),
  'chain-incomplete': entry('tls', [
    'the server leaves out an intermediate certificate',
    'let the server send the whole chain',
    'openssl s_client -connect {address}:{port} -showcerts',
  ]),
  'authority-unknown': entry('tls', [
    'the authority is not trusted here',
    'add the authority to the trust store of this machine',
    'openssl s_client -connect {address}:{port}',
  ]),

  'clock-skew': entry('auth', [
    'the clocks differ',
    'synchronise the clock of {skewed}',
    'chronyc tracking; date -u',
  ]),
  'not-authenticated': entry('auth', [
    'it wants other credentials',
    'log in again, or renew the token',
    'curl -i {url}',
  ]),
  'token-expired': entry('auth', ['the token has expired', 'renew the token', 'curl -i {url}']),
  'not-allowed': entry('auth', [
    'the credentials do not allow it',
    'give the account the right, or use another',
    'curl -i {url}',
  ]),
  'login-method': entry('auth', [
    'both sides have no way of logging in in common',
    'let the server offer a method the client has: {detail}',
    'see the log of the server',
  ]),
  'not-allowed-from-here': entry('auth', [
    'the service does not allow this address',
    'add the address to the access list of the service: {detail}',
    'see the access list of the service',
  ]),

  'upstream-down': entry('http', [
    'what stands behind the gateway does not answer',
    'start the service behind it, or correct its address there',
    'curl -i {url}',
  ]),
  'upstream-slow': entry('http', [
    'what stands behind the gateway is too slow',
    'see why it is slow, or give it more time',
    'curl -i {url}',
  ]),
  unavailable: entry('http', [
    'the service says it is not available',
    'see its log: maintenance or overload',
    'curl -i {url}',
  ]),
  'server-error': entry('http', ['the service fails inside', 'see its log', 'curl -i {url}']),
  'not-found': entry('http', [
    'there is nothing at the path',
    'correct the path, or the route at the server',
    'curl -i {url}',
  ]),
  'method-refused': entry('http', [
    'the method is not allowed',
    'use a method that {url} takes',
    'curl -i -X OPTIONS {url}',
  ]),
  'too-large': entry('http', [
    'the request is larger than the server takes',
    'send less, or raise the limit at the server or the proxy',
    'curl -i {url}',
  ]),
  'rate-limited': entry('http', [
    'too many requests were made',
    'wait, or ask for a higher limit',
    'curl -i {url}',
  ]),
  'proxy-login': entry('http', [
    'a proxy wants credentials',
    'give the client its proxy credentials',
    'curl -i -x PROXY {url}',
  ]),
  'upgrade-required': entry('http', [
    'the server wants another version of the protocol',
    'use the protocol it names: {detail}',
    'curl -i {url}',
  ]),
  'client-error': entry('http', [
    'the server does not accept the request',
    'see what it answers: {detail}',
    'curl -i {url}',
  ]),
  'redirect-loop': entry('http', [
    'redirects go round in a circle',
    'correct the redirects: often a proxy that ends TLS and a server that insists on it',
    'curl -iL {url}',
  ]),
  'redirect-broken': entry('http', [
    'it redirects to where nothing answers',
    'correct the redirect to {detail}',
    'curl -iL {url}',
  ]),
  'not-http': entry('http', ['the port does not speak HTTP', 'correct the port', 'curl -i {url}']),
  'needs-tls': entry('http', ['the port wants TLS', 'use https', 'curl -i https://{host}:{port}/']),
  'http2-only': entry('http', [
    'the server speaks only HTTP/2',
    'use a client with HTTP/2, or allow HTTP/1.1',
    'curl -i --http2-prior-knowledge {url}',
  ]),
  'answer-cut-off': entry('http', [
    'the answer ends before it is whole',
    'look at time limits and buffers of what stands between',
    'curl -i {url}',
  ]),

  'too-many-connections': entry('service', [
    'the service has all its connections taken',
    'close some, or raise the limit',
    'see the list of connections of the service',
  ]),
  'starting-up': entry('service', [
    'the service is starting or stopping',
    'wait, then see its log',
    'nc -v {address} {port}',
  ]),
  busy: entry('service', [
    'the service turns callers away for now',
    'see its load and log: {detail}',
    'nc -v {address} {port}',
  ]),
  algorithms: entry('service', [
    'both sides have no algorithm in common',
    'allow a modern algorithm at the server: {detail}',
    'ssh -vv {host} -p {port}',
  ]),
  'old-protocol': entry('service', [
    'the server speaks a version that is no longer spoken',
    'update the server: {detail}',
    'nc -v {address} {port}',
  ]),
  'other-protocol': entry('service', [
    'another service answers at the port',
    'correct the port: {detail}',
    'nc -v {address} {port}',
  ]),
} as const satisfies Readonly<Record<string, CauseEntry>>;

export type CauseCode = keyof typeof CAUSES;
