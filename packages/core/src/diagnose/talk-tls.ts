import { DAY_MS } from '../shared/time.ts';
import type { CauseCode } from './causes.ts';
import { ask, type Fault, fault, type Walk, type Words } from './diagnosis.ts';
import type { Certificate, ClockFact, TlsFact } from './fact.ts';
import { isAddress } from './names.ts';
import { smallerMtu } from './path-mtu.ts';
import type { Target } from './target.ts';

/** From so far apart a certificate or a ticket may be refused for the clock alone. */
const SKEW_MS = 60_000;

/** Why a TLS handshake fails, or succeeds with a certificate nobody should trust. */
export function* walkTls(target: Target, address: string): Walk<readonly Fault[]> {
  const { host, port } = target;
  const serverName = isAddress(host) ? '' : host;
  const tls = yield* ask<'tls'>({ kind: 'tls', address, port, serverName });
  if (tls === undefined) return [];
  const words: Words = {
    host,
    port,
    address,
    detail: tls.detail,
    versions: tls.versions?.join(', ') ?? 'none of them',
  };
  if (tls.outcome === 'silent') {
    const small = yield* smallerMtu(target, address);
    return small ?? [fault('service-hangs', ['the greeting of TLS is never answered'], words)];
  }
  if (tls.outcome !== 'ok') return [whyNoHandshake(tls, words)];
  return yield* whyDistrusted({ target, address, tls, words });
}

function whyNoHandshake(tls: TlsFact, words: Words): Fault {
  const told = [`the handshake ends with: ${tls.detail}`];
  const unnamed = whyOnlyUnnamed(tls);
  if (unnamed !== undefined)
    return fault(unnamed, [...told, 'without the name it succeeds'], words);
  if (tls.outcome === 'not-tls') return fault('not-tls', told, words);
  if (tls.outcome === 'alert-certificate-required') return fault('client-certificate', told, words);
  if (tls.outcome === 'alert-name') return fault('tls-name-refused', told, words);
  if (isOldOnly(tls.versions ?? []))
    return fault('tls-version', [...told, `it accepts ${tls.versions?.join(', ')} only`], words);
  if (tls.worksWithOld)
    return fault('tls-parameters', [...told, 'with old ciphers and curves it succeeds'], words);
  return fault(BY_OUTCOME[tls.outcome] ?? 'tls-fails', told, words);
}

const BY_OUTCOME: Partial<Record<TlsFact['outcome'], CauseCode>> = {
  'alert-version': 'tls-version',
  'alert-handshake': 'tls-parameters',
  reset: 'reset-early',
  closed: 'reset-early',
};

function whyOnlyUnnamed({ outcome, worksUnnamed }: TlsFact): CauseCode | undefined {
  if (!worksUnnamed) return undefined;
  if (outcome === 'alert-name') return 'tls-name-refused';
  return outcome === 'reset' || outcome === 'closed' ? 'sni-filtered' : undefined;
}

const isOldOnly = (versions: readonly string[]): boolean =>
  versions.length > 0 && versions.every((version) => version === 'TLSv1' || version === 'TLSv1.1');

interface Distrusted {
  readonly target: Target;
  readonly address: string;
  readonly tls: TlsFact;
  readonly words: Words;
}

function* whyDistrusted({ target, address, tls, words }: Distrusted): Walk<readonly Fault[]> {
  const { certificate } = tls;
  if (certificate === undefined) return [];
  const clock = yield* ask<'clock'>({ kind: 'clock', address, port: target.port, isTls: true });
  const dated = whyDates(certificate, { clock, words });
  if (dated !== undefined) return [dated];
  if (tls.distrust !== undefined && !isNameOnly(tls.distrust))
    return [whyChain(tls.distrust, certificate, words)];
  if (!tls.isNameCovered) {
    const names = certificate.names.slice(0, 5).join(', ');
    return [fault('certificate-name', [`the certificate is for ${names}`], { ...words, names })];
  }
  return [];
}

const isNameOnly = (distrust: string): boolean =>
  distrust === 'ERR_TLS_CERT_ALTNAME_INVALID' || distrust === 'HOSTNAME_MISMATCH';

interface Dated {
  readonly clock: ClockFact | undefined;
  readonly words: Words;
}

/** The dates of a certificate against both clocks: where they disagree, the clock is the cause. */
function whyDates(
  { notBefore, notAfter }: Certificate,
  { clock, words }: Dated,
): Fault | undefined {
  const here = clock?.localAt ?? 0;
  if (clock === undefined || here === 0) return undefined;
  const isOff = (at: number) => at < notBefore || at > notAfter;
  const theirs = here - (clock.offsetMs ?? 0);
  if (!isOff(here)) return undefined;
  if (Math.abs(clock.offsetMs ?? 0) > SKEW_MS && !isOff(theirs)) return skew(clock, words);
  const days = (ms: number) => `${Math.max(0, Math.round(ms / DAY_MS))} days`;
  return here > notAfter
    ? fault(
        'certificate-expired',
        [`it ended ${new Date(notAfter).toISOString()}, ${days(here - notAfter)} ago`],
        words,
      )
    : fault(
        'certificate-not-yet',
        [`it begins ${new Date(notBefore).toISOString()}, in ${days(notBefore - here)}`],
        words,
      );
}

/** Clocks that differ by more than a minute. */
export function skew(clock: ClockFact, words: Words): Fault {
  const seconds = Math.round((clock.offsetMs ?? 0) / 1_000);
  const evidence = [
    `this clock is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} ${clock.toldBy}`,
  ];
  return fault('clock-skew', evidence, { ...words, skewed: `this machine or ${clock.toldBy}` });
}

export const isSkewed = (clock: ClockFact | undefined): clock is ClockFact =>
  Math.abs(clock?.offsetMs ?? 0) > SKEW_MS;

function whyChain(
  distrust: string,
  { chainLength, isSelfSigned, issuer }: Certificate,
  words: Words,
): Fault {
  const told = [`the chain is not trusted: ${distrust}`, `issued by ${issuer}`];
  if (isSelfSigned) return fault('certificate-self-signed', told, words);
  const isLeafAlone = chainLength < 2 && /LEAF_SIGNATURE|ISSUER/.test(distrust);
  return fault(isLeafAlone ? 'chain-incomplete' : 'authority-unknown', told, words);
}
