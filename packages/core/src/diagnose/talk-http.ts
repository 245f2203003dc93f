import type { CauseCode } from './causes.ts';
import { ask, type Fault, fault, type Walk, type Words } from './diagnosis.ts';
import type { HttpFact } from './fact.ts';
import { smallerMtu } from './path-mtu.ts';
import { isSkewed, skew } from './talk-tls.ts';
import type { Target } from './target.ts';

const BY_STATUS: Readonly<Record<number, CauseCode>> = {
  401: 'not-authenticated',
  403: 'not-allowed',
  404: 'not-found',
  405: 'method-refused',
  407: 'proxy-login',
  410: 'not-found',
  413: 'too-large',
  414: 'too-large',
  426: 'upgrade-required',
  429: 'rate-limited',
  431: 'too-large',
  500: 'server-error',
  502: 'upstream-down',
  503: 'unavailable',
  504: 'upstream-slow',
  505: 'upgrade-required',
};

/** Why a request over HTTP gets no good answer. */
export function* walkHttp(target: Target, address: string): Walk<readonly Fault[]> {
  const { host, port, path, service } = target;
  const isTls = service === 'https';
  const http = yield* ask<'http'>({ kind: 'http', address, port, host, path, isTls });
  if (http === undefined) return [];
  const url = `${service}://${host}:${port}${path}`;
  const words: Words = { host, port, address, url, detail: detailOf(http) };
  if (http.outcome === 'silent') {
    const small = yield* smallerMtu(target, address);
    return (
      small ?? [
        fault(
          'service-hangs',
          [`the request was not answered within ${Math.round(http.ms)} ms`],
          words,
        ),
      ]
    );
  }
  if (http.outcome === 'cut-off') {
    const small = yield* smallerMtu(target, address);
    return (
      small ?? [
        fault('answer-cut-off', ['the connection ended in the middle of the answer'], words),
      ]
    );
  }
  if (http.outcome !== 'answer') return [fault(OUTCOMES[http.outcome], [tell(http)], words)];
  if (http.brokenRedirect !== undefined)
    return [
      fault(
        'redirect-broken',
        [`it redirects to ${http.brokenRedirect}, which cannot be reached`],
        { ...words, detail: http.brokenRedirect },
      ),
    ];
  return yield* whyStatus({ target, address, http, words });
}

const OUTCOMES: Readonly<
  Record<Exclude<HttpFact['outcome'], 'answer' | 'silent' | 'cut-off'>, CauseCode>
> = {
  reset: 'reset-early',
  closed: 'closes-at-once',
  'not-http': 'not-http',
  'needs-tls': 'needs-tls',
  'redirects-forever': 'redirect-loop',
  'http2-only': 'http2-only',
};

interface Answered {
  readonly target: Target;
  readonly address: string;
  readonly http: HttpFact;
  readonly words: Words;
}

function* whyStatus({ target, address, http, words }: Answered): Walk<readonly Fault[]> {
  const status = http.status ?? 0;
  if (status < 400) return [];
  const told = [tell(http)];
  if (status === 401 || status === 403) {
    const clock = yield* ask<'clock'>({
      kind: 'clock',
      address,
      port: target.port,
      isTls: target.service === 'https',
    });
    if (isSkewed(clock)) return [skew(clock, words)];
    if (/expired/i.test(http.headers['www-authenticate'] ?? ''))
      return [fault('token-expired', told, words)];
  }
  const known = BY_STATUS[status];
  return [fault(known ?? (status >= 500 ? 'server-error' : 'client-error'), told, words)];
}

function tell({ outcome, status, redirects, server }: HttpFact): string {
  const by = server === undefined ? '' : ` from ${server}`;
  if (outcome === 'answer') return `the answer is ${status}${by}`;
  if (outcome === 'redirects-forever')
    return `it redirects ${redirects.length} times: ${redirects.slice(0, 4).join(' -> ')}`;
  return `the conversation ends with: ${outcome}`;
}

const detailOf = ({ status, headers }: HttpFact): string =>
  [
    status === undefined ? '' : `status ${status}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
    .filter((part) => part !== '')
    .join('; ');
