import { err, type Json, ok, type Problem, type Result } from '@cordon/core';
import { type Authoriser, createAuthoriser } from '../../../http/authorise.ts';
import type { Credentials } from '../../../http/credentials.ts';
import { fill } from '../../../http/fill.ts';
import { grantedIn } from '../../../http/granted.ts';
import { type Answer, type Caller, createCaller } from '../../../http/outgoing.ts';
import { waitOf } from '../../../http/throttle.ts';
import { SourceTrouble } from '../../../sources/session.ts';
import type { Client, Said } from '../client.ts';
import { holds, read } from '../words.ts';
import type { HttpApiConfig } from './config.ts';
import type { ChangeRequest, ConnectorManifest } from './manifest.ts';
import { type Rendered, render } from './render.ts';
import { xmlToJson } from './xml.ts';

const ANSWER_BYTES = 4 * 1_048_576;
const SAID_LENGTH = 200;
const SECOND_MS = 1_000;
/** Failures of the connection that come before anything was sent. */
const UNSENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Clients by their settings: tokens and the count of calls outlive a call, and end with the settings. */
export function createClients(manifest: ConnectorManifest, now: () => number) {
  const clients = new WeakMap<HttpApiConfig, Client<ChangeRequest>>();
  return (config: HttpApiConfig): Client<ChangeRequest> => {
    const known = clients.get(config) ?? createClient(manifest, config, now);
    clients.set(config, known);
    return known;
  };
}

interface Link {
  readonly manifest: ConnectorManifest;
  readonly config: HttpApiConfig;
  readonly base: string;
  readonly caller: Caller;
  readonly authoriser: Authoriser;
  readonly now: () => number;
}

function createClient(
  manifest: ConnectorManifest,
  config: HttpApiConfig,
  now: () => number,
): Client<ChangeRequest> {
  const { auth } = manifest;
  const caller = createCaller(config.allow_private === true);
  const base = config.base_url ?? fill(manifest.base_url, config.settings ?? {});
  const values = { ...config.settings, base };
  const link: Link = {
    manifest,
    config,
    base,
    caller,
    now,
    authoriser: createAuthoriser({
      auth: auth.kind === 'aws' ? { ...auth, region: fill(auth.region, values) } : auth,
      config: toCredentials(config),
      caller,
      tokenUrl: config.token_url ?? (auth.kind === 'oauth2' ? fill(auth.tokenUrl, values) : ''),
      now,
      what: manifest.title,
    }),
  };
  const admit = createGate(manifest, now);
  return {
    async send(request, facts, { signal }) {
      const rendered = render(request, { ...facts, secret: config.secret });
      if (!rendered.ok) return rendered;
      const gate = admit();
      if (!gate.ok) return gate;
      try {
        return judge(link, request, {
          rendered: rendered.value,
          ...(await call(link, rendered.value, signal)),
        });
      } catch (error) {
        if (error instanceof SourceTrouble) return err(toProblem(manifest, error));
        throw error;
      }
    },
  };
}

const toCredentials = ({ secret, user, client_id: clientId }: HttpApiConfig): Credentials => ({
  secret,
  ...(user === undefined ? {} : { user }),
  ...(clientId === undefined ? {} : { clientId }),
});

/** So many calls in so many seconds; one more is told when to come back, and never sent. */
function createGate({ title, limit }: ConnectorManifest, now: () => number) {
  const spanMs = limit.seconds * SECOND_MS;
  let calls: readonly number[] = [];
  return (): Result<true> => {
    calls = calls.filter((at) => at > now() - spanMs && at <= now());
    const [first] = calls;
    if (first !== undefined && calls.length >= limit.requests)
      return err({
        code: 'target_throttled',
        detail: `${title} takes ${limit.requests} calls in ${limit.seconds} s; this one waits.`,
        retryable: true,
        retryAfterMs: first + spanMs - now(),
      });
    calls = [...calls, now()];
    return ok(true);
  };
}

