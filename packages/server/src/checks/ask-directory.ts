import { isIPv6 } from 'node:net';
import { Client } from 'ldapts';

const ANSWER_MS = 4_000;
const LDAPS_PORT = 636;

/** Reads the root entry of a directory without logging in (RFC 4512 section 5.1); what it refuses with. */
export async function askDirectory({
  address,
  port,
  serverName,
}: {
  readonly address: string;
  readonly port: number;
  readonly serverName: string;
}): Promise<string | undefined> {
  const isTls = port === LDAPS_PORT;
  const client = new Client({
    url: `${isTls ? 'ldaps' : 'ldap'}://${isIPv6(address) ? `[${address}]` : address}:${port}`,
    timeout: ANSWER_MS,
    connectTimeout: ANSWER_MS,
    // Who answers is what a check of kind tls is for.
    ...(isTls ? { tlsOptions: { servername: serverName, rejectUnauthorized: false } } : {}),
  });
  try {
    const { searchEntries } = await client.search('', {
      scope: 'base',
      filter: '(objectClass=*)',
      attributes: ['supportedLDAPVersion'],
      sizeLimit: 1,
    });
    return searchEntries.length > 0 ? undefined : 'it shows no root entry';
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return words.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 160) || 'the connection ended';
  } finally {
    await client.unbind().catch(() => undefined);
  }
}
