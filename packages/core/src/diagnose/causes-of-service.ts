import { entry } from './cause-entry.ts';

/** Causes in what answers at a port. */
export const CAUSES_OF_SERVICE = {
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
} as const;
