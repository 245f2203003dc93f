import { ok } from '@cordon/core';
import { type ConnectorDefinition, defineConnector } from '@cordon/kit';
import { type Product, toActions } from '../actions.ts';
import { createCommandClient } from './client.ts';
import { type CommandConfig, toCommandConfig } from './config.ts';
import type { CommandManifest, CommandRequest } from './manifest.ts';

/** The connector of a manifest whose requests are programs. */
export function createCommandConnector(manifest: CommandManifest): ConnectorDefinition {
  const { title, check } = manifest;
  const product: Product<CommandRequest> = {
    title,
    clientOf: (config) => createCommandClient(manifest, config as CommandConfig),
  };
  return defineConnector({
    id: manifest.connector,
    title,
    config: toCommandConfig(manifest),
    tried: manifest.tried,
    actions: manifest.actions.flatMap((action) => toActions(product, action)),
    ...(check === undefined
      ? {}
      : {
          async check({ config, ...calling }) {
            const set = config as CommandConfig;
            const facts = { settings: set.settings ?? {} };
            const said = await product.clientOf(set).send({ run: check }, facts, calling);
            return said.ok ? ok({ text: `${title} answers.` }) : said;
          },
        }),
  });
}
