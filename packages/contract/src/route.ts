import { type Static, type TObject, type TSchema, Type } from 'typebox';

/**
 * Who may call a route. `public` needs no account (set-up, login, status); `source` needs the token
 * of the push source named in the path; the others are roles, each including the ones before it.
 */
export type Access = 'public' | 'source' | 'viewer' | 'proposer' | 'responder' | 'administrator';

/** One route of the API as data: server, client and OpenAPI page are made from it. */
export interface RouteSpec {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/api/v1`, with `:name` for parameters. */
  readonly path: string;
  readonly access: Access;
  /** One sentence for the reference page. */
  readonly summary: string;
  readonly params?: TObject;
  readonly query?: TObject;
  readonly body?: TObject;
  /** What comes back when it went well. */
  readonly response: TSchema;
  /** Status when it went well; 200 without it. */
  readonly status?: 200 | 201 | 202 | 204;
}

/** Declares a route. */
export const defineRoute = <const R extends RouteSpec>(route: R): R => route;

/** Where the API lives. */
export const API_PREFIX = '/api/v1';

type Part<R extends RouteSpec, K extends 'params' | 'query' | 'body'> = R extends {
  readonly [P in K]: infer S extends TObject;
}
  ? Record<never, never> extends Static<S>
    ? { readonly [P in K]?: Static<S> }
    : { readonly [P in K]: Static<S> }
  : unknown;

/** What a call of the route takes. */
export type RouteInput<R extends RouteSpec> = Part<R, 'params'> &
  Part<R, 'query'> &
  Part<R, 'body'> & { readonly signal?: AbortSignal };

/** What a call of the route gives. */
export type RouteOutput<R extends RouteSpec> = Static<R['response']>;

/** The usual path parameter. */
export const IdParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) });

/** Nothing comes back (204). */
export const Nothing = Type.Object({}, { title: 'Nothing', description: 'Nothing comes back.' });
