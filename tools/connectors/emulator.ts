/*
 * What the emulators of vendor APIs have in common: a real HTTP server on loopback with routes, a state
 * that calls change, proofs that are checked, and mishaps on demand.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a route sees it. */
export interface Asked {
  /** What the named parts of the path hold, decoded. */
  readonly at: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** As it was parsed; undefined when it is no JSON. */
  readonly body: unknown;
  readonly text: string;
  readonly request: IncomingMessage;
}

export interface Told {
  readonly status: number;
  readonly body?: unknown;
  /** Instead of a body: what is no JSON. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `POST /users/{id}/suspend` and what it does. */
export type Routes = Readonly<Record<string, (asked: Asked) => Told>>;

/** How a call goes wrong: refused before anything happens, or acted upon with the answer lost or spoilt. */
export type Mishap = 'limit' | 'error' | 'error_after' | 'cut_after' | 'hang' | 'denied';

export interface Emulator {
  readonly base: string;
  /** How often a call that changes something was carried out. */
  changes(): number;
  /** The next change goes like that. */
  fail(...mishaps: readonly Mishap[]): void;
  close(): Promise<void>;
}

export interface Vendor {
  readonly routes: Routes;
  /** What every request must carry; a token route is let through. */
  readonly proof: (request: IncomingMessage, text: string) => boolean;
  readonly refusal: Told;
  /** A route that changes nothing though it is a POST. */
  readonly isLook?: (name: string, request: IncomingMessage) => boolean;
}

interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
  readonly act: (asked: Asked) => Told;
}

const toRoute = ([name, act]: [string, (asked: Asked) => Told]): Route => {
  const [method = '', path = ''] = name.split(' ');
  const pattern = path.replaceAll('.', '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return { name, method, path: new RegExp(`^${pattern}$`), act };
};

/** Starts one. */
export async function startEmulator(vendor: Vendor): Promise<Emulator> {
  const routes = Object.entries(vendor.routes).map(toRoute);
  const mishaps: Mishap[] = [];
  let changes = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://emulator');
    const text = await readAll(request);
    const route = routes.find(
      (one) => one.method === request.method && one.path.test(url.pathname),
    );
    if (route === undefined) return tell(response, { status: 404, body: {} });
    if (!route.name.endsWith('token') && !vendor.proof(request, text))
      return tell(response, vendor.refusal);
    const isChange =
      request.method !== 'GET' &&
      !route.name.endsWith('token') &&
      !vendor.isLook?.(route.name, request);
    const mishap = isChange ? mishaps.shift() : undefined;
    if (mishap === 'limit')
      return tell(response, { status: 429, headers: { 'retry-after': '7' }, body: {} });
    if (mishap === 'error') return tell(response, { status: 503, body: {} });
    if (mishap === 'denied') return tell(response, { status: 403, body: {} });
    if (mishap === 'hang') return;
    const at = decodeAll(route.path.exec(url.pathname)?.groups ?? {});
    const told = route.act({ at, query: url.searchParams, body: parse(text), text, request });
    if (isChange && told.status < 300) changes += 1;
    if (mishap === 'cut_after') request.socket.destroy();
    else if (mishap === 'error_after') tell(response, { status: 500, body: {} });
    else tell(response, told);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    changes: () => changes,
    fail: (...next) => void mishaps.push(...next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += String(part);
  return text;
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** What stands in a body at the end of a path; undefined when nothing does. */
export function partOf(body: unknown, ...path: readonly (string | number)[]): unknown {
  let part = body;
  for (const name of path) part = (part as Readonly<Record<string, unknown>> | undefined)?.[name];
  return part;
}

/** A text in a body; empty when there is none. */
export function textOf(body: unknown, ...path: readonly (string | number)[]): string {
  const part = partOf(body, ...path);
  return typeof part === 'string' ? part : '';
}

const decodeAll = (groups: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(groups).map(([name, text]) => [name, decodeURIComponent(text)]),
  );

function tell(response: ServerResponse, { status, body, text, headers }: Told): void {
  const type = text === undefined ? 'application/json' : 'text/xml';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(text ?? (body === undefined ? '' : JSON.stringify(body)));
}

/** A token route of OAuth 2. */
export const TOKEN: Told = { status: 200, body: { access_token: 'granted', expires_in: 3600 } };

export const carries =
  (authorization: string) =>
  ({ headers }: IncomingMessage): boolean =>
    headers.authorization === authorization;
export const BEARER = carries('Bearer granted');
export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