async function call(
  { manifest, base, caller, authoriser }: Link,
  { method, path, query, body, headers: own }: Rendered,
  signal: AbortSignal,
): Promise<{ readonly answer: Answer }> {
  const url = new URL(base.replace(/\/$/, '') + path);
  for (const [name, value] of query) url.searchParams.set(name, value);
  const proof = await authoriser.headers({ method, url, body }, signal);
  const headers = {
    accept: 'application/json',
    'user-agent': 'cordon',
    ...manifest.headers,
    ...own,
    ...proof,
  };
  const sent = body === '' ? {} : { body };
  const { title: what } = manifest;
  const answer = await caller.call(
    { what, url, method, headers, maxBytes: ANSWER_BYTES, ...sent },
    signal,
  );
  return { answer };
}

function toBody({ body }: Answer, { answers }: ConnectorManifest): Json {
  if (answers === 'xml') return xmlToJson(body.toString('utf8'));
  try {
    return JSON.parse(body.toString('utf8')) as Json;
  } catch {
    return null;
  }
}

function judge(
  link: Link,
  request: ChangeRequest,
  { answer, rendered }: { readonly answer: Answer; readonly rendered: Rendered },
): Result<Said> {
  const { status } = answer;
  const granted = grantedIn(answer.headers) ?? link.authoriser.granted?.();
  const said: Said = { status, body: toBody(answer, link.manifest), granted };
  const isTaken =
    request.ok === undefined
      ? status >= 200 && status < 300
      : holds(request.ok, { status, body: said.body });
  return isTaken ? ok(said) : err(toRefusal(link, rendered, { answer, body: said.body }));
}

function toRefusal(
  { manifest, config, authoriser, now }: Link,
  { name }: Rendered,
  { answer, body }: { readonly answer: Answer; readonly body: Json },
): Problem {
  const { status, headers } = answer;
  const told = manifest.error === undefined ? undefined : read(manifest.error, { status, body });
  const why =
    typeof told === 'string'
      ? `: ${told.replaceAll(config.secret, '…').slice(0, SAID_LENGTH)}`
      : '';
  const detail = `${manifest.title} answered HTTP ${status} to ${name}${why}.`;
  const retryAfterMs = waitOf(headers, now());
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  const isUsedUp = status === 403 && retryAfterMs !== undefined;
  if (status === 429 || isUsedUp)
    return { code: 'target_throttled', detail, retryable: true, ...wait };
  if (status === 401) {
    authoriser.forget();
    return { code: 'target_denied', detail, retryable: manifest.auth.kind === 'oauth2' };
  }
  if (status === 403) return { code: 'target_denied', detail, retryable: false };
  if (status === 404 || status === 410) return { code: 'target_unknown', detail, retryable: false };
  const mayMend = manifest.retry !== undefined && holds(manifest.retry, { status, body });
  return { code: 'action_failed', detail, retryable: mayMend || status >= 500, ...wait };
}

/** Broken off after it was sent, a call may have acted: only then does a person have to know. */
function toProblem({ title }: ConnectorManifest, { problem, cause }: SourceTrouble): Problem {
  const { detail } = problem;
  if (problem.code === 'target_not_allowed')
    return { ...problem, hint: 'Set allow_private when that is meant.' };
  if (problem.code === 'source_denied') return { code: 'target_denied', detail, retryable: false };
  if (problem.code !== 'source_unreachable')
    return { code: 'action_failed', detail, retryable: problem.retryable };
  if (!(cause instanceof Error)) return { code: 'target_unreachable', detail, retryable: true };
  if ('code' in cause && UNSENT.has(String(cause.code)))
    return {
      code: 'target_unreachable',
      detail: `${title} could not be reached: ${cause.message}.`,
      retryable: true,
    };
  return {
    code: 'action_timed_out',
    detail: `The connection to ${title} broke off in the middle of a call.`,
    retryable: true,
  };
}
