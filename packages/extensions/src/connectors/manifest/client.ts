import type { Json, JsonObject, Result } from '@cordon/core';
import type { ActionContext } from '@cordon/kit';

/** What came back, as far as it is looked at. */
export interface Said {
  /** The status of HTTP, or the exit of a program. */
  readonly status: number;
  readonly body: Json;
  /** What the credentials may do, where the answer tells. */
  readonly granted?: readonly string[] | undefined;
}

/** What a call is given besides the request. */
export type Calling = Pick<ActionContext<unknown>, 'signal' | 'run'>;

/** One product that is spoken to with one set of settings. */
export interface Client<R> {
  send(request: R, facts: JsonObject, calling: Calling): Promise<Result<Said>>;
}
