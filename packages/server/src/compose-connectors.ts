import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Problem } from '@cordon/core';
import { connectorOf, connectors, readManifest } from '@cordon/extensions';
import type { ConnectorDefinition } from '@cordon/kit';
import { parseDocument } from 'yaml';
import type { Config } from './config/load-config.ts';
import type { ConfiguredConnector, ResponseConfig } from './runner/deps.ts';

/** Every connector there is, and what could not be read of the manifests. */
export interface Connectors {
  readonly values: readonly ConnectorDefinition[];
  readonly problems: readonly Problem[];
}

/**
 * The connectors that are code, those of the manifests that come along, and those of the house: the
 * folder `connectors/` beside its cordon.yml. Of two with one id the first counts.
 */
export async function loadConnectors(of: {
  /** Folder that holds `content/`. */
  readonly root: string;
  readonly configFile?: string;
}): Promise<Connectors> {
  const folders = [
    join(of.root, 'content', 'connectors'),
    ...(of.configFile === undefined ? [] : [join(dirname(of.configFile), 'connectors')]),
  ];
  const values = [...connectors];
  const problems: Problem[] = [];
  for (const file of (await Promise.all(folders.map(listManifests))).flat()) {
    const read = await readConnector(file);
    problems.push(...read.problems);
    if (read.connector === undefined) continue;
    const { id } = read.connector;
    if (values.some((known) => known.id === id)) problems.push(twice(id, file));
    else values.push(read.connector);
  }
  return { values, problems };
}

const listManifests = async (folder: string): Promise<readonly string[]> => {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith('.yml'))
    .sort()
    .map((name) => join(folder, name));
};

async function readConnector(file: string): Promise<{
  readonly connector?: ConnectorDefinition;
  readonly problems: readonly Problem[];
}> {
  const document = parseDocument(await readFile(file, 'utf8'), { uniqueKeys: true });
  const [error] = document.errors;
  if (error)
    return {
      problems: [
        {
          code: 'connector_syntax',
          detail: `${error.message.split('\n')[0] ?? ''}`,
          at: { file, line: error.linePos?.[0].line ?? 1 },
          retryable: false,
        },
      ],
    };
  const { manifest, problems } = readManifest(document.toJS());
  return {
    problems: problems.map((problem) => ({ ...problem, at: { file } })),
    ...(manifest === undefined ? {} : { connector: connectorOf(manifest) }),
  };
}

const twice = (id: string, file: string): Problem => ({
  code: 'connector_bad_value',
  detail: `There is a connector "${id}" already; this one is left out.`,
  at: { file },
  retryable: false,
});

/** Nothing is configured that could change the outside world. */
export const isSandboxed = ({ response }: Pick<Config, 'response'>): boolean =>
  Object.keys(response.connectors).length === 0;

/**
 * Connectors that are configured, or the sandbox ones while none is. A sandbox touches nothing
 * outside this process, so its verbs are enforced whatever the mode: that is what the demo shows.
 */
export function toResponse(
  config: Config,
  connectors: readonly ConnectorDefinition[],
): { readonly connectors: readonly ConfiguredConnector[]; readonly config: ResponseConfig } {
  const { response } = config;
  const isSandbox = isSandboxed(config);
  const chosen = connectors.filter(({ id }) =>
    isSandbox ? id.startsWith('sandbox-') : id in response.connectors,
  );
  const verbs = isSandbox
    ? chosen.flatMap(({ actions }) => actions.map(({ verb }) => [verb, 'enforce'] as const))
    : [];
  return {
    connectors: chosen.map((definition) => ({
      id: definition.id,
      definition,
      config: response.connectors[definition.id] ?? {},
    })),
    config: { ...response, modes: { ...Object.fromEntries(verbs), ...response.modes } },
  };
}
