import type { FastifyRequest } from 'fastify';
import type { ApiSettings } from '../deps.ts';
import { refuse } from '../problem-json.ts';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Refuses a Host header that does not name this server, so that a page whose name was re-bound to
 * this address (DNS rebinding) cannot speak to it.
 */
export function createHostGuard(settings: ApiSettings) {
  const names = new Set(
    [...LOOPBACK, settings.host, ...settings.allowedHosts].map((name) => name.toLowerCase()),
  );
  if (settings.publicUrl) names.add(hostOf(new URL(settings.publicUrl).host));
  return (request: FastifyRequest): void => {
    const host = hostOf(request.headers.host ?? '');
    if (names.has(host) || host === ownAddress(request)) return;
    throw refuse(421, {
      code: 'bad_host',
      detail: 'The Host header does not name this server.',
      hint: 'Add the name to server.allowed_hosts in cordon.yml.',
      retryable: false,
    });
  };
}

/**
 * Refuses a changing request that another site started (Fetch Metadata, else Origin) or whose body
 * a plain form could send: JSON and bytes cannot come from one. OWASP CSRF Prevention Cheat Sheet.
 */
export function refuseCrossSite(request: FastifyRequest): void {
  if (SAFE_METHODS.includes(request.method) || isBearer(request)) return;
  if (!isSameSite(request)) {
    throw refuse(403, {
      code: 'cross_site',
      detail: 'The request was started by another site.',
      retryable: false,
    });
  }
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/(json|octet-stream)\s*(;|$)/i.test(type)) {
    throw refuse(415, {
      code: 'unsupported_media_type',
      detail: 'A changing request must have the content type application/json.',
      retryable: false,
    });
  }
}

/** A bearer token is never sent by a browser on its own, so such a request needs no such guard. */
export const isBearer = (request: FastifyRequest): boolean =>
  /^bearer /i.test(request.headers.authorization ?? '');

function isSameSite(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** `name:port` or `[v6]:port` without the port, lower case. */
const hostOf = (header: string): string => header.toLowerCase().replace(/:\d+$/, '');

function ownAddress(request: FastifyRequest): string {
  const address = request.socket.localAddress ?? '';
  if (address.startsWith('::ffff:')) return address.slice('::ffff:'.length);
  return address.includes(':') ? `[${address}]` : address;
}
