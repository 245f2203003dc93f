import type { Access, OperationId, RouteInput, RouteOutput, Routes } from '@cordon/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from './auth/principal.ts';

/** What a handler is given: the parts of the request, checked against the contract, and who asks. */
type Given<K extends OperationId> = Required<
  Pick<RouteInput<Routes[K]>, Extract<keyof RouteInput<Routes[K]>, 'params' | 'query' | 'body'>>
> & {
  /** Absent on public routes only. */
  readonly who: Routes[K]['access'] extends Extract<Access, 'public'> ? undefined : Principal;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
};

/** Answers one operation with what the contract promises, or throws an `ApiProblem`. */
export type Handler<K extends OperationId> = (given: Given<K>) => Promise<RouteOutput<Routes[K]>>;

/** The handlers of some operations; all of them together serve the whole contract. */
export type Handlers<K extends OperationId = OperationId> = { readonly [P in K]: Handler<P> };
