import type { ActionClass, EntityRef, JsonObject, Result } from '@cordon/core';
import type { Static, TObject } from 'typebox';
import type { RunProgram } from './program.ts';

/** What every call on a connector is given. The runner alone retries; a connector never does. */
export interface ActionContext<C> {
  readonly config: C;
  /** Aborts at the call's time limit. */
  readonly signal: AbortSignal;
  /** Where programs of this machine are started from; absent: from this process. */
  readonly run?: RunProgram;
  /** The same for every attempt of one action. */
  readonly idempotencyKey: string;
}

/** What the probe found. `present`: the effect (by whomever) is there now. */
export interface ProbeResult {
  readonly present: boolean;
  /** Seconds until the target itself ends the effect, where it can say. */
  readonly expiresInS?: number;
  /** State worth keeping: what undo restores, what a person would look at. */
  readonly state: JsonObject;
  readonly text: string;
}

/** What an apply or undo really changed. */
export interface Receipt {
  readonly changed: boolean;
  readonly text: string;
  readonly data?: JsonObject;
}

/**
 * One typed operation on the outside world. A changing action declares all of probe, apply and undo,
 * its time limit and its impact. Failures of the world come back as a `Problem` with `retryable`;
 * `apply` is idempotent under one idempotency key.
 */
export interface ActionDefinition<C = unknown, S extends TObject = TObject> {
  /** `domain.object.verb`. */
  readonly verb: string;
  readonly inverse?: string;
  readonly class: ActionClass;
  readonly title: string;
  readonly params: S;
  /** native: the target itself ends the effect in time; platform: the runner must; none: no effect to end. */
  readonly ttl: 'native' | 'platform' | 'none';
  /** 0 none … 4 an outage. */
  readonly impact: 0 | 1 | 2 | 3 | 4;
  /** What the credentials must be allowed to do, in the words of the product. */
  readonly scopes?: readonly string[];
  readonly target: (params: Static<S>) => EntityRef;
  /** Looks, changes nothing. Independent of apply's own report where the product allows. */
  readonly probe?: (params: Static<S>, context: ActionContext<C>) => Promise<Result<ProbeResult>>;
  readonly apply: (
    params: Static<S>,
    context: ActionContext<C> & {
      readonly ttlMs?: number;
      /** What the probe saw a moment ago; absent where nobody looked. */
      readonly seen?: Pick<ProbeResult, 'present' | 'state'>;
    },
  ) => Promise<Result<Receipt>>;
  /** Restores `prior`; never removes what somebody else put there. */
  readonly undo?: (
    params: Static<S>,
    context: ActionContext<C> & { readonly prior?: JsonObject },
  ) => Promise<Result<Receipt>>;
}

/** What a connector says of itself when it is tested. */
export interface CheckFinding {
  readonly text: string;
  /** What its credentials may do, in the words of the product; absent where it does not tell. */
  readonly granted?: readonly string[];
}

/** The integration with one product. */
export interface ConnectorDefinition<S extends TObject = TObject> {
  readonly id: string;
  readonly title: string;
  readonly config: S;
  /** Against what it was tried; absent: the product itself, or nothing outside this process. */
  readonly tried?: 'product' | 'emulator' | 'schema';
  // biome-ignore lint/suspicious/noExplicitAny: each action fixes its own params; the list holds them all.
  readonly actions: readonly ActionDefinition<Static<S>, any>[];
  /** Can the product be reached and used with this configuration? For `cordon doctor` and the console. */
  readonly check?: (
    context: Omit<ActionContext<Static<S>>, 'idempotencyKey'>,
  ) => Promise<Result<CheckFinding>>;
}

/** Declares an action with its params schema. */
export const defineAction = <C, S extends TObject>(
  definition: ActionDefinition<C, S>,
): ActionDefinition<C, S> => definition;

/** Declares a connector. */
export const defineConnector = <S extends TObject>(
  definition: ConnectorDefinition<S>,
): ConnectorDefinition<S> => definition;
