import type { Socket } from 'node:net';
import { PROBLEM_CODES, type Problem } from '@cordon/core';
import type { Telemetry } from '../telemetry/telemetry.ts';

interface Refused {
  readonly line: string;
  readonly problem: Problem;
}

const TIMED_OUT: Refused = {
  line: '408 Request Timeout',
  problem: {
    code: 'request_timeout',
    detail: 'The request was not whole in time.',
    hint: 'Send it in one go, or in smaller parts.',
    retryable: true,
  },
};
const TOO_LARGE: Refused = {
  line: '431 Request Header Fields Too Large',
  problem: {
    code: 'payload_too_large',
    detail: 'The head of the request is too large.',
    retryable: false,
  },
};
const MALFORMED: Refused = {
  line: '400 Bad Request',
  problem: { code: 'bad_request', detail: 'The request is not HTTP.', retryable: false },
};

function toRefused(code: string | undefined): Refused {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return TIMED_OUT;
  return code === 'HPE_HEADER_OVERFLOW' ? TOO_LARGE : MALFORMED;
}

const toAnswer = ({ line, problem }: Refused): string => {
  const { code, detail, hint, retryable } = problem;
  const body = JSON.stringify({
    type: `urn:cordon:problem:${code}`,
    title: PROBLEM_CODES[code],
    status: Number(line.slice(0, 3)),
    code,
    detail,
    retryable,
    hint,
  });
  return `HTTP/1.1 ${line}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`;
};

/** Answers what never became a request (too slow, too long, no HTTP) with a problem, and counts it. */
export const createClientErrorHandler =
  (telemetry: Pick<Telemetry, 'clientRefused'>) =>
  (error: Error & { readonly code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const refused = toRefused(error.code);
    telemetry.clientRefused({ reason: refused.problem.code });
    if (socket.writable) socket.write(toAnswer(refused));
    socket.destroySoon();
  };
