import type { ConnectorDefinition } from '@cordon/kit';
import { createCommandConnector } from './command/command.ts';
import { createHttpConnector } from './http-api/http-api.ts';
import type { Manifest } from './read-manifest.ts';

/** The connector that a manifest tells of. */
export const connectorOf = (
  manifest: Manifest,
  now: () => number = Date.now,
): ConnectorDefinition =>
  'base_url' in manifest ? createHttpConnector(manifest, now) : createCommandConnector(manifest);
