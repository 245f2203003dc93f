import {
  type ConnectionOptions,
  checkServerIdentity,
  connect,
  type DetailedPeerCertificate,
  getCACertificates,
  type SecureVersion,
  type TLSSocket,
} from 'node:tls';
import type { Certificate, TlsFact, TlsOutcome } from '@cordon/core';
import { toEpochMs } from '@cordon/core';

const HANDSHAKE_MS = 4_000;
/** TLS 1.3 tells a missing client certificate only after the handshake. */
const AFTERTHOUGHT_MS = 300;
const MAX_CHAIN = 10;
const VERSIONS: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
/** Everything OpenSSL knows; asked for only to tell why the usual does not work. */
const OLD_CIPHERS = 'ALL:@SECLEVEL=0';

export interface TlsPlace {
  readonly address: string;
  readonly port: number;
  /** Empty: none is sent. */
  readonly serverName: string;
  /** The application protocol to offer. */
  readonly alpn?: string;
  /** Are the versions asked for one by one, though the usual handshake works? */
  readonly isEachVersionTried?: boolean;
}

interface Tried {
  readonly outcome: TlsOutcome;
  readonly detail: string;
  readonly distrust?: string;
  readonly peer?: DetailedPeerCertificate;
  readonly alpn?: string;
}

/** One handshake as every client makes it; where it fails, others that tell why. */
export async function tryTls(place: TlsPlace): Promise<TlsFact> {
  const { alpn: offered, isEachVersionTried = false } = place;
  const usual = await shake(place, offered === undefined ? {} : { ALPNProtocols: [offered] });
  const { outcome, detail, distrust, peer, alpn } = usual;
  if (outcome === 'ok' && peer !== undefined) {
    const told = place.serverName === '' ? place.address : place.serverName;
    const isNameCovered = checkServerIdentity(told, peer) === undefined;
    return {
      outcome,
      detail,
      isNameCovered,
      certificate: toCertificate(peer),
      ...(distrust === undefined ? {} : { distrust }),
      ...(alpn === undefined ? {} : { alpn }),
      ...(isEachVersionTried ? { versions: await listVersions(place) } : {}),
    };
  }
  const failed = { outcome, detail, isNameCovered: false };
  if (outcome === 'ok' || outcome === 'silent' || outcome === 'not-tls') return failed;
  const [versions, unnamed, old] = await Promise.all([
    listVersions(place),
    shake({ ...place, serverName: '' }, {}),
    shake(place, { minVersion: 'TLSv1.2', ciphers: OLD_CIPHERS }),
  ]);
  return {
    ...failed,
    versions,
    worksUnnamed: place.serverName !== '' && unnamed.outcome === 'ok',
    worksWithOld: old.outcome === 'ok',
  };
}

/** The versions that are accepted when each is asked for alone. */
async function listVersions(place: TlsPlace): Promise<readonly string[]> {
  const each = await Promise.all(
    VERSIONS.map((version) =>
      shake(place, { minVersion: version, maxVersion: version, ciphers: 'DEFAULT:@SECLEVEL=0' }),
    ),
  );
  return VERSIONS.filter((_, nth) => each[nth]?.outcome === 'ok');
}

/** A handshake by itself. Nothing is sent over it; an untrusted chain is looked at, not believed. */
function shake(
  { address, port, serverName }: TlsPlace,
  options: ConnectionOptions,
): Promise<Tried> {
  return new Promise((resolve) => {
    const socket = connect({
      host: address,
      port,
      rejectUnauthorized: false,
      ca: [...getCACertificates('default'), ...getCACertificates('system')],
      ...(serverName === '' ? {} : { servername: serverName }),
      ...options,
    });
    let isSecure = false;
    const end = (tried: Tried): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(tried);
    };
    const timer = setTimeout(
      () => end(isSecure ? toTried(socket) : { outcome: 'silent', detail: 'no answer' }),
      HANDSHAKE_MS,
    );
    socket.once('secureConnect', () => {
      isSecure = true;
      const seen = toTried(socket);
      setTimeout(() => end(seen), AFTERTHOUGHT_MS);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => end(toFailure(error)));
    socket.once('close', () => {
      if (!isSecure) end({ outcome: 'closed', detail: 'the server closed the connection' });
    });
  });
}

function toTried(socket: TLSSocket): Tried {
  const distrust = socket.authorizationError as Error | string | null | undefined;
  const word =
    distrust instanceof Error
      ? ((distrust as NodeJS.ErrnoException).code ?? distrust.message)
      : distrust;
  return {
    outcome: 'ok',
    detail: `${socket.getProtocol()} ${socket.getCipher().name}`,
    peer: socket.getPeerCertificate(true),
    ...(socket.alpnProtocol ? { alpn: socket.alpnProtocol } : {}),
    ...(word ? { distrust: String(word) } : {}),
  };
}

const BY_WORD: readonly (readonly [RegExp, TlsOutcome])[] = [
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNEXPECTED_MESSAGE|BAD_RECORD_TYPE|RECORD_LAYER_FAILURE/,
    'not-tls',
  ],
  [/CERTIFICATE_REQUIRED/, 'alert-certificate-required'],
  [/UNRECOGNIZED_NAME/, 'alert-name'],
  [/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|NO_PROTOCOLS/, 'alert-version'],
  [
    /HANDSHAKE_FAILURE|INSUFFICIENT_SECURITY|NO_SHARED_CIPHER|ILLEGAL_PARAMETER|DH_KEY_TOO_SMALL|WRONG_CURVE|BAD_ECPOINT|KEY_TOO_SMALL|UNSUPPORTED_SIGNATURE/,
    'alert-handshake',
  ],
  [/ECONNRESET|EPIPE/, 'reset'],
];

function toFailure(error: NodeJS.ErrnoException): Tried {
  const word = `${error.code ?? ''} ${error.message}`;
  if (/before secure TLS connection/.test(error.message))
    return {
      outcome: error.code === 'ECONNRESET' ? 'closed' : 'reset',
      detail: 'the connection ended during the handshake',
    };
  const [, outcome = 'alert-other'] = BY_WORD.find(([pattern]) => pattern.test(word)) ?? [];
  return { outcome, detail: (error.code ?? error.message).slice(0, 120) };
}

function toCertificate(peer: DetailedPeerCertificate): Certificate {
  const names = (peer.subjectaltname ?? '')
    .split(', ')
    .map((name) => name.replace(/^(?:DNS|IP Address):/, ''));
  let chainLength = 1;
  let above = peer.issuerCertificate as DetailedPeerCertificate | undefined;
  const seen = new Set([peer.fingerprint256]);
  while (
    above?.fingerprint256 !== undefined &&
    !seen.has(above.fingerprint256) &&
    chainLength < MAX_CHAIN
  ) {
    seen.add(above.fingerprint256);
    chainLength += 1;
    above = above.issuerCertificate as DetailedPeerCertificate | undefined;
  }
  return {
    names: names.filter((name) => name !== ''),
    issuer: String(peer.issuer?.CN ?? peer.issuer?.O ?? ''),
    subject: String(peer.subject?.CN ?? ''),
    notBefore: toEpochMs(Date.parse(peer.valid_from)),
    notAfter: toEpochMs(Date.parse(peer.valid_to)),
    chainLength,
    isSelfSigned: JSON.stringify(peer.issuer) === JSON.stringify(peer.subject),
  };
}
