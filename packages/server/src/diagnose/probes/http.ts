import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import type { HttpFact, HttpOutcome } from '@cordon/core';

const ANSWER_MS = 5_000;
const MAX_REDIRECTS = 10;
const MAX_BODY_BYTES = 256 * 1024;
const TOLD_HEADERS = [
  'www-authenticate',
  'proxy-authenticate',
  'retry-after',
  'via',
  'upgrade',
  'location',
] as const;
/** Enough of a body to see that it asks for TLS. */
const START_BYTES = 512;
const TLS_RECORD = 0x15;

export interface HttpPlace {
  readonly address: string;
  readonly port: number;
  readonly host: string;
  readonly path: string;
  readonly isTls: boolean;
  /** Looked for in the body, as far as it is read. */
  readonly lookFor?: string;
}

interface Got {
  readonly outcome: HttpOutcome;
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly server?: string;
  readonly hasBody?: boolean;
}

/** One GET, redirects followed by name, at most ten; bodies are read to their end and forgotten. */
export async function tryHttp(place: HttpPlace): Promise<HttpFact> {
  const begun = performance.now();
  const redirects: string[] = [];
  let at: HttpPlace | undefined = place;
  let got: Got = { outcome: 'silent', headers: {} };
  while (at !== undefined) {
    got = await get(at);
    if (got.outcome !== 'answer' && redirects.length > 0) {
      const brokenRedirect = redirects.at(-1) ?? '';
      return {
        ...got,
        outcome: 'answer',
        ms: performance.now() - begun,
        redirects,
        brokenRedirect,
      };
    }
    const next = nextPlace(at, got);
    if (next === undefined) break;
    redirects.push(toUrl(next));
    if (redirects.length > MAX_REDIRECTS)
      return { ...got, outcome: 'redirects-forever', ms: performance.now() - begun, redirects };
    at = next;
  }
  return { ...got, ms: performance.now() - begun, redirects };
}

const toUrl = ({ isTls, host, port, path }: HttpPlace): string =>
  `${isTls ? 'https' : 'http'}://${host}:${port}${path}`;

function nextPlace(at: HttpPlace, { status = 0, headers }: Got): HttpPlace | undefined {
  const location = headers['location'];
  if (status < 300 || status > 399 || location === undefined) return undefined;
  const url = URL.parse(location, toUrl(at));
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  const isTls = url.protocol === 'https:';
  const port = Number(url.port) || (isTls ? 443 : 80);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    ...at,
    host,
    port,
    isTls,
    path: `${url.pathname}${url.search}`,
    address: host === at.host ? at.address : host,
  };
}

function get({ address, port, host, path, isTls, lookFor }: HttpPlace): Promise<Got> {
  return new Promise((resolve) => {
    const send = isTls ? requestTls : requestPlain;
    const request = send({
      host: address,
      port,
      path,
      method: 'GET',
      agent: false,
      timeout: ANSWER_MS,
      headers: {
        host: port === (isTls ? 443 : 80) ? host : `${host}:${port}`,
        accept: '*/*',
        'user-agent': 'cordon-diagnose',
      },
      ...(isTls ? { servername: host, rejectUnauthorized: false } : {}),
    });
    const timer = setTimeout(() => end({ outcome: 'silent', headers: {} }), ANSWER_MS);
    const end = (got: Got): void => {
      clearTimeout(timer);
      request.destroy();
      resolve(got);
    };
    request.once('response', (response) => readToEnd(response, lookFor, end));
    request.once('upgrade', (response) => end(toGot(response, 'answer')));
    request.once('error', (error: NodeJS.ErrnoException & { rawPacket?: Uint8Array }) =>
      end({ outcome: toOutcome(error), headers: {} }),
    );
    request.end();
  });
}

function readToEnd(
  response: IncomingMessage,
  lookFor: string | undefined,
  end: (got: Got) => void,
): void {
  const kept = lookFor === undefined ? START_BYTES : MAX_BODY_BYTES;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const text = (): string => Buffer.concat(chunks).subarray(0, kept).toString('utf8');
  const found = (): Pick<Got, 'hasBody'> =>
    lookFor === undefined ? {} : { hasBody: text().includes(lookFor) };
  response.on('data', (chunk: Uint8Array) => {
    if (bytes < kept) chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) end({ ...toGot(response, 'answer'), ...found() });
  });
  response.once('end', () => {
    const isAskingTls =
      response.statusCode === 400 &&
      /HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS/i.test(text());
    end({ ...toGot(response, isAskingTls ? 'needs-tls' : 'answer'), ...found() });
  });
  const cut = (): void => end(toGot(response, 'cut-off'));
  response.once('error', cut);
  response.once('aborted', cut);
}

function toGot(response: IncomingMessage, outcome: HttpOutcome): Got {
  const told = TOLD_HEADERS.flatMap((name) => {
    const value = response.headers[name];
    return value === undefined ? [] : [[name, String(value).slice(0, 300)] as const];
  });
  const server = response.headers['server'];
  return {
    outcome,
    ...(response.statusCode === undefined ? {} : { status: response.statusCode }),
    headers: Object.fromEntries(told),
    ...(server === undefined ? {} : { server: String(server).slice(0, 100) }),
  };
}

function toOutcome(error: NodeJS.ErrnoException & { rawPacket?: Uint8Array }): HttpOutcome {
  const [first, , , type] = error.rawPacket ?? [];
  if (error.code?.startsWith('HPE_')) {
    if (first === TLS_RECORD) return 'needs-tls';
    return first === 0 && type === 4 ? 'http2-only' : 'not-http';
  }
  if (/NO_APPLICATION_PROTOCOL/.test(error.code ?? '')) return 'http2-only';
  if (/socket hang up/.test(error.message)) return 'closed';
  return error.code === 'ECONNRESET' || error.code === 'EPIPE' ? 'reset' : 'silent';
}
