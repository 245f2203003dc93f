import type { Access } from '@cordon/contract';
import type { FastifyRequest } from 'fastify';
import { refuse } from '../problem-json.ts';
import { type Authenticator, includesRole, type Principal } from './principal.ts';

/** What every route says of itself. */
export interface Declared {
  readonly access?: Access;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly access?: Access;
  }
  interface FastifyRequest {
    /** Set before any handler of a route that is not public. */
    principal?: Principal;
  }
}

/**
 * Lets a request on to its handler only when the route declares who may call it and the caller is
 * one of them. A route that declares nothing is closed to everybody.
 */
export async function authorise(
  request: FastifyRequest,
  authenticator: Authenticator,
): Promise<void> {
  const { access } = request.routeOptions.config as Declared;
  if (request.is404 || access === 'public' || access === 'source') return;
  const principal = await authenticator.identify(request);
  if (!principal) {
    throw refuse(401, {
      code: 'not_logged_in',
      detail: 'This needs a login or an API token.',
      retryable: false,
    });
  }
  if (access === undefined || !includesRole(principal.role, access)) {
    throw refuse(403, {
      code: 'forbidden',
      detail: `This needs the role ${access ?? 'of nobody'}; yours is ${principal.role}.`,
      retryable: false,
    });
  }
  request.principal = principal;
}
