import type { ActionRecord, JsonObject, Problem, Result } from '@cordon/core';
import type { ActionDefinition, ProbeResult, Receipt } from '@cordon/kit';
import { Value } from 'typebox/value';
import type { ConfiguredConnector, RunnerDeps } from './deps.ts';

const CALL_TIMEOUT_MS = 10_000;

// biome-ignore lint/suspicious/noExplicitAny: the params are checked against the action's own schema before every call.
type AnyAction = ActionDefinition<any, any>;

/** An action of a configured connector; its params have been checked. */
export interface Binding {
  readonly connector: ConfiguredConnector;
  readonly action: AnyAction;
}

/** The first configured connector with the verb, or the one that is named. */
export function bindVerb(
  connectors: readonly ConfiguredConnector[],
  verb: string,
  connectorId?: string,
): Result<Binding> {
  for (const connector of connectors) {
    if (connectorId !== undefined && connector.id !== connectorId) continue;
    const action = connector.definition.actions.find((candidate) => candidate.verb === verb);
    if (action) return { ok: true, value: { connector, action } };
  }
  const which =
    connectorId === undefined
      ? 'No configured connector'
      : `The connector "${connectorId}" is not there or`;
  return {
    ok: false,
    problem: {
      code: 'no_connector',
      detail: `${which} has no "${verb}".`,
      hint: 'add a connector with this verb to the configuration',
      retryable: false,
    },
  };
}

/** Do the params fit the action's schema? */
export function checkParams(binding: Binding, params: JsonObject): Result<true> {
  if (Value.Check(binding.action.params, params)) return { ok: true, value: true };
  const first = [...Value.Errors(binding.action.params, params)][0];
  const where = first && 'instancePath' in first ? String(first.instancePath) : '';
  const detail =
    `The parameters of "${binding.action.verb}" do not fit: ${where} ${first?.message ?? ''}`.trim();
  return { ok: false, problem: { code: 'bad_params', detail: `${detail}.`, retryable: false } };
}

const toProblem = (error: unknown): Problem => ({
  code: 'action_failed',
  detail: `The connector failed: ${error instanceof Error ? error.message : String(error)}.`,
  retryable: false,
});

const timedOut = (verb: string): Problem => ({
  code: 'action_timed_out',
  detail: `The connector did not answer to "${verb}" in time.`,
  hint: 'Look whether the product behind the connector is reachable and how busy it is.',
  retryable: true,
});

/** Calls on the outside world: each has a time limit, and whatever goes wrong comes back as a problem. */
export function createCalls(deps: Pick<RunnerDeps, 'connectors' | 'config' | 'run'>) {
  async function call<T>(
    action: ActionRecord,
    use: (binding: Binding, context: ReturnType<typeof toContext>) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const binding = bindVerb(deps.connectors, action.verb, action.connectorId);
    if (!binding.ok) return binding;
    const context = toContext(action, binding.value);
    const lateness = new Promise<Result<T>>((resolve) => {
      context.signal.addEventListener(
        'abort',
        () => resolve({ ok: false, problem: timedOut(action.verb) }),
        { once: true },
      );
    });
    try {
      const answer = await Promise.race([use(binding.value, context), lateness]);
      return answer.ok || !context.signal.aborted ? answer : await lateness;
    } catch (error) {
      return context.signal.aborted ? await lateness : { ok: false, problem: toProblem(error) };
    }
  }
  const toContext = (action: ActionRecord, binding: Binding) => ({
    config: binding.connector.config,
    signal: AbortSignal.timeout(deps.config.callTimeoutMs ?? CALL_TIMEOUT_MS),
    idempotencyKey: action.id as string,
    ...(deps.run ? { run: deps.run } : {}),
  });
  return {
    /** undefined: the action cannot be probed. */
    async probe(action: ActionRecord): Promise<Result<ProbeResult> | undefined> {
      const binding = bindVerb(deps.connectors, action.verb, action.connectorId);
      if (binding.ok && !binding.value.action.probe) return undefined;
      return call(action, async ({ action: definition }, context) => {
        if (!definition.probe) throw new Error('The action cannot be probed');
        return definition.probe(action.params, context);
      });
    },
    apply: (
      action: ActionRecord,
      ttlMs: number | undefined,
      seen?: ProbeResult,
    ): Promise<Result<Receipt>> =>
      call(action, ({ action: definition }, context) =>
        definition.apply(action.params, {
          ...context,
          ...(ttlMs === undefined ? {} : { ttlMs }),
          ...(seen === undefined ? {} : { seen }),
        }),
      ),
    undo: (action: ActionRecord): Promise<Result<Receipt>> =>
      call(action, async ({ action: definition }, context) => {
        if (!definition.undo) {
          return {
            ok: false,
            problem: {
              code: 'action_failed',
              detail: `"${action.verb}" cannot be taken back.`,
              retryable: false,
            },
          };
        }
        return definition.undo(action.params, {
          ...context,
          ...(action.prior === undefined ? {} : { prior: action.prior }),
        });
      }),
  };
}
export type Calls = ReturnType<typeof createCalls>;
