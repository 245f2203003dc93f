import type { ConnectorDefinition, SourceDefinition } from '@cordon/kit';
import { ldap } from './connectors/ldap/ldap.ts';
import { nftables } from './connectors/nftables/index.ts';
import { sandboxEdr, sandboxFirewall } from './connectors/sandbox/sandbox.ts';
import { webhook } from './connectors/webhook/webhook.ts';
import { capture } from './sources/capture/source.ts';
import { file } from './sources/file-tail/read-once.ts';
import { fileTail } from './sources/file-tail/source.ts';
import { imap } from './sources/imap/source.ts';
import { journald } from './sources/journald/source.ts';
import { kafka } from './sources/kafka/source.ts';
import { nats } from './sources/nats/source.ts';
import { netflow } from './sources/netflow/source.ts';
import { polledHttp } from './sources/polled-http/source.ts';
import { s3 } from './sources/s3/source.ts';
import { snmpTrap } from './sources/snmp-trap/source.ts';
import { syslog } from './sources/syslog/source.ts';

// Every extension there is, in order of id. To add one, add its line.
export const sources: readonly SourceDefinition[] = [
  capture,
  file,
  fileTail,
  imap,
  journald,
  kafka,
  nats,
  netflow,
  polledHttp,
  s3,
  snmpTrap,
  syslog,
];
export const connectors: readonly ConnectorDefinition[] = [
  ldap,
  nftables,
  sandboxEdr.connector,
  sandboxFirewall.connector,
  webhook,
];
export { connectorOf } from './connectors/manifest/connector-of.ts';
export { type Manifest, readManifest } from './connectors/manifest/read-manifest.ts';
export {
  createSandboxEdr,
  createSandboxFirewall,
  type Sandbox,
  sandboxEdr,
  sandboxFirewall,
} from './connectors/sandbox/sandbox.ts';
export { signWebhook } from './connectors/webhook/webhook.ts';
export { type Caller, createCaller } from './http/outgoing.ts';
export { readFeed } from './intel/read-feed.ts';
export { readObjects } from './snmp/read-objects.ts';
export { SourceTrouble } from './sources/session.ts';
