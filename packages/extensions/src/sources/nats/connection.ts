import { readFile } from 'node:fs/promises';
import {
  type Authenticator,
  connect,
  credsAuthenticator,
  type NatsConnection,
} from '@nats-io/transport-node';
import { denied, SourceTrouble } from '../session.ts';
import type { NatsConfig } from './config.ts';

const CONNECT_MS = 5_000;

/** The servers without what their addresses may carry of credentials. */
export const placeOf = (config: NatsConfig): string =>
  config.servers.map((server) => server.replace(/^([a-z]+:\/\/)?[^@/]*@/, '$1')).join(', ');

async function authenticators({ credsFile }: NatsConfig): Promise<readonly Authenticator[]> {
  return credsFile === undefined ? [] : [credsAuthenticator(await readFile(credsFile))];
}

const tlsOf = ({ caFile, certFile, keyFile }: NatsConfig) => ({
  ...(caFile === undefined ? {} : { caFile }),
  ...(certFile === undefined ? {} : { certFile }),
  ...(keyFile === undefined ? {} : { keyFile }),
});

/** Connects once; the session connects again, so that its pauses and reports are those of every source. */
export async function openNats(config: NatsConfig): Promise<NatsConnection> {
  const tls = tlsOf(config);
  const [authenticator] = await authenticators(config);
  try {
    return await connect({
      servers: [...config.servers],
      name: 'cordon',
      reconnect: false,
      timeout: CONNECT_MS,
      ...(config.user === undefined ? {} : { user: config.user }),
      ...(config.password === undefined ? {} : { pass: config.password }),
      ...(config.token === undefined ? {} : { token: config.token }),
      ...(authenticator === undefined ? {} : { authenticator }),
      ...(Object.keys(tls).length === 0 ? {} : { tls }),
    });
  } catch (error) {
    if (error instanceof Error && /authoriz|authentic/i.test(`${error.name} ${error.message}`))
      throw new SourceTrouble(denied(`NATS at ${placeOf(config)}`, 'the log-in was refused'));
    throw error;
  }
}
