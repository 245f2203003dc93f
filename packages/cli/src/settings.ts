import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { printProblem } from '@cordon/core';
import { sources } from '@cordon/extensions';
import { type Connectors, loadConfig, loadConnectors } from '@cordon/server';
import { neutralise } from './terminal.ts';

/** The folder that holds `content/`, `scenarios/` and the built console. */
export const rootDir = (): string => fileURLToPath(new URL('../../..', import.meta.url));

/** Every connector there is for that configuration, and what could not be read of the manifests. */
export const findConnectors = (configFile: string | undefined): Promise<Connectors> =>
  loadConnectors({ root: rootDir(), ...(configFile === undefined ? {} : { configFile }) });

/** Reads the configuration a command works with; writes what is wrong to stderr. */
export async function loadSettings(configFile: string | undefined) {
  const file = configFile === undefined ? {} : { file: configFile };
  const { values: connectors } = await findConnectors(configFile);
  const loaded = await loadConfig({ ...file, env: process.env, sources, connectors });
  if (loaded.ok) return loaded.config;
  for (const problem of loaded.problems)
    process.stderr.write(`${neutraliseLines(printProblem(problem))}\n`);
  return undefined;
}

/** Several lines, each neutralised. */
export const neutraliseLines = (text: string): string =>
  text.split('\n').map(neutralise).join('\n');

/** Is there something at that path? */
export const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
