import { ok } from '@cordon/core';
import { type ConnectorDefinition, defineConnector } from '@cordon/kit';
import { type Product, toActions } from '../actions.ts';
import { createClients } from './client.ts';
import { type HttpApiConfig, toConfigSchema } from './config.ts';
import type { ChangeRequest, ConnectorManifest } from './manifest.ts';

/**
 * The connector of a manifest. Every change is seen by a look of its own, taken back by requests that
 * the manifest names, and never tried twice in here: the runner alone retries.
 */
export function createHttpConnector(
  manifest: ConnectorManifest,
  now: () => number = Date.now,
): ConnectorDefinition {
  const { title, check } = manifest;
  const clientOf = createClients(manifest, now);
  // What is configured was checked against the schema of the same manifest.
  const product: Product<ChangeRequest> = {
    title,
    clientOf: (config) => clientOf(config as HttpApiConfig),
  };
  return defineConnector({
    id: manifest.connector,
    title,
    config: toConfigSchema(manifest),
    tried: manifest.tried,
    actions: manifest.actions.flatMap((action) => toActions(product, action)),
    ...(check === undefined
      ? {}
      : {
          async check({ config, ...calling }) {
            const set = config as unknown as HttpApiConfig;
            const facts = { settings: set.settings ?? {} };
            const said = await clientOf(set).send({ method: 'GET', path: check }, facts, calling);
            if (!said.ok) return said;
            const { granted } = said.value;
            const text = `${title} answers.`;
            return ok(granted === undefined ? { text } : { text, granted });
          },
        }),
  });
}
