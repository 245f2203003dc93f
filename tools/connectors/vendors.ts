import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Manifest, readManifest } from '@cordon/extensions';
import type { ConnectorDefinition } from '@cordon/kit';
import { parse } from 'yaml';
import { loadConnectors } from '../../packages/server/src/compose-connectors.ts';
import type { Bench } from './bench.ts';
import { CLOUD } from './cloud.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { ENDPOINT } from './endpoint.ts';
import { IDENTITY } from './identity.ts';
import { TICKETS } from './tickets.ts';

export const BENCHES: readonly Bench[] = [...CLOUD, ...IDENTITY, ...ENDPOINT, ...TICKETS];

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

const loaded = await loadConnectors({ root: fileURLToPath(new URL('../..', import.meta.url)) });

/** What is wrong with the manifests that come along. */
export const { problems } = loaded;

/** The connectors of content/connectors that are tried against emulators. */
export const manifested: readonly ConnectorDefinition[] = loaded.values.filter(
  ({ tried }) => tried === 'emulator',
);

/** A connector that is tried against the product itself. */
export const connectorNamed = (id: string): ConnectorDefinition => {
  const found = loaded.values.find((definition) => definition.id === id);
  if (found === undefined) throw new Error(`There is no connector "${id}".`);
  return found;
};

export const definitionOf = ({ id }: Bench): ConnectorDefinition => connectorNamed(id);

/** The manifest itself, to be run by another clock. */
export function manifestOf({ id }: Bench): Manifest {
  const file = new URL(`../../content/connectors/${id}.yml`, import.meta.url);
  const { manifest } = readManifest(parse(readFileSync(file, 'utf8')));
  if (manifest === undefined) throw new Error(`The manifest "${id}" cannot be used.`);
  return manifest;
}

export const secretOf = ({ needsKey }: Bench): string => (needsKey ? privateKey : 'the-secret');

/** Settings that lead to an address on this machine. */
export const configAt = (bench: Bench, base: string): Readonly<Record<string, unknown>> => ({
  ...bench.config,
  secret: secretOf(bench),
  base_url: base,
  ...('client_id' in bench.config
    ? { token_url: `${base}${bench.id === 'crowdstrike' ? '/oauth2/token' : '/token'}` }
    : {}),
  allow_private: true,
});

/** A fresh product. */
export const startVendor = (bench: Bench): Promise<Emulator> => startEmulator(bench.vendor());
