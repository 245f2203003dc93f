import type { FastifyRequest } from 'fastify';
import { createLoginThrottle } from '../auth/login-throttle.ts';
import { hashSecret, isToken } from '../auth/secret.ts';
import type { ApiDeps } from '../deps.ts';
import { refuse, tooManyTries } from '../problem-json.ts';

const MAX_HEADER_CHARS = 1_024;

/**
 * The token that a sender shows, in whichever way its protocol has for it: `Bearer`, Splunk's own
 * scheme, the password of `Basic`, or the key of an `ApiKey` (`id:key`, as Beats send it).
 */
export function presentedToken(request: FastifyRequest): string | undefined {
  const header = request.headers.authorization ?? '';
  const [, scheme = '', value = ''] =
    header.length > MAX_HEADER_CHARS ? [] : (/^(\w+) +(\S+)$/.exec(header) ?? []);
  switch (scheme.toLowerCase()) {
    case 'bearer':
    case 'splunk':
      return value;
    case 'basic':
    case 'apikey':
      return afterColon(Buffer.from(value, 'base64').toString('utf8'));
    default:
      return undefined;
  }
}

const afterColon = (pair: string): string => pair.slice(pair.indexOf(':') + 1);

/** Whose token it is; throws 401, and 429 to whoever guesses. */
export type FindSender = (
  request: FastifyRequest,
  token: string | undefined,
  sourceId?: string,
) => Promise<string>;

/**
 * Finds the source by its token. The right token always passes; wrong ones are counted, and after a
 * few from one address told to wait and no longer logged one by one.
 */
export function createFindSender({ store, telemetry, now }: ApiDeps): FindSender {
  const throttle = createLoginThrottle(now);
  return async (request, token, sourceId) => {
    const credential =
      token && isToken(token, 'src') ? await store.findCredential(hashSecret(token)) : undefined;
    const isFit = sourceId === undefined || credential?.subject === sourceId;
    if (credential?.kind === 'source_token' && isFit) return credential.subject;
    const name = sourceId ?? 'drop-in';
    const waitS = throttle.waitS(name, request.ip);
    const reason = waitS > 0 ? 'throttled' : 'wrong_token';
    telemetry.ingestRefused({ sourceId: credential?.subject ?? 'unknown', reason });
    if (waitS > 0) throw tooManyTries(waitS);
    throttle.failed(name, request.ip);
    throw refuse(401, {
      code: 'wrong_token',
      detail: token ? 'The token belongs to no source.' : 'The request carries no token.',
      hint: 'Send the token that was shown when the source was made.',
      retryable: false,
    });
  };
}
