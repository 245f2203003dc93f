import { type EntityRef, err, ok, type Problem } from '@cordon/core';
import {
  type ActionDefinition,
  type ConnectorDefinition,
  defineAction,
  defineConnector,
} from '@cordon/kit';
import { type Static, type TObject, Type } from 'typebox';
import { canonicalIp, IpParams } from '../ip-params.ts';
import { HostParams } from '../verb-params.ts';
import { createTimedSet, type TimedSet } from './timed-set.ts';

const NoConfig = Type.Object({}, { additionalProperties: false });
const DEFAULT_TTL_MS = 3_600_000;
const TOO_LATE: Problem = {
  code: 'action_failed',
  detail: 'The time for the call was over before it began; nothing was done.',
  retryable: true,
};

/** A sandbox product: the connector, and what it holds right now for all to see. */
export interface Sandbox {
  readonly connector: ConnectorDefinition;
  readonly held: TimedSet;
}

interface Hold<S extends TObject> {
  readonly verb: string;
  readonly inverse: string;
  readonly title: string;
  readonly inverseTitle: string;
  readonly params: S;
  readonly kind: EntityRef['kind'];
  readonly idOf: (params: Static<S>) => string;
  /** "blocked": how it reads while held. */
  readonly word: string;
  readonly now: () => number;
}

/** A verb that holds a target in the set for a time, and the verb that lets it go. */
function holdActions<S extends TObject>(
  held: TimedSet,
  of: Hold<S>,
): readonly ActionDefinition<object, S>[] {
  return [holdAction(held, of), releaseAction(held, of)];
}

const toTarget = <S extends TObject>(of: Hold<S>, params: Static<S>): EntityRef => ({
  kind: of.kind,
  id: of.idOf(params),
  role: 'target',
});

function look<S extends TObject>(held: TimedSet, of: Hold<S>, params: Static<S>) {
  const item = held.get(of.idOf(params));
  return { item, text: `${of.idOf(params)} is ${item ? '' : 'not '}${of.word}.` };
}

function holdAction<S extends TObject>(held: TimedSet, of: Hold<S>): ActionDefinition<object, S> {
  return defineAction<object, S>({
    verb: of.verb,
    inverse: of.inverse,
    class: 'contain',
    title: of.title,
    params: of.params,
    ttl: 'native',
    impact: 2,
    target: (params) => toTarget(of, params),
    async probe(params) {
      const { item, text } = look(held, of, params);
      return ok({
        present: item !== undefined,
        ...(item ? { expiresInS: (item.until - of.now()) / 1_000 } : {}),
        state: {},
        text,
      });
    },
    async apply(params, context) {
      if (context.signal.aborted) return err(TOO_LATE);
      const ttlMs = context.ttlMs ?? DEFAULT_TTL_MS;
      held.put(of.idOf(params), ttlMs);
      return ok({
        changed: true,
        text: `${of.idOf(params)} ${of.word} for ${Math.round(ttlMs / 1_000)} s.`,
      });
    },
    async undo(params) {
      return ok({ changed: held.remove(of.idOf(params)), text: `${of.idOf(params)} let go.` });
    },
  });
}

function releaseAction<S extends TObject>(
  held: TimedSet,
  of: Hold<S>,
): ActionDefinition<object, S> {
  return defineAction<object, S>({
    verb: of.inverse,
    inverse: of.verb,
    class: 'restore',
    title: of.inverseTitle,
    params: of.params,
    ttl: 'none',
    impact: 1,
    target: (params) => toTarget(of, params),
    async probe(params) {
      const { item, text } = look(held, of, params);
      return ok({ present: item === undefined, state: {}, text });
    },
    async apply(params, { signal }) {
      if (signal.aborted) return err(TOO_LATE);
      return ok({ changed: held.remove(of.idOf(params)), text: `${of.idOf(params)} let go.` });
    },
    undo: async () => ok({ changed: false, text: 'A release is not taken back.' }),
  });
}

/**
 * A firewall inside the process, for the demo and for trying things out: a real set with real time
 * limits that touches no network.
 */
export function createSandboxFirewall(now: () => number): Sandbox {
  const held = createTimedSet(now);
  const actions = holdActions(held, {
    verb: 'net.ip.block',
    inverse: 'net.ip.unblock',
    title: 'Block an address',
    inverseTitle: 'Unblock an address',
    params: IpParams,
    kind: 'ip',
    idOf: canonicalIp,
    word: 'blocked',
    now,
  });
  const connector = defineConnector({
    id: 'sandbox-firewall',
    title: 'Sandbox firewall',
    config: NoConfig,
    actions,
    check: async () => ok({ text: 'Always there.' }),
  });
  return { connector, held };
}

/** Host isolation inside the process, for the demo and for trying things out. */
export function createSandboxEdr(now: () => number): Sandbox {
  const held = createTimedSet(now);
  const actions = holdActions(held, {
    verb: 'endpoint.host.isolate',
    inverse: 'endpoint.host.release',
    title: 'Isolate a machine',
    inverseTitle: 'Release a machine',
    params: HostParams,
    kind: 'host',
    idOf: (params) => params.host.toLowerCase(),
    word: 'isolated',
    now,
  });
  const connector = defineConnector({
    id: 'sandbox-edr',
    title: 'Sandbox endpoint control',
    config: NoConfig,
    actions,
    check: async () => ok({ text: 'Always there.' }),
  });
  return { connector, held };
}

/** The sandboxes of this process, by the clock of the machine. */
export const sandboxFirewall = createSandboxFirewall(Date.now);
export const sandboxEdr = createSandboxEdr(Date.now);
