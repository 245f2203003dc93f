import { API_PREFIX, type RouteInput, type RouteOutput, type RouteSpec } from './route.ts';
import { type OperationId, type Routes, routes } from './routes.ts';
import type { ChangesMessage, ChangeView } from './stream.ts';
import type { HttpProblem } from './value.ts';

/** An answer that is not a success, or no answer at all (`status` 0, code `unreachable`). */
export class ApiError extends Error {
  readonly problem: HttpProblem;
  constructor(problem: HttpProblem) {
    super(problem.detail);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

type Method<R extends RouteSpec> =
  Record<never, never> extends RouteInput<R>
    ? (input?: RouteInput<R>) => Promise<RouteOutput<R>>
    : (input: RouteInput<R>) => Promise<RouteOutput<R>>;

/** What `subscribe` tells. */
export interface Listener {
  readonly onChange: (items: readonly ChangeView[]) => void;
  /** `live` when the stream is open, `waiting` while it is being opened again. */
  readonly onState?: (state: 'live' | 'waiting') => void;
  /** Too much was missed: everything on show must be fetched anew. */
  readonly onReset?: () => void;
}

/** One method per route, named by its operation id, and the live stream (browsers only). */
export type Client = { readonly [K in OperationId]: Method<Routes[K]> } & {
  /** Opens the stream; call the returned function to close it. */
  readonly subscribe: (listener: Listener | Listener['onChange']) => () => void;
};

export interface ClientOptions {
  /** Without a trailing slash; `''` in the console. */
  readonly baseUrl: string;
  readonly fetch: typeof globalThis.fetch;
  /** An API token; the console needs none, its cookie goes along. */
  readonly token?: string;
}

interface Input {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** The typed client of the API: `client.getIncident({ params: { id } })`. Every method rejects with `ApiError`. */
export function createClient(options: ClientOptions): Client {
  const methods = Object.entries(routes).map(([name, route]) => [
    name,
    (input: Input = {}) => call(options, route, input),
  ]);
  return {
    ...Object.fromEntries(methods),
    subscribe: (listener: Listener | Listener['onChange']) =>
      subscribe(
        options.baseUrl,
        typeof listener === 'function' ? { onChange: listener } : listener,
      ),
  } as Client;
}

async function call(options: ClientOptions, route: RouteSpec, input: Input): Promise<unknown> {
  const url = `${options.baseUrl}${API_PREFIX}${pathOf(route.path, input.params)}${queryOf(input.query)}`;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (options.token) headers['authorization'] = `Bearer ${options.token}`;
  if (route.method !== 'GET') headers['content-type'] = 'application/json';
  const init: RequestInit = { method: route.method, headers, credentials: 'same-origin' };
  if (route.method !== 'GET') init.body = JSON.stringify(input.body ?? {});
  if (input.signal) init.signal = input.signal;
  const response = await reach(() => options.fetch(url, init), input.signal);
  if (response.status === 204) return {};
  const body = await readJson(response);
  if (!response.ok) throw new ApiError(problemOf(response, body));
  return body;
}

async function reach(send: () => Promise<Response>, signal?: AbortSignal): Promise<Response> {
  try {
    return await send();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError({
      type: 'urn:cordon:problem:unreachable',
      title: 'Cordon does not answer.',
      status: 0,
      code: 'unreachable',
      detail: 'Cordon does not answer.',
      hint: 'Is it running? Start it with `npm start`.',
      retryable: true,
    });
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

function problemOf(response: Response, body: unknown): HttpProblem {
  if (typeof body === 'object' && body !== null && 'code' in body) return body as HttpProblem;
  return {
    type: 'urn:cordon:problem:bad_answer',
    title: 'The answer is not one of Cordon.',
    status: response.status,
    code: 'bad_answer',
    detail: `The answer has status ${response.status} and is not one of Cordon.`,
    retryable: response.status >= 500,
  };
}

const pathOf = (path: string, params: Input['params'] = {}): string =>
  path.replace(/:([a-z_]+)/g, (_, name: string) => encodeURIComponent(String(params[name])));

function queryOf(query: Input['query'] = {}): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const one of values) if (one !== undefined) pairs.append(name, String(one));
  }
  const text = pairs.toString();
  return text ? `?${text}` : '';
}

function subscribe(baseUrl: string, listener: Listener): () => void {
  const stream = new EventSource(`${baseUrl}${API_PREFIX}/stream`);
  stream.addEventListener('changes', (message) => {
    listener.onChange((JSON.parse(dataOf(message)) as ChangesMessage).items);
  });
  stream.addEventListener('reset', () => listener.onReset?.());
  stream.addEventListener('open', () => listener.onState?.('live'));
  stream.addEventListener('error', () => listener.onState?.('waiting'));
  return () => stream.close();
}

/** The data of a message, under the DOM's types and under Node's. */
const dataOf = (message: Event): string =>
  'data' in message ? String(message.data) : '{"items":[]}';
