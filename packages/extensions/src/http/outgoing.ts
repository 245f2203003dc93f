/* Requests to HTTP APIs: to public addresses unless told otherwise, bounded, with no redirect followed. */
import { isIP } from 'node:net';
import { Agent, type Dispatcher, request } from 'undici';
import { ForbiddenAddress, guardedLookup, isPrivateAddress } from '../public-address.ts';
import { reasonOf } from '../sources/reporter.ts';
import { SourceTrouble, unreachable } from '../sources/session.ts';

const ANSWER_MS = 60_000;

/** One request; `what` names it in problems, so it holds no secret and no query. */
export interface Call {
  readonly what: string;
  readonly url: URL;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly maxBytes: number;
}

/** The answer, whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Makes requests until it is closed. */
export interface Caller {
  call(call: Call, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

/** A caller; private and local addresses only when that is meant. */
export function createCaller(allowPrivate: boolean): Caller {
  const agent = new Agent({
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
    ...(allowPrivate ? {} : { connect: { lookup: guardedLookup } }),
  });
  return {
    async call(call, signal) {
      const host = call.url.hostname.replace(/^\[|\]$/g, '');
      if (!allowPrivate && isIP(host) !== 0 && isPrivateAddress(host)) throw notAllowed(call);
      try {
        return await fetchWhole(agent, call, signal);
      } catch (error) {
        throw error instanceof SourceTrouble ? error : toTrouble(call, error);
      }
    },
    close: () => agent.destroy(),
  };
}

async function fetchWhole(agent: Dispatcher, call: Call, signal: AbortSignal): Promise<Answer> {
  const answer = await request(call.url, {
    dispatcher: agent,
    method: call.method,
    headers: call.headers,
    signal,
    ...(call.body === undefined ? {} : { body: call.body }),
  });
  const chunks: Buffer[] = [];
  let held = 0;
  for await (const chunk of answer.body) {
    held += (chunk as Buffer).length;
    if (held > call.maxBytes) throw tooLarge(call);
    chunks.push(chunk as Buffer);
  }
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name, flat(value)]),
  );
  return { status: answer.statusCode, headers, body: Buffer.concat(chunks) };
}

const flat = (value: string | readonly string[] | undefined): string =>
  value === undefined || typeof value === 'string' ? (value ?? '') : value.join(', ');

function toTrouble(call: Call, error: unknown): SourceTrouble {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof ForbiddenAddress) return notAllowed(call);
  return new SourceTrouble(unreachable(call.what, reasonOf(cause)), undefined, cause);
}

const notAllowed = (call: Call): SourceTrouble =>
  new SourceTrouble({
    code: 'target_not_allowed',
    detail: `${call.what} leads to an address that is not public.`,
    hint: 'Set allowPrivate when that is meant.',
    retryable: false,
  });

/** An answer past the limit; those who can go on without it catch it by its code. */
const tooLarge = (call: Call): SourceTrouble =>
  new SourceTrouble({
    code: 'record_too_large',
    detail: `${call.what} answered with more than ${call.maxBytes} bytes.`,
    retryable: false,
  });
