import { type ActionRecord, type EpochMs, err, ok, type Problem, type Result } from '@cordon/core';
import type { CheckFinding, ConnectorDefinition } from '@cordon/kit';
import type {
  ConnectorDesk,
  ConnectorOutcome,
  ConnectorStanding,
  ConnectorTest,
} from '../ports.ts';
import type { StateStore } from '../store/ports.ts';
import type { ConfiguredConnector } from './deps.ts';

export interface LiveConnectorsDeps {
  /** Every one there is. */
  readonly definitions: readonly ConnectorDefinition[];
  readonly configured: readonly ConfiguredConnector[];
  readonly store: Pick<StateStore, 'listActions'>;
  readonly now: () => EpochMs;
}

/** Time limit of one test. */
const TEST_MS = 15_000;
/** So far back the ledger is read for what came of calls. */
const ACTIONS_READ = 500;

/** What Cordon can act on, tried when somebody asks for it. */
export class LiveConnectors implements ConnectorDesk {
  readonly #deps: LiveConnectorsDeps;
  readonly #tests = new Map<string, ConnectorTest>();

  constructor(deps: LiveConnectorsDeps) {
    this.#deps = deps;
  }

  /** Those that are configured first. */
  async list(): Promise<readonly ConnectorStanding[]> {
    const { definitions, store } = this.#deps;
    const { items } = await store.listActions({ limit: ACTIONS_READ });
    const all = definitions.map((definition) => this.#stand(definition, items));
    return [
      ...all.filter(({ isConfigured }) => isConfigured),
      ...all.filter(({ isConfigured }) => !isConfigured),
    ];
  }

  /** Asks the product; what it answers stays until the next test. */
  async test(id: string): Promise<Result<ConnectorStanding>> {
    const { configured, store, now } = this.#deps;
    const connector = configured.find((one) => one.id === id);
    if (!connector) return err(NOT_CONFIGURED);
    this.#tests.set(id, { result: await ask(connector), at: now() });
    const { items } = await store.listActions({ limit: ACTIONS_READ });
    return ok(this.#stand(connector.definition, items));
  }

  #stand(definition: ConnectorDefinition, actions: readonly ActionRecord[]): ConnectorStanding {
    const { id } = definition;
    const own = actions.filter(({ connectorId }) => connectorId === id);
    const test = this.#tests.get(id);
    const lastSuccess = newest(own, (entry) => entry.phase === 'receipt' && !entry.problem);
    const lastFailure = newest(own, (entry) => entry.problem !== undefined);
    return {
      definition,
      isConfigured: this.#deps.configured.some((one) => one.id === id),
      ...(test ? { test } : {}),
      ...(lastSuccess ? { lastSuccess } : {}),
      ...(lastFailure ? { lastFailure } : {}),
    };
  }
}

const NOT_CONFIGURED: Problem = {
  code: 'not_found',
  detail: 'No connector of that name is configured.',
  hint: 'Add it to response.connectors in cordon.yml.',
  retryable: false,
};

async function ask({ definition, config }: ConfiguredConnector): Promise<Result<CheckFinding>> {
  if (!definition.check) return ok({ text: 'It has nothing that could be tested.' });
  try {
    return await definition.check({
      config: config as never,
      signal: AbortSignal.timeout(TEST_MS),
    });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return err({ code: 'action_failed', detail: `The test failed: ${text}.`, retryable: true });
  }
}

type Entry = ActionRecord['journal'][number];

function newest(
  actions: readonly ActionRecord[],
  fits: (entry: Entry) => boolean,
): ConnectorOutcome | undefined {
  let found: ConnectorOutcome | undefined;
  for (const action of actions)
    for (const entry of action.journal)
      if (fits(entry) && (found === undefined || entry.at > found.at))
        found = { at: entry.at, action, text: entry.problem?.detail ?? entry.text };
  return found;
}
