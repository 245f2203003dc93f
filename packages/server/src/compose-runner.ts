import type { EpochMs } from '@cordon/core';
import type { ConnectorDefinition } from '@cordon/kit';
import { listAdministratorAddresses } from './api/auth/principal.ts';
import { toResponse } from './compose-connectors.ts';
import type { Config } from './config/load-config.ts';
import type { LiveContent } from './health/live-content.ts';
import type { RunningIntel } from './intel/create-intel.ts';
import type { Pipeline } from './pipeline/pipeline.ts';
import type { ConnectorDesk, Desk } from './ports.ts';
import { LiveConnectors } from './runner/live-connectors.ts';
import { createPrograms } from './runner/programs.ts';
import { createRunner, type Runner } from './runner/runner.ts';
import type { Stores } from './store/open-stores.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

/** What the runner stands on. */
interface RunnerGround {
  readonly config: Config;
  readonly connectors: readonly ConnectorDefinition[];
  readonly stores: Stores;
  readonly telemetry: Telemetry;
}

/** The runner over the connectors that are configured, with the playbooks that are in force. */
export const composeRunner = (
  { config, connectors, stores, telemetry }: RunnerGround,
  {
    live,
    intel,
    now,
  }: { readonly live: LiveContent; readonly intel: RunningIntel; readonly now: () => EpochMs },
): Promise<Runner> =>
  createRunner({
    floor: intel.floor,
    store: stores.state,
    events: stores.events,
    get playbooks() {
      return live.current().playbooks;
    },
    ...toResponse(config, connectors),
    administratorAddresses: () =>
      listAdministratorAddresses({ store: stores.state, settings: config.server, now }),
    now,
    run: createPrograms(),
    report: (problem) => telemetry.problemRaised({ part: 'runner', problem }),
  });

/** What can be acted on, over the connectors that the runner has. */
export const composeConnectorDesk = (
  { config, connectors, stores }: RunnerGround,
  now: () => EpochMs,
): ConnectorDesk =>
  new LiveConnectors({
    definitions: connectors,
    configured: toResponse(config, connectors).connectors,
    store: stores.state,
    now,
  });

/** An incident that is over lets go of what is held for it. */
export const createDesk = (pipeline: Pipeline, runner: Runner): Desk => ({
  async act(command, actor) {
    const result = await pipeline.act(command, actor);
    if (result.ok && result.value.incident && command.kind === 'close_incident')
      await runner.releaseIncident(result.value.incident, actor);
    return result;
  },
});
