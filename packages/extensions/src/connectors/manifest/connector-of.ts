import { ok } from '@cordon/core';
import { type ConnectorDefinition, defineConnector } from '@cordon/kit';
import type { TObject } from 'typebox';
import type { ActionPlan, Step } from './action-plan.ts';
import { type ManifestConfig, type Product, toActions } from './actions.ts';
import { createCommandClient } from './command/client.ts';
import { type CommandConfig, toCommandConfig } from './command/config.ts';
import { createClients } from './http-api/client.ts';
import { type HttpApiConfig, toConfigSchema } from './http-api/config.ts';
import type { Manifest } from './read-manifest.ts';

/**
 * The connector of a manifest. Every change is seen by a look of its own, taken back by requests that
 * the manifest names, and never tried twice in here: the runner alone retries.
 */
export function connectorOf(manifest: Manifest, now: () => number = Date.now): ConnectorDefinition {
  // What is configured was checked against the schema of the same manifest.
  if ('base_url' in manifest) {
    const { actions, check } = manifest;
    const clientOf = createClients(manifest, now);
    return toConnector(manifest, {
      config: toConfigSchema(manifest),
      clientOf: (config) => clientOf(config as HttpApiConfig),
      actions,
      check: check === undefined ? undefined : { method: 'GET', path: check },
    });
  }
  const { actions, check } = manifest;
  return toConnector(manifest, {
    config: toCommandConfig(manifest),
    clientOf: (config) => createCommandClient(manifest, config as CommandConfig),
    actions,
    check: check === undefined ? undefined : { run: check },
  });
}

/** What is said in the language of the product, whose requests are `R`. */
interface Spoken<R extends Step> {
  readonly config: TObject;
  readonly clientOf: Product<R>['clientOf'];
  readonly actions: readonly ActionPlan<R>[];
  /** The request that tells whether the product can be used. */
  readonly check: R | undefined;
}

function toConnector<R extends Step>(
  { connector, title, tried }: Manifest,
  { config, clientOf, actions, check }: Spoken<R>,
): ConnectorDefinition {
  return defineConnector({
    id: connector,
    title,
    config,
    tried,
    actions: actions.flatMap((action) => toActions({ title, clientOf }, action)),
    ...(check === undefined
      ? {}
      : {
          async check({ config: set, ...calling }) {
            const client = clientOf(set as ManifestConfig);
            const { settings = {} } = set as ManifestConfig;
            const said = await client.send(check, { settings }, calling);
            if (!said.ok) return said;
            const { granted } = said.value;
            const text = `${title} answers.`;
            return ok(granted === undefined ? { text } : { text, granted });
          },
        }),
  });
}
