import type { HttpProblem } from '@cordon/contract';
import { PROBLEM_CODES, type Problem, type ProblemCode, type Result } from '@cordon/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Telemetry } from '../telemetry/telemetry.ts';

interface Extras {
  readonly retryAfterS?: number;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** An answer that is a problem; thrown by handlers and hooks, rendered once by the error handler. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly problem: Problem;
  readonly extras: Extras;
  constructor(status: number, problem: Problem, extras: Extras) {
    super(problem.detail);
    this.status = status;
    this.problem = problem;
    this.extras = extras;
  }
}

/** Makes the problem to throw. */
export const refuse = (status: number, problem: Problem, extras: Extras = {}): ApiProblem =>
  new ApiProblem(status, problem, extras);

/** There is no such thing. */
export const notFound = (what: string): ApiProblem =>
  refuse(404, { code: 'not_found', detail: `There is no ${what}.`, retryable: false });

/** Somebody tried too often with the wrong secret. */
export const tooManyTries = (waitS: number): ApiProblem =>
  refuse(
    429,
    {
      code: 'tries_throttled',
      detail: `Too many wrong tokens came from there; try again in ${waitS} s.`,
      retryable: true,
    },
    { retryAfterS: waitS },
  );

/** The value of a result, or its problem as an answer. */
export function valueOrRefuse<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw refuse(statusOf(result.problem), result.problem);
}

/** Which status a problem of the parts behind the API has. */
function statusOf(problem: Problem): number {
  if (problem.code === 'not_found') return 404;
  if (problem.code === 'bad_request') return 400;
  return problem.retryable ? 503 : 409;
}

/** Renders every error as RFC 9457 problem+json. */
export function handleErrors(app: FastifyInstance, telemetry: Telemetry): void {
  app.setErrorHandler((error, request, reply) => {
    const refusal = toApiProblem(error);
    if (refusal.problem.code === 'bug') {
      telemetry.requestFailed({ route: routeOf(request), requestId: request.id, error });
    }
    return sendProblem(request, reply, refusal);
  });
}

/** The path as declared, so that metrics and logs stay bounded. */
export const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'unknown';

/** Sends the problem; `retry-after` where the sender may try again. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, refusal: ApiProblem) {
  const { problem, status, extras } = refusal;
  const body: HttpProblem = {
    type: `urn:cordon:problem:${problem.code}`,
    title: PROBLEM_CODES[problem.code],
    status,
    code: problem.code,
    detail: problem.detail,
    retryable: problem.retryable,
    request_id: request.id,
    ...(problem.hint ? { hint: problem.hint } : {}),
    ...(extras.retryAfterS ? { retry_after_s: extras.retryAfterS } : {}),
    ...(extras.errors ? { errors: [...extras.errors] } : {}),
  };
  if (extras.retryAfterS) reply.header('retry-after', String(extras.retryAfterS));
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(status).type('application/problem+json').send(JSON.stringify(body));
}

const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  404: 'not_found',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
};

/** Any error as the answer it is: wrong input keeps its status, what nobody foresaw is a bug. */
export function toApiProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const stored = storeProblemOf(error);
  if (stored)
    return refuse(stored.retryable ? 503 : 500, stored, stored.retryable ? { retryAfterS: 2 } : {});
  const status = statusCodeOf(error);
  if (status === undefined || status >= 500) {
    return refuse(500, {
      code: 'bug',
      detail: 'Cordon made a mistake with this request.',
      retryable: false,
    });
  }
  const detail = error instanceof Error ? error.message : 'The request cannot be read.';
  return refuse(status, { code: BY_STATUS[status] ?? 'bad_request', detail, retryable: false });
}

/** Stores reject with an error that carries a Problem. */
function storeProblemOf(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !('problem' in error)) return undefined;
  return error.problem as Problem;
}

function statusCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}
